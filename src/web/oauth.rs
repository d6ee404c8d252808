//! `/token`, `/introspect` and `/revoke`: form and header in, verb, JSON out.

use std::sync::Arc;

use poem::Request;
use poem_openapi::ApiResponse;
use poem_openapi::Object;
use poem_openapi::OpenApi;
use poem_openapi::SecurityScheme;
use poem_openapi::Tags;
use poem_openapi::auth::Basic;
use poem_openapi::payload::Json;
use poem_openapi::types::Example;
use serde::Deserialize;

use crate::app::App;
use crate::oauth;
use crate::oauth::bearer::Bearer;
use crate::oauth::bearer::Subject;
use crate::oauth::client_auth::ClientCredentials;
use crate::oauth::introspect::Introspection;
use crate::oauth::issue::TokenResponse;
use crate::oauth::token::TokenRequest;
use crate::web::credentials;
use crate::web::form::Form;
use crate::web::form::FormRules;
use crate::web::oauth_error::Failure;

/// The endpoints that apps call.
pub struct OAuthApi {
    pub app: Arc<App>,
}

#[derive(Tags)]
enum Tag {
    /// Codes and credentials become tokens; tokens are looked at and revoked.
    OAuth,
}

/// The client's id and secret as HTTP Basic, each form-encoded (RFC 6749 §2.3.1).
#[derive(SecurityScheme)]
#[oai(rename = "client_basic", ty = "basic")]
pub struct ClientBasic(#[expect(dead_code, reason = "documents; the header is read strictly by us")] Basic);

/// A client authenticates by header, or in the body.
#[derive(SecurityScheme)]
pub enum ClientAuth {
    Basic(ClientBasic),
    #[oai(fallback)]
    Body,
}

/// A request for tokens (RFC 6749 §4.1.3, §4.4.2, §6).
#[derive(Debug, Default, Deserialize, Object)]
#[serde(default)]
pub struct TokenForm {
    /// `authorization_code`, `refresh_token` or `client_credentials`.
    #[oai(skip_serializing_if_is_none)]
    pub grant_type: Option<String>,
    /// The code from the redirect.
    #[oai(skip_serializing_if_is_none)]
    pub code: Option<String>,
    /// Exactly as in the authorization request.
    #[oai(skip_serializing_if_is_none)]
    pub redirect_uri: Option<String>,
    /// The verifier of the code challenge (RFC 7636).
    #[oai(skip_serializing_if_is_none)]
    pub code_verifier: Option<String>,
    /// The newest refresh token.
    #[oai(skip_serializing_if_is_none)]
    pub refresh_token: Option<String>,
    /// Fewer scopes than were granted; left out: all of them.
    #[oai(skip_serializing_if_is_none)]
    pub scope: Option<String>,
    /// The client id, unless it is in the header.
    #[oai(skip_serializing_if_is_none)]
    pub client_id: Option<String>,
    /// The client secret, unless it is in the header.
    #[oai(skip_serializing_if_is_none)]
    pub client_secret: Option<String>,
}

/// A token to look at or to revoke (RFC 7009 §2.1, RFC 7662 §2.1).
#[derive(Debug, Default, Deserialize, Object)]
#[serde(default)]
pub struct TokenQuery {
    /// The token itself.
    pub token: String,
    /// Accepted and not needed: tokens say by their prefix what they are.
    #[oai(skip_serializing_if_is_none)]
    pub token_type_hint: Option<String>,
    /// The client id, unless it is in the header.
    #[oai(skip_serializing_if_is_none)]
    pub client_id: Option<String>,
    /// The client secret, unless it is in the header.
    #[oai(skip_serializing_if_is_none)]
    pub client_secret: Option<String>,
}

impl FormRules for TokenForm {}
impl FormRules for TokenQuery {}

const BEARER: &str = "Bearer";

/// Tokens (RFC 6749 §5.1).
#[derive(Debug, Object)]
#[oai(example)]
pub struct TokenBody {
    /// Send it as `Authorization: Bearer ...`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds until the access token ends; absent when it lasts until it is revoked.
    #[oai(skip_serializing_if_is_none)]
    pub expires_in: Option<i64>,
    /// Exchange it for the next pair when the access token has ended.
    #[oai(skip_serializing_if_is_none)]
    pub refresh_token: Option<String>,
    /// Seconds after which an unused refresh token ends.
    #[oai(skip_serializing_if_is_none)]
    pub refresh_token_timeout: Option<i64>,
    /// Seconds until what the person allowed ends; absent when it lasts until they revoke it.
    #[oai(skip_serializing_if_is_none)]
    pub authorization_expires_in: Option<i64>,
    /// What was granted, in the order of the request.
    pub scope: String,
}

impl Example for TokenBody {
    fn example() -> Self {
        Self {
            access_token: "OAUTH2.h1RfxCrg0x6yOzHkzNcPcR3xLXBeGXSh7FIxbfBRqFQ0Ej4PZ".to_owned(),
            token_type: BEARER.to_owned(),
            expires_in: Some(3600),
            refresh_token: Some("REFRESH.kW3nX0dGd0dAuSVwRyqKJb2fPqmHCTWvT5cEYlJ8mUx1kQz8a".to_owned()),
            refresh_token_timeout: Some(7_776_000),
            authorization_expires_in: None,
            scope: "contacts.read contacts.write".to_owned(),
        }
    }
}

/// What is known of a token (RFC 7662 §2.2). Of one that is not active, nothing else is said.
#[derive(Debug, Default, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct IntrospectionBody {
    /// Whether the token counts now.
    pub active: bool,
    /// What it allows now.
    pub scope: Option<String>,
    /// The app that holds it: an OAuth client, or a private app.
    pub client_id: Option<String>,
    /// On whose behalf: a person, or the app itself.
    pub sub: Option<String>,
    /// Always `Bearer`.
    pub token_type: Option<String>,
    /// The end, in Unix seconds; absent when it lasts until it is revoked.
    pub exp: Option<i64>,
    /// When it was issued, in Unix seconds.
    pub iat: Option<i64>,
    /// This server.
    pub iss: Option<String>,
    /// The organization whose data it opens.
    pub organization: Option<String>,
}

