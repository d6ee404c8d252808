//! A code becomes tokens (RFC 6749 §4.1.3).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::Digest as _;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::base::digest::Digest;
use crate::base::secret::Secret;
use crate::model::client::Client;
use crate::model::client::GrantType;
use crate::model::token::Authorization;
use crate::model::token::AuthorizationCode;
use crate::model::token::TokenKind;
use crate::oauth::Error;
use crate::oauth::issue;
use crate::oauth::issue::Basis;
use crate::oauth::issue::TokenResponse;
use crate::oauth::revoke;
use crate::oauth::token::CodeRequest;
use crate::store;
use crate::store::standing::Found;

/// A caller without proof (another client, another redirect URI, another verifier) does not burn the code; the
/// rightful client that presents it twice ends all that came of it.
pub(super) async fn redeem(
    app: &App,
    client: &Client,
    request: &CodeRequest,
) -> Result<TokenResponse, Error> {
    let Found { token: code, authorization, standing } = find(app, &request.code.digest()).await?;
    let now = app.now();

    check_client(&authorization, client)?; // RFC 6749 §4.1.3, bound to the client
    check_redirect_uri(&code, request)?; // RFC 6749 §4.1.3, identical if it was included
    check_verifier(&code, request)?; // RFC 7636 §4.6, RFC 9700 §2.1.1 against downgrade
    if code.used_at.is_some() {
        return Err(replayed(app, &authorization).await); // RFC 6749 §4.1.2, RFC 9700 §2.1.1
    }
    if code.expires_at <= now {
        return Err(Error::invalid_grant("The code has expired. Send the person through /authorize again."));
    }
    let scopes = standing.scopes(&authorization.scopes, now)?;

    let basis = Basis { authorization_id: authorization.id.clone(), ends_at: standing.grant_expires_at };
    let secret = |kind: TokenKind| Secret::generate(kind.prefix());
    let access = issue::access_token(client, &basis, scopes.clone(), secret(TokenKind::Access), now);
    let refresh = client
        .may_use(GrantType::RefreshToken)
        .then(|| issue::refresh_token(client, &basis, scopes, secret(TokenKind::Refresh), now));

    let mut tx = app.db.single().await?;
    let kept = refresh.as_ref().map(|refresh| &refresh.token);
    let won = store::authorization_codes::redeem(&mut tx, &code, &access.token, kept).await?;
    tx.commit().await?;
    if !won {
        return Err(replayed(app, &authorization).await);
    }
    Ok(issue::response(access, refresh, basis.ends_at, now))
}

async fn find(app: &App, digest: &Digest) -> Result<Found<AuthorizationCode>, Error> {
    let mut conn = app.db.read().await?;
    let found = store::authorization_codes::find(&mut conn, digest).await?;
    found.ok_or(Error::invalid_grant("The code is unknown."))
}

fn check_client(authorization: &Authorization, client: &Client) -> Result<(), Error> {
    if authorization.client_id == client.id {
        return Ok(());
    }
    Err(Error::invalid_grant("The code is unknown.").because("the code belongs to another client"))
}

fn check_redirect_uri(code: &AuthorizationCode, request: &CodeRequest) -> Result<(), Error> {
    match request.redirect_uri.as_deref() {
        Some(uri) if uri == code.redirect_uri => Ok(()),
        Some(_) => Err(Error::invalid_grant(
            "The redirect_uri differs from the one of the authorization request. Send exactly the same.",
        )),
        None if code.redirect_uri_named => Err(Error::invalid_grant(
            "The redirect_uri is missing: the authorization request named one, so the token request must too.",
        )),
        None => Ok(()),
    }
}

fn check_verifier(code: &AuthorizationCode, request: &CodeRequest) -> Result<(), Error> {
    match (&code.code_challenge, request.code_verifier.as_ref().map(Secret::reveal)) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(Error::invalid_grant(
            "The code_verifier is missing: the authorization request had a code_challenge.",
        )),
        (None, Some(_)) => Err(Error::invalid_grant(
            "There is a code_verifier, but the authorization request had no code_challenge.",
        )),
        (Some(challenge), Some(verifier)) => {
            let derived = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
            if is_verifier(verifier) && bool::from(derived.as_bytes().ct_eq(challenge.as_bytes())) {
                return Ok(());
            }
            Err(Error::invalid_grant("The code_verifier does not match the code_challenge (S256)."))
        }
    }
}

/// RFC 7636 §4.1.
fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

/// Ends what a replayed code began. The refusal stands even where that could not be written.
async fn replayed(app: &App, authorization: &Authorization) -> Error {
    let refusal =
        Error::invalid_grant("The code was used before, so the tokens that came of it are revoked.");
    match revoke::replayed(app, authorization).await {
        Ok(()) => refusal,
        Err(error) => error,
    }
}
