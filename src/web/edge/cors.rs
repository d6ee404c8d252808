use poem::Response;
use poem::http::HeaderValue;
use poem::http::header::ACCESS_CONTROL_ALLOW_HEADERS;
use poem::http::header::ACCESS_CONTROL_ALLOW_METHODS;
use poem::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use poem::http::header::ACCESS_CONTROL_EXPOSE_HEADERS;
use poem::http::header::ACCESS_CONTROL_MAX_AGE;
use poem::http::header::ALLOW;

static ANY: HeaderValue = HeaderValue::from_static("*");
static EXPOSED: HeaderValue =
    HeaderValue::from_static("DPoP-Nonce, Retry-After, WWW-Authenticate, X-Request-Id");

/// Lets scripts of any site read this response. Credentials stay forbidden, so that no cookie is ever
/// sent along: only for mounts that know their caller by what is in the request itself.
pub fn open(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY.clone());
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED.clone());
}

/// Answers what a script of another site may send, once the response to `OPTIONS` has its `Allow`.
pub fn answer_preflight(response: &mut Response) {
    let headers = response.headers_mut();
    if let Some(methods) = headers.get(ALLOW).cloned() {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
    }
    let sent = "Accept, Authorization, Content-Type, DPoP, MCP-Protocol-Version";
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(sent));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
}
