use poem::IntoResponse;
use poem::PathPattern;
use poem::Response;
use poem::http::StatusCode;
use poem::http::header::CONTENT_LENGTH;
use poem::http::header::CONTENT_TYPE;
use poem::http::header::RETRY_AFTER;
use serde_json::json;

use crate::web::edge::ErrorPage;
use crate::web::edge::Fault;
use crate::web::edge::Tongue;
use crate::web::edge::head::Seen;
use crate::web::problem::Problem;

/// Seconds after which a request that could not be answered now may be tried again.
const RETRY_SECONDS: u32 = 5;

/// Words `fault` in the tongue of its mount.
pub fn render(fault: &Fault, tongue: Tongue, seen: &Seen, page: &ErrorPage) -> Response {
    let mut response = match tongue {
        Tongue::OAuth => oauth(fault),
        Tongue::Page if !seen.prefers_json() => page(fault, seen.language()),
        Tongue::Page | Tongue::Problem => Problem::from(fault.clone()).into_response(),
    };
    response.set_status(fault.status);
    if fault.status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, RETRY_SECONDS.into());
    }
    response
}

/// Words an error that came without words for this mount, keeping the headers that its route gave it.
pub fn reword(bare: Response, tongue: Tongue, seen: &Seen, page: &ErrorPage) -> Response {
    let fault = bare.data::<Fault>().cloned().unwrap_or_else(|| Fault::from(bare.status()));
    let mut response = render(&fault, tongue, seen, page);
    if let Some(pattern) = bare.data::<PathPattern>() {
        response.set_data(pattern.clone());
    }
    for name in bare.headers().keys().filter(|name| **name != CONTENT_TYPE && **name != CONTENT_LENGTH) {
        response.headers_mut().remove(name);
        for value in bare.headers().get_all(name) {
            response.headers_mut().append(name.clone(), value.clone());
        }
    }
    response
}

/// The error object of RFC 6749 §5.2.
fn oauth(fault: &Fault) -> Response {
    let error = match fault.status.as_u16() {
        401 => "invalid_client",
        429 | 503 | 504 => "temporarily_unavailable",
        500.. => "server_error",
        _ => "invalid_request",
    };
    let allowed = |c: char| match c {
        ' ' | '!' | '#'..='[' | ']'..='~' => c,
        _ => '\'',
    };
    let description: String = fault.detail.chars().map(allowed).collect();
    let body = json!({ "error": error, "error_description": description });
    Response::builder().content_type("application/json").body(body.to_string())
}
