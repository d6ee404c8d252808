//! The token endpoint (RFC 6749 §3.2): one `match` on the grant type, one file per grant.

mod authorization_code;
mod client_credentials;
mod refresh_token;

use crate::app::App;
use crate::base::secret::Secret;
use crate::model::client::GrantType;
use crate::model::scope::Scopes;
use crate::oauth::Error;
use crate::oauth::client_auth;
use crate::oauth::client_auth::ClientCredentials;
use crate::oauth::error::Code;
use crate::oauth::issue::TokenResponse;

/// Seconds after which to ask again for an app that is out of service: it takes a person to end that.
const RESTS: u32 = 300;

/// A token request: what its grant type needs, and what it takes besides. Absent and empty are the same.
#[derive(Debug)]
pub enum TokenRequest {
    AuthorizationCode(CodeRequest),
    RefreshToken(RefreshRequest),
    ClientCredentials(ClientRequest),
}

/// RFC 6749 §4.1.3, RFC 7636 §4.5.
#[derive(Debug)]
pub struct CodeRequest {
    pub code: Secret,
    pub redirect_uri: Option<String>,
    pub code_verifier: Option<Secret>,
}

/// RFC 6749 §6.
#[derive(Debug)]
pub struct RefreshRequest {
    pub refresh_token: Secret,
    pub scope: Option<String>,
}

/// RFC 6749 §4.4.2.
#[derive(Debug)]
pub struct ClientRequest {
    pub scope: Option<String>,
}

impl TokenRequest {
    fn grant_type(&self) -> GrantType {
        match self {
            Self::AuthorizationCode(_) => GrantType::AuthorizationCode,
            Self::RefreshToken(_) => GrantType::RefreshToken,
            Self::ClientCredentials(_) => GrantType::ClientCredentials,
        }
    }
}

/// Exchanges a code, a refresh token or the client's own credentials for tokens.
pub async fn exchange(
    app: &App,
    credentials: &ClientCredentials,
    request: &TokenRequest,
) -> Result<TokenResponse, Error> {
    let grant_type = request.grant_type();
    let known = client_auth::recognize(app, credentials).await?;
    let client = &known.client;
    client_auth::in_service(client).map_err(|rests| match grant_type {
        // Connectors take a 4xx here for the end of the connection, and it only rests.
        GrantType::RefreshToken => Error { code: Code::TemporarilyUnavailable, retry_after: RESTS, ..rests },
        _ => rests,
    })?;
    if !client.may_use(grant_type) {
        return Err(Error::new(
            Code::UnauthorizedClient,
            "The app is not registered for this grant_type. Its owner can add it in the app's settings.",
        ));
    }
    // Boxed, so that none carries the room of the largest.
    match request {
        TokenRequest::AuthorizationCode(request) => {
            Box::pin(authorization_code::redeem(app, client, request)).await
        }
        TokenRequest::RefreshToken(request) => Box::pin(refresh_token::refresh(app, client, request)).await,
        TokenRequest::ClientCredentials(request) => {
            Box::pin(client_credentials::issue(app, client, request)).await
        }
    }
}

/// The scopes a request may have: those it names, all within `ceiling`; when it names none, the ceiling itself.
fn requested_scopes(scope: Option<&str>, ceiling: &Scopes) -> Result<Scopes, Error> {
    let Some(text) = scope else { return Ok(ceiling.clone()) };
    let requested = Scopes::parse(text).map_err(|error| {
        Error::invalid_scope("The scope parameter is malformed or too long.").because(error)
    })?;
    if requested.is_empty() {
        return Ok(ceiling.clone());
    }
    if !ceiling.allow_all(&requested) {
        return Err(Error::invalid_scope("The scope asks for more than was granted."));
    }
    Ok(requested)
}
