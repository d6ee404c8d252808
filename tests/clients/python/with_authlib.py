"""Authlib: metadata checked by its own rules, PKCE, the secret in the body and by Basic, refresh and revocation."""

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from contract import CLIENT_ID
from contract import CLIENT_SECRET
from contract import ME
from contract import METADATA
from contract import REDIRECT_URI
from contract import SCOPE
from contract import approve
from contract import completed
from contract import wait_until_refused

metadata = AuthorizationServerMetadata(requests.get(METADATA).json())
metadata.validate()
completed("discovered")

session = OAuth2Session(
    CLIENT_ID,
    CLIENT_SECRET,
    scope=SCOPE,
    redirect_uri=REDIRECT_URI,
    code_challenge_method="S256",
    token_endpoint_auth_method="client_secret_post",
)
verifier = generate_token(48)
url, _ = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier)
answer = approve(url)
completed("authorized")

first = session.fetch_token(metadata["token_endpoint"], authorization_response=answer, code_verifier=verifier)
assert first["scope"].split() == SCOPE, first["scope"]
completed("exchanged")

session.get(ME).raise_for_status()
completed("called")

second = session.refresh_token(metadata["token_endpoint"])
assert second["access_token"] != first["access_token"]
session.get(ME).raise_for_status()
completed("refreshed")

session.token_endpoint_auth_method = "client_secret_basic"
session.revoke_token(metadata["revocation_endpoint"], token_type_hint="refresh_token").raise_for_status()
completed("revoked")

headers = {"Authorization": f"Bearer {second['access_token']}"}
wait_until_refused(lambda: requests.get(ME, headers=headers))
try:
    session.refresh_token(metadata["token_endpoint"], refresh_token=second["refresh_token"])
    raise SystemExit("a revoked refresh token was refreshed")
except OAuthError as refused:
    assert refused.error == "invalid_grant", refused
    completed("refused")
