//! `/verify`: a reverse proxy asks whether a request may pass (nginx `auth_request`, Traefik, Caddy, Envoy).
//!
//! The proxy forwards the caller's headers; what may pass is answered with who it is, what may not with the exact
//! challenge, so that the proxy can hand either on unchanged.

use std::sync::Arc;

use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::HeaderMap;
use poem::http::HeaderValue;
use poem::http::header::WWW_AUTHENTICATE;
use poem::web::Data;

use crate::app::App;
use crate::model::module::Demand;
use crate::model::scope::Scopes;
use crate::oauth::Error;
use crate::oauth::bearer;
use crate::oauth::bearer::Bearer;
use crate::oauth::bearer::Subject;
use crate::web::form::Params;
use crate::web::form::Rules;
use crate::web::oauth::SubjectKind;
use crate::web::oauth::subject_id;
use crate::web::oauth_error;
use crate::web::presented;

/// `ANY /verify`.
#[handler]
pub async fn verify(request: &Request, Data(app): Data<&Arc<App>>) -> Response {
    let token = match presented::token(request.headers()) {
        Ok(Some(token)) => token,
        Ok(None) => return no_token(),
        Err(error) => return oauth_error::respond(&error),
    };
    let needed = match needed(request) {
        Ok(needed) => needed,
        Err(error) => return oauth_error::respond(&error),
    };
    let call = original_call(request);
    let bearer = match bearer::verify(app, token.reveal(), &presented::presentation(request, &call)).await {
        Ok(bearer) => bearer,
        Err(error) => return oauth_error::respond(&error),
    };
    match bearer.require(&needed) {
        Ok(()) => pass(&bearer),
        Err(error) => oauth_error::respond_missing(&error, Some(&needed.beyond(&bearer.scopes))),
    }
}

/// The scopes that the proxy demands: `?scope=` or `X-Required-Scope`, both together when both are there. A demand
/// that is missing, names nothing or names half of a scope comes of a variable that nobody set: it is refused, since
/// it would let every token pass.
fn needed(request: &Request) -> Result<Scopes, Error> {
    let params = Params::from_query(request.uri().query(), &Rules::STRICT)
        .map_err(|refused| oauth_error::unreadable(&refused))?;
    let mut needed = Scopes::default();
    // An empty parameter is absent to `Params`, and a demand here.
    if params.get("scope").is_none() && names_scope(request.uri().query().unwrap_or_default()) {
        return Err(malformed());
    }
    let lines = request.headers().get_all("x-required-scope").iter();
    let lines = lines.map(|line| line.to_str().map_err(|_| malformed()));
    for demand in params.get("scope").map(Ok).into_iter().chain(lines) {
        needed = needed.union(&Demand::parse(demand?).map_err(|_| malformed())?);
    }
    if needed.is_empty() { Err(malformed()) } else { Ok(needed) }
}

/// Whether a query that was read without fault has the parameter, be it empty.
fn names_scope(query: &str) -> bool {
    form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "scope")
}

fn malformed() -> Error {
    Error::invalid_request(
        "The required scope is missing, empty or malformed. Name it as in /verify?scope=contacts.read, several with \
         spaces between them.",
    )
}

/// What the caller asked of the proxy, as far as the proxy says, without its query.
fn original_call(request: &Request) -> String {
    let header = |names: [&str; 2]| {
        names.into_iter().find_map(|name| request.headers().get(name)?.to_str().ok()).unwrap_or_default()
    };
    let method = header(["x-forwarded-method", "x-original-method"]);
    let uri = header(["x-forwarded-uri", "x-original-uri"]);
    let path = uri.split(['?', '#']).next().unwrap_or_default();
    let printable = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    match (path.starts_with('/') && printable(path), !method.is_empty() && printable(method)) {
        (true, true) => presented::call(method, path),
        (true, false) => presented::call(request.method().as_str(), path),
        (false, _) => presented::call(request.method().as_str(), "/verify"),
    }
}

fn pass(bearer: &Bearer) -> Response {
    let (user, client) = match &bearer.subject {
        Subject::User { user_id, client_id } => (Some(user_id.as_str()), Some(client_id.as_str())),
        Subject::Client { client_id } => (None, Some(client_id.as_str())),
        Subject::PrivateApp { .. } => (None, None),
    };
    let scopes = bearer.scopes.to_string();
    let mut response = Response::default();
    let headers = response.headers_mut();
    set(headers, "x-auth-subject", Some(subject_id(&bearer.subject)));
    set(headers, "x-auth-kind", Some(SubjectKind::of(&bearer.subject).as_str()));
    // Empty rather than absent: a proxy that copies them then overwrites what a caller made up.
    set(headers, "x-auth-user", user);
    set(headers, "x-auth-client", client);
    set(headers, "x-auth-organization", Some(bearer.organization_id.as_str()));
    set(headers, "x-auth-scope", Some(&scopes));
    response
}

fn set(headers: &mut HeaderMap, name: &'static str, value: Option<&str>) {
    if let Ok(value) = HeaderValue::from_str(value.unwrap_or_default()) {
        headers.insert(name, value);
    }
}

/// Nobody tried to authenticate, so the challenge names no error (RFC 6750 §3.1).
pub(super) fn no_token() -> Response {
    let mut response = oauth_error::respond(&Error::invalid_token().because("no token"));
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(oauth_error::NO_TOKEN));
    response
}
