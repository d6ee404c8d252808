"""`/verify` behind real proxies, in the configuration that the README shows: its own text, with the ports put in."""

import re
import shutil
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from setting import child
from setting import web
from setting.caddy import Caddy
from setting.nginx import Nginx

README = Path(__file__).resolve().parents[3] / "README.md"

# The API behind the proxy tells what it was told.
BACKEND = """
  server {{
    listen 127.0.0.1:{backend};
    location / {{
      default_type text/plain;
      return 200 "$http_x_auth_kind|$http_x_auth_subject|$http_x_auth_user|$http_x_auth_client|$http_x_auth_scope|$http_authorization|$http_x_http_method_override";
    }}
  }}
"""

# Somewhere between the proxy and `/verify`, to break it.
AWAY = "127.0.0.1:1"


def proxies():
    """The proxies of the README's table, each with the check that runs its text; None where there is none."""
    table = re.search(r"^\| proxy \|.*\n\|[-|]*\|\n((?:\|.*\n)+)", README.read_text(), re.MULTILINE)
    assert table, "the README has no table of proxies"
    checks = {"nginx": behind_nginx, "Caddy": behind_caddy}
    rows = [line.split("|")[1].strip() for line in table[1].splitlines()]
    assert set(checks) <= set(rows), f"the README's table has only {rows}"
    return {name: checks.get(name) for name in rows}


def behind_nginx(server):
    """The README's nginx."""
    return _check(server, _nginx)


def behind_caddy(server):
    """The README's Caddy."""
    return _check(server, _caddy)


def _check(server, proxy):
    with proxy(server, _address(server)) as url:
        seen = _good_and_bad_tokens(server, url)
        _a_read_token_does_not_write(server, url)
        _nobody_forges_an_address(server, url)
    with proxy(server, _address(server), unset=True) as url:
        for method in ("GET", "POST"):
            for scopes in (["contacts.read"], ["contacts.write"]):
                token = server.api.create_private_app("Anything", scopes)
                answer = web.send(method, url, headers=web.bearer(token))
                assert answer.status in (400, 403), f"an unset variable lets {scopes} pass: {answer}"
    with proxy(server, AWAY) as url:
        answer = web.get(url, headers=web.bearer("OAUTH2.x"))
        assert answer.status in (502, 503), f"nobody decides: {answer}"
    return seen


def _good_and_bad_tokens(server, url):
    reader = server.api.create_private_app("Reader", ["contacts.read"])
    stranger = server.api.create_private_app("Deals only", ["deals.read"])
    forged = {
        "X-Auth-User": "usr_forged",
        "X-Auth-Client": "app_forged",
        "X-Auth-Kind": "user",
        "X-Auth-Scope": "contacts.write",
        "X-HTTP-Method-Override": "DELETE",
    }
    told = web.get(f"{url}?page=2", headers={**web.bearer(reader), **forged}).expect(200, "a good token").text
    kind, subject, user, client, scope, token, override = told.split("|")
    assert (kind, user, client, scope) == ("private_app", "", "", "contacts.read") and subject, told
    assert (token, override) == ("", ""), told
    nobody = web.get(url).expect(401, "no token").headers["WWW-Authenticate"]
    assert nobody and nobody.startswith("Bearer"), nobody
    dead = web.get(url, headers=web.bearer(reader[:-1])).expect(401, "a cut token")
    assert 'error="invalid_token"' in dead.headers["WWW-Authenticate"], dead.headers
    odd = web.get(url, headers={"Authorization": "Bearer a b"})
    odd.expect(401, "a token that is none")
    denied = web.get(url, headers=web.bearer(stranger)).expect(403, "a token without the scope")
    challenge = denied.headers["WWW-Authenticate"]
    assert 'error="insufficient_scope"' in challenge and "contacts.read" in challenge, challenge
    two = {**web.bearer(reader), "Authorisation": stranger}
    web.get(url, headers=two).expect(400, "two tokens")
    return "200 with X-Auth-*, 401 and 403 with the exact challenge, nothing forged"


