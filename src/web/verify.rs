//! `ANY /verify`: forward-auth for nginx, Traefik, Caddy and Envoy. A bearer token in; 200 and who it is, or the
//! exact challenge, out.

use std::sync::Arc;

use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::HeaderMap;
use poem::http::HeaderValue;
use poem::http::header::AUTHORIZATION;
use poem::web::Data;

use crate::app::App;
use crate::model::scope::Scopes;
use crate::oauth;
use crate::oauth::Error;
use crate::oauth::bearer;
use crate::oauth::bearer::Bearer;
use crate::oauth::bearer::Presentation;
use crate::oauth::bearer::Subject;
use crate::web::client_ip::ClientIp;
use crate::web::credentials;
use crate::web::form::Params;
use crate::web::form::Rules;
use crate::web::oauth_error;

/// The scopes that a route needs, where the proxy cannot put them into the query.
const REQUIRED_SCOPES: &str = "x-required-scope";

/// Answers 200 with `X-Auth-*` headers when the token counts and has the scopes of `?scope=` or
/// `X-Required-Scope`; otherwise 401 or 403 with the challenge that the caller is to get.
#[handler]
pub async fn verify(request: &Request, Data(app): Data<&Arc<App>>) -> Response {
    match check(app, request).await {
        Ok(bearer) => described(&bearer),
        Err(error) => oauth_error::respond(&error),
    }
}

async fn check(app: &App, request: &Request) -> Result<Bearer, Error> {
    let token = presented(request.headers())?;
    let needed = needed(request)?;
    let call = original_call(request);
    let address = request.data::<ClientIp>().map(|ip| ip.0);
    let bearer = bearer::verify(app, &token, &Presentation { address, call: &call }).await?;
    bearer.require(&needed)?;
    Ok(bearer)
}

/// The token of a call: `Authorization: Bearer <token>`, or in Worktual's dialect `Authorization` or `Authorisation`
/// with the bare token. Two that differ are refused.
pub(super) fn presented(headers: &HeaderMap) -> Result<String, Error> {
    let bare = |name: &str| {
        let value = headers.get(name)?.to_str().ok()?.trim();
        let token = value
            .get(..7)
            .filter(|scheme| scheme.eq_ignore_ascii_case("bearer "))
            .map_or(value, |_| &value[7..]);
        (!token.is_empty() && !token.contains(' ')).then(|| token.trim().to_owned())
    };
    let standard = match credentials::bearer(headers, None)? {
        Some(token) => Some(token),
        None => bare(AUTHORIZATION.as_str()),
    };
    match (standard, bare("authorisation")) {
        (Some(one), Some(other)) if one != other => Err(Error::invalid_request(
            "The Authorization and Authorisation headers hold different tokens. Send one.",
        )),
        (Some(token), _) | (None, Some(token)) => Ok(token),
        (None, None) => Err(Error::new(
            oauth::error::Code::InvalidToken,
            "No access token was sent. Send one as Authorization: Bearer.",
        )),
    }
}

fn needed(request: &Request) -> Result<Scopes, Error> {
    let params = Params::from_query(request.uri().query(), &Rules::STRICT);
    let params = params.map_err(|refused| oauth_error::unreadable(&refused))?;
    let header = request.headers().get(REQUIRED_SCOPES).and_then(|value| value.to_str().ok());
    let text = params.get("scope").or(header).unwrap_or_default();
    Scopes::parse(text).map_err(|_| Error::invalid_request("The required scope is malformed."))
}

/// The call that the proxy asks about, as nginx, Traefik and Caddy tell it; without its query.
fn original_call(request: &Request) -> String {
    let header = |names: [&str; 2]| {
        names.into_iter().find_map(|name| request.headers().get(name)).and_then(|value| value.to_str().ok())
    };
    let method = header(["x-original-method", "x-forwarded-method"]).unwrap_or(request.method().as_str());
    let target = header(["x-original-uri", "x-forwarded-uri"]).unwrap_or(request.uri().path());
    let path = target.split('?').next().unwrap_or_default();
    format!("{method} {path}").chars().filter(|c| !c.is_control()).take(200).collect()
}

fn described(bearer: &Bearer) -> Response {
    let (kind, subject, user, client) = match &bearer.subject {
        Subject::User { user_id, client_id } => {
            ("user", user_id.as_str(), user_id.as_str(), client_id.as_str())
        }
        Subject::Client { client_id } => ("client", client_id.as_str(), "", client_id.as_str()),
        Subject::PrivateApp { private_app_id, .. } => {
            ("private_app", private_app_id.as_str(), "", private_app_id.as_str())
        }
    };
    let scopes = bearer.scopes.to_string();
    let mut response = Response::builder().finish();
    for (name, value) in [
        ("x-auth-kind", kind),
        ("x-auth-subject", subject),
        ("x-auth-user", user),
        ("x-auth-client", client),
        ("x-auth-organization", bearer.organization_id.as_str()),
        ("x-auth-scope", &scopes),
    ] {
        // Identifiers and scopes are printable ASCII. An empty one is sent too, so that a caller's own header of
        // that name never passes through the proxy.
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