/// An empty object: some clients cannot read an empty body.
#[derive(Debug, Object)]
pub struct Nothing {}

#[derive(ApiResponse)]
enum Issued {
    /// The tokens.
    #[oai(status = 200)]
    Tokens(Json<TokenBody>),
}

#[derive(ApiResponse)]
enum Introspected {
    /// What is known of the token.
    #[oai(status = 200)]
    Token(Json<IntrospectionBody>),
}

#[derive(ApiResponse)]
enum Revoked {
    /// The token does not work, whether or not it did before.
    #[oai(status = 200)]
    Done(Json<Nothing>),
}

#[OpenApi(tag = "Tag::OAuth")]
impl OAuthApi {
    /// Get tokens
    ///
    /// Exchanges a code (once, within ten minutes), a refresh token, or the client's own credentials for tokens.
    /// A refresh token has exactly one successor: asking again within the app's window gives the same pair, and
    /// asking again after the successor was used ends the connection.
    #[oai(path = "/token", method = "post", operation_id = "token")]
    async fn token(
        &self,
        request: &Request,
        _client: ClientAuth,
        form: Form<TokenForm>,
    ) -> Result<Issued, Failure> {
        let form = form.0;
        let credentials = credentials(request, form.client_id.as_deref(), form.client_secret.as_deref())?;
        let wanted = TokenRequest {
            grant_type: form.grant_type,
            code: form.code,
            redirect_uri: form.redirect_uri,
            code_verifier: form.code_verifier,
            refresh_token: form.refresh_token,
            scope: form.scope,
        };
        let issued = oauth::token::exchange(&self.app, &credentials, &wanted).await?;
        Ok(Issued::Tokens(Json(issued.into())))
    }