def _a_read_token_does_not_write(server, url):
    reader = server.api.create_private_app("Reader", ["contacts.read"])
    writer = server.api.create_private_app("Writer", ["contacts.write"])
    for method in ("GET", "HEAD"):
        web.send(method, url, headers=web.bearer(reader)).expect(200, f"{method} with a read token")
    for method in ("POST", "PUT", "PATCH", "DELETE", "PROPFIND"):
        denied = web.send(method, url, form={"a": "b"}, headers=web.bearer(reader))
        denied.expect(403, f"{method} with a read token")
        assert "contacts.write" in denied.headers["WWW-Authenticate"], denied.headers
        web.send(method, url, form={"a": "b"}, headers=web.bearer(writer)).expect(200, f"{method}, a write token")


def _nobody_forges_an_address(server, url):
    elsewhere = server.api.create_private_app("Office", ["contacts.read"], allowed_ips=["203.0.113.0/24"])
    here = server.api.create_private_app("Here", ["contacts.read"], allowed_ips=["127.0.0.1"])
    web.get(url, headers=web.bearer(here)).expect(200, "an address on the list")
    for forged in (
        {},
        {"X-Forwarded-For": "203.0.113.7"},
        {"X-Real-IP": "203.0.113.7"},
        {"Forwarded": "for=203.0.113.7"},
        {"Forwarded": 'for="203.0.113.7', "X-Forwarded-For": "203.0.113.7"},
    ):
        answer = web.get(url, headers={**web.bearer(elsewhere), **forged})
        answer.expect(401, f"an address that is not on the list, with {forged}")
        assert "address" in answer.headers["WWW-Authenticate"], answer.headers


def _address(server):
    return urlsplit(server.issuer).netloc


def _readme(language):
    blocks = re.findall(rf"^```{language}\n(.*?)^```", README.read_text(), re.DOTALL | re.MULTILINE)
    assert len(blocks) == 1, f"{len(blocks)} blocks of {language} in the README"
    return blocks[0]


def _put(text, *changes):
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in the README's text"
        text = text.replace(old, new)
    return text


@contextmanager
def _nginx(server, verify, unset=False):
    port, backend = child.free_port(), child.free_port()
    text = _put(
        _readme("nginx"),
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("http://127.0.0.1:8080", f"http://{verify}"),
        ("http://your-api", f"http://127.0.0.1:{backend}"),
        # nginx knows the name of a variable that is set anywhere.
        ("set $module contacts;", 'if ($uri = "/never") { set $module contacts; }' if unset else "set $module contacts;"),
    )
    with _folder(server) as folder, Nginx(folder, port, BACKEND.format(backend=backend) + text):
        yield f"http://127.0.0.1:{port}/contacts/7"


@contextmanager
def _caddy(server, verify, unset=False):
    port, backend, inner = child.free_port(), child.free_port(), child.free_port()
    text = _put(
        _readme("caddy"),
        ("http://api.example.com", f"http://127.0.0.1:{port}"),
        ("forward_auth 127.0.0.1:8080", f"forward_auth {verify}"),
        ("your-api:80", f"127.0.0.1:{backend}"),
    )
    if unset:
        text = re.sub(r"(?m)^\s*vars .*\n", "", text)
    with _folder(server) as folder:
        api = f"{BACKEND.format(backend=backend)} server {{ listen 127.0.0.1:{inner}; }}"
        with Nginx(folder, inner, api), Caddy(folder.with_suffix(".caddy"), port, text):
            yield f"http://127.0.0.1:{port}/contacts/7"


@contextmanager
def _folder(server):
    """A fresh place for one proxy."""
    folder = server.folder / "forward-auth"
    try:
        yield folder
    finally:
        for made in (folder, folder.with_suffix(".caddy")):
            shutil.rmtree(made, ignore_errors=True)
