"""Worktual's dialect as its documentation writes it, by curl."""

from urllib.parse import parse_qs
from urllib.parse import urlencode
from urllib.parse import urlsplit

from setting.curl import Transcript

REDIRECT_URL = "https://worktual.example/oauth/callback?tenant=7"
# What an encoder could turn into something else.
STATE = "a b+c/d=e&f%20g~é"


def worktual_dialect(server):
    app = server.api.register_app("Worktual", preset="worktual", redirect_uris=[REDIRECT_URL])
    query = {"Client_id": app.id, "response_type": "code", "redirect_url": REDIRECT_URL, "state": STATE}
    url = f"{server.issuer}/services/oauth2/v1/authorize?{urlencode(query)}"
    _code(server.person.approve(url))

    transcript = Transcript()
    answer = transcript.curl(url, cookies=server.person.cookies).expect(303, "authorize after consent")
    form = {
        "Code": _code(answer.location),
        "Client_id": app.id,
        "client_secret": app.secret,
        "Grant_type": "authorisation_code",
        "Redirect_url": REDIRECT_URL,
    }
    fields = [part for name, value in form.items() for part in ("--data-urlencode", f"{name}={value}")]
    token_url = f"{server.issuer}/services/oauth2/v1/token"
    tokens = transcript.curl(*fields, token_url).expect(200, "token").json
    assert isinstance(tokens, list) and len(tokens) == 1, f"not an array of one: {tokens}"
    token = tokens[0]["access_token"]
    assert token.startswith("OAUTH2.") and "expires_in" not in tokens[0], tokens

    me = transcript.curl("-H", f"Authorization: {token}", f"{server.issuer}/api/me").expect(200, "/api/me")
    assert me.json["label"] == "Ada Lovelace, Acme", me.json
    verify = f"{server.issuer}/verify?scope=contacts.read"
    transcript.curl("-H", f"Authorisation: {token}", verify).expect(200, "/verify")

    again = transcript.curl(*fields, token_url).expect(400, "the same code again")
    assert again.json["error"] == "invalid_grant", again.json
    return f"code, state byte for byte, array of one, bare token\n{transcript}"


def _code(location):
    """The code of a redirect that brings the state back byte for byte."""
    assert location.startswith(REDIRECT_URL), location
    answer = parse_qs(urlsplit(location).query)
    assert answer["state"] == [STATE] and answer["tenant"] == ["7"], answer
    return answer["code"][0]
