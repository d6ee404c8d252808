"""A public client as MCP hosts write it, with nothing but the standard library: no secret, no scope asked for, a
loopback redirect on whatever port is free, the whole way from the metadata."""

import base64
import hashlib
import json
import secrets
import urllib.error
import urllib.request
from types import SimpleNamespace
from urllib.parse import parse_qs
from urllib.parse import urlencode
from urllib.parse import urlsplit

from contract import CLIENT_ID
from contract import ISSUER
from contract import ME
from contract import METADATA
from contract import REDIRECT_URI
from contract import SCOPE
from contract import approve
from contract import completed
from contract import wait_until_refused


def send(url, form=None, token=None):
    body = urlencode(form).encode() if form else None
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
            return SimpleNamespace(status_code=answer.status, json=json.load(answer))
    except urllib.error.HTTPError as refused:
        return SimpleNamespace(status_code=refused.code, json=json.load(refused))


metadata = send(METADATA).json
assert metadata["issuer"] == ISSUER
assert "S256" in metadata["code_challenge_methods_supported"]
assert "none" in metadata["token_endpoint_auth_methods_supported"]
completed("discovered")

registered = urlsplit(REDIRECT_URI)
redirect_uri = registered._replace(netloc=f"{registered.hostname}:{(registered.port or 80) + 1}").geturl()
state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
request = {
    "response_type": "code",
    "client_id": CLIENT_ID,
    "redirect_uri": redirect_uri,
    "state": state,
    "code_challenge": challenge,
    "code_challenge_method": "S256",
}
answer = approve(f"{metadata['authorization_endpoint']}?{urlencode(request)}")
assert answer.startswith(f"{redirect_uri}?"), answer
answer = {name: values[0] for name, values in parse_qs(urlsplit(answer).query).items()}
assert answer["state"] == state and answer["iss"] == ISSUER, answer
completed("authorized")

grant = {
    "grant_type": "authorization_code",
    "client_id": CLIENT_ID,
    "code": answer["code"],
    "redirect_uri": redirect_uri,
    "code_verifier": verifier,
}
first = send(metadata["token_endpoint"], grant)
assert first.status_code == 200 and first.json["scope"].split() == SCOPE, first
completed("exchanged")

assert send(ME, token=first.json["access_token"]).status_code == 200
completed("called")

refresh = {"grant_type": "refresh_token", "client_id": CLIENT_ID, "refresh_token": first.json["refresh_token"]}
second = send(metadata["token_endpoint"], refresh)
assert second.status_code == 200, second
assert send(ME, token=second.json["access_token"]).status_code == 200
completed("refreshed")

revoked = send(metadata["revocation_endpoint"], {"client_id": CLIENT_ID, "token": second.json["refresh_token"]})
assert revoked.status_code == 200, revoked
completed("revoked")

wait_until_refused(lambda: send(ME, token=second.json["access_token"]))
again = send(metadata["token_endpoint"], {**refresh, "refresh_token": second.json["refresh_token"]})
assert again.status_code == 400 and again.json["error"] == "invalid_grant", again
completed("refused")
