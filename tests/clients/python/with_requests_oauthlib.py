"""requests-oauthlib: PKCE, Basic authentication, refresh; it has no discovery and no revocation of its own."""

import requests
from contract import CLIENT_ID
from contract import CLIENT_SECRET
from contract import ISSUER
from contract import ME
from contract import REDIRECT_URI
from contract import SCOPE
from contract import approve
from contract import completed
from contract import wait_until_refused
from oauthlib.oauth2 import InvalidGrantError
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

TOKEN = f"{ISSUER}/token"
secret = HTTPBasicAuth(CLIENT_ID, CLIENT_SECRET)

session = OAuth2Session(CLIENT_ID, redirect_uri=REDIRECT_URI, scope=SCOPE, pkce="S256")
url, _ = session.authorization_url(f"{ISSUER}/authorize")
answer = approve(url)
completed("authorized")

first = session.fetch_token(TOKEN, authorization_response=answer, auth=secret)
assert first["scope"] == SCOPE, first["scope"]
completed("exchanged")

session.get(ME).raise_for_status()
completed("called")

second = session.refresh_token(TOKEN, auth=secret)
assert second["access_token"] != first["access_token"]
session.get(ME).raise_for_status()
completed("refreshed")

requests.post(f"{ISSUER}/revoke", {"token": second["refresh_token"]}, auth=secret).raise_for_status()
completed("revoked")

headers = {"Authorization": f"Bearer {second['access_token']}"}
wait_until_refused(lambda: requests.get(ME, headers=headers))
try:
    session.refresh_token(TOKEN, auth=secret)
    raise SystemExit("a revoked refresh token was refreshed")
except InvalidGrantError:
    completed("refused")
