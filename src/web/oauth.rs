//! The endpoints that programs call: `/token`, `/introspect`, `/revoke`.
//!
//! A query string on them is neither read nor refused: some connectors repeat their parameters there.

mod bodies;
mod forms;

use std::sync::Arc;

use poem::IntoResponse;
use poem::Request;
use poem::Response;
use poem::http::Method;
use poem::http::StatusCode;
use poem::web::Data;
use poem_openapi::OpenApi;

use crate::app::App;
use crate::model::token::TokenKind;
use crate::oauth;
use crate::oauth::Error;
use crate::oauth::client_auth;
use crate::oauth::client_auth::ClientCredentials;
use crate::web::answer::Answer;
use crate::web::answer::Json;
use crate::web::answer::Outcome;
use crate::web::answer::Refusal;
use crate::web::answer::Reply;
use crate::web::answer::Written;
use crate::web::credentials;
use crate::web::form::Params;
use crate::web::oauth::bodies::Introspected;
use crate::web::oauth::bodies::Issued;
use crate::web::oauth::bodies::Revoked;
use crate::web::oauth::forms::ClientAuth;
use crate::web::oauth::forms::Fields;
use crate::web::oauth::forms::IntrospectForm;
use crate::web::oauth::forms::RevokeForm;
use crate::web::oauth::forms::TokenForm;
use crate::web::tags::Tag;

pub(super) use crate::web::oauth::bodies::SubjectKind;
pub(super) use crate::web::oauth::bodies::subject_id;
pub(super) use crate::web::oauth::forms::token_request;

/// The protocol's operations.
pub struct OAuthApi;

/// Whether the request is one of those that come all the time, for [`answer`].
pub fn is_frequent(request: &Request) -> bool {
    *request.method() == Method::POST && matches!(request.uri().path(), "/token" | "/introspect")
}

/// Answers a frequent request by its operation in [`OAuthApi`], where is told what it takes and answers. Left out is
/// only what the framework has between a route and its operation, which costs as much as the operation.
///
/// Each is boxed, so that the room which one takes is not carried along for the other.
pub async fn answer(app: &Arc<App>, request: Request) -> Response {
    let (request, mut body) = request.split();
    match request.uri().path() {
        "/introspect" => match Fields::read(&request, &mut body).await {
            Ok(form) => respond(Box::pin(OAuthApi.introspect(Data(app), &request, ClientAuth, form)).await),
            Err(unreadable) => Error::unreadable(unreadable),
        },
        _ => match Fields::read(&request, &mut body).await {
            Ok(form) => respond(Box::pin(OAuthApi.token(Data(app), &request, ClientAuth, form)).await),
            Err(unreadable) => Error::unreadable(unreadable),
        },
    }
}

fn respond<T: IntoResponse, O: Outcome<Refusal = Error>>(reply: Reply<T, O>) -> Response {
    reply.map_or_else(IntoResponse::into_response, IntoResponse::into_response)
}

macro_rules! outcomes {
    ($($name:ident = $meaning:literal, $refusals:expr;)+) => {$(
        struct $name;

        impl Outcome for $name {
            type Refusal = Error;
            const STATUS: StatusCode = StatusCode::OK;
            const MEANING: &'static str = $meaning;
            const REFUSALS: &'static [u16] = &$refusals;
        }
    )+};
}

outcomes! {
    Exchanged = "Fresh tokens (RFC 6749 section 5.1)", [400, 401, 413, 415, 500, 503];
    Looked = "What the token is; a token that does not count is `{\"active\": false}` and nothing else", [400, 401, 413, 415, 500, 503];
    Ended = "The token does not work any more, whether or not it ever did", [400, 401, 413, 415, 500, 503];
}

#[OpenApi(tag = "Tag::Protocol")]
impl OAuthApi {
    /// Get tokens
    ///
    /// Exchanges an authorization code, a refresh token, or the app's own credentials for tokens (RFC 6749).
    /// Apps with a secret send it in the `Authorization: Basic` header or in the body, never both; apps without one
    /// send their `client_id` in the body. A refresh token may be presented again for a moment and gets the same answer,
    /// so a lost answer can simply be asked for again.
    #[oai(path = "/token", method = "post", operation_id = "token")]
    async fn token(
        &self,
        app: Data<&Arc<App>>,
        request: &Request,
        _client: ClientAuth,
        form: Fields<TokenForm>,
    ) -> Reply<Written<Issued>, Exchanged> {
        let grant_type = require(&form.params, "grant_type")?;
        let credentials = credentials(request, &form.params)?;
        let wanted = token_request(grant_type, &form.params)?;
        let issued = oauth::token::exchange(&app, &credentials, &wanted).await?;
        Ok(Answer::Done(Written(issued.into())))
    }

    /// Look at a token
    ///
    /// Tells a resource server whether a token counts now, whose it is and what it allows (RFC 7662). An app sees its
    /// own tokens, a resource server of the platform everyone's; any other token is not active.
    #[oai(path = "/introspect", method = "post", operation_id = "introspect")]
    async fn introspect(
        &self,
        app: Data<&Arc<App>>,
        request: &Request,
        _client: ClientAuth,
        form: Fields<IntrospectForm>,
    ) -> Reply<Written<Introspected>, Looked> {
        let token = require(&form.params, "token")?;
        let known = client_auth::authenticate(&app, &credentials(request, &form.params)?).await?;
        if !known.client.is_confidential() {
            return Err(Error::invalid_client().because("introspection by a public client"));
        }
        let found = oauth::introspect::introspect(&app, &known.client, token).await?;
        let access = TokenKind::Refresh.digest(token).is_none();
        Ok(Answer::Done(Written(Introspected::new(&app.config.issuer, found, access))))
    }

    /// End a token
    ///
    /// Ends one of the app's own tokens (RFC 7009). Ending a refresh token ends everything that came of the same
    /// authorization. Unknown tokens are no error.
    #[oai(path = "/revoke", method = "post", operation_id = "revoke")]
    async fn revoke(
        &self,
        app: Data<&Arc<App>>,
        request: &Request,
        _client: ClientAuth,
        form: Fields<RevokeForm>,
    ) -> Reply<Json<Revoked>, Ended> {
        let token = require(&form.params, "token")?;
        let known = client_auth::authenticate(&app, &credentials(request, &form.params)?).await?;
        oauth::revoke::revoke(&app, &known.client, token).await?;
        Ok(Answer::Done(Json(Revoked {})))
    }
}

/// What must be there, whoever asks.
fn require<'a>(params: &'a Params, name: &'static str) -> Result<&'a str, Error> {
    params.get(name).ok_or(Error::missing(name))
}

/// What a request shows of its client: by header, or in the body, never both.
pub(super) fn credentials(request: &Request, params: &Params) -> Result<ClientCredentials, Error> {
    let basic = credentials::basic(request.headers())?.map(|basic| (basic.id, basic.secret));
    ClientCredentials::new(basic, params.get("client_id"), params.get("client_secret"))
}