    /// Look at a token
    ///
    /// Tells a client about its own tokens, and a resource server of the platform about anybody's (RFC 7662).
    #[oai(path = "/introspect", method = "post", operation_id = "introspect")]
    async fn introspect(
        &self,
        request: &Request,
        _client: ClientAuth,
        form: Form<TokenQuery>,
    ) -> Result<Introspected, Failure> {
        let form = form.0;
        if form.token.is_empty() {
            return Err(oauth::Error::missing("token").into());
        }
        let credentials = credentials(request, form.client_id.as_deref(), form.client_secret.as_deref())?;
        let known = oauth::client_auth::authenticate(&self.app, &credentials).await?;
        if !known.client.is_confidential() {
            return Err(oauth::Error::invalid_client().because("a public client asked to introspect").into());
        }
        let found = oauth::introspect::introspect(&self.app, &known.client, &form.token).await?;
        Ok(Introspected::Token(Json(match found {
            Introspection::Inactive => IntrospectionBody::default(),
            Introspection::Active(bearer) => active(*bearer, self.app.config.issuer.as_str()),
        })))
    }

    /// Revoke a token
    ///
    /// A refresh token takes all tokens of its connection along (RFC 7009). A token that is unknown is no error.
    #[oai(path = "/revoke", method = "post", operation_id = "revoke")]
    async fn revoke(
        &self,
        request: &Request,
        _client: ClientAuth,
        form: Form<TokenQuery>,
    ) -> Result<Revoked, Failure> {
        let form = form.0;
        if form.token.is_empty() {
            return Err(oauth::Error::missing("token").into());
        }
        let credentials = credentials(request, form.client_id.as_deref(), form.client_secret.as_deref())?;
        let known = oauth::client_auth::authenticate(&self.app, &credentials).await?;
        oauth::revoke::revoke(&self.app, &known.client, &form.token).await?;
        Ok(Revoked::Done(Json(Nothing {})))
    }
}

/// What a request shows of its client: by header, or in the body, never both.
pub(super) fn credentials(
    request: &Request,
    client_id: Option<&str>,
    client_secret: Option<&str>,
) -> Result<ClientCredentials, oauth::Error> {
    let basic = credentials::basic(request.headers())?;
    ClientCredentials::new(basic.map(|basic| (basic.id, basic.secret)), client_id, client_secret)
}

impl From<TokenResponse> for TokenBody {
    fn from(issued: TokenResponse) -> Self {
        Self {
            access_token: issued.access_token.reveal().to_owned(),
            token_type: BEARER.to_owned(),
            expires_in: issued.expires_in,
            refresh_token: issued.refresh_token.map(|token| token.reveal().to_owned()),
            refresh_token_timeout: issued.refresh_token_timeout,
            authorization_expires_in: issued.authorization_expires_in,
            scope: issued.scopes.to_string(),
        }
    }
}

fn active(bearer: Bearer, issuer: &str) -> IntrospectionBody {
    let Bearer { subject, organization_id, scopes, issued_at, expires_at } = bearer;
    let (client_id, sub) = match subject {
        Subject::User { user_id, client_id } => (client_id.to_string(), user_id.to_string()),
        Subject::Client { client_id } => (client_id.to_string(), client_id.to_string()),
        Subject::PrivateApp { private_app_id, .. } => {
            (private_app_id.to_string(), private_app_id.to_string())
        }
    };
    IntrospectionBody {
        active: true,
        scope: Some(scopes.to_string()),
        client_id: Some(client_id),
        sub: Some(sub),
        token_type: Some(BEARER.to_owned()),
        exp: expires_at.map(|end| end.seconds()),
        iat: Some(issued_at.seconds()),
        iss: Some(issuer.to_owned()),
        organization: Some(organization_id.to_string()),
    }
}
