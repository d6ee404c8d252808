use poem::Request;
use poem::Response;
use poem::http::HeaderValue;
use poem::http::Method;
use poem::http::Uri;
use poem::http::Version;
use poem::http::header::ACCEPT;
use poem::http::header::ACCEPT_LANGUAGE;
use poem::http::header::ACCESS_CONTROL_REQUEST_METHOD;
use poem::http::header::CONNECTION;
use poem::http::header::CONTENT_ENCODING;
use poem::http::header::TRANSFER_ENCODING;

use crate::web::edge::Fault;
use crate::web::language::Language;
use crate::web::serve::Limits;

/// What is remembered of a request after its route has taken it.
pub struct Seen {
    method: Method,
    uri: Uri,
    accept: Option<HeaderValue>,
    languages: Vec<HeaderValue>,
    http1: bool,
    chunked: bool,
    preflight: bool,
}

impl Seen {
    pub fn of(request: &Request) -> Self {
        let headers = request.headers();
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            accept: headers.get(ACCEPT).cloned(),
            languages: headers.get_all(ACCEPT_LANGUAGE).iter().cloned().collect(),
            http1: request.version() < Version::HTTP_2,
            chunked: headers.contains_key(TRANSFER_ENCODING),
            preflight: request.method() == Method::OPTIONS
                && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD),
        }
    }

    pub fn method(&self) -> &Method {
        &self.method
    }

    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// The beginning of the path, for a log line.
    pub fn short_path(&self) -> &str {
        let path = self.path();
        &path[..path.floor_char_boundary(128)]
    }

    /// Whether a browser asks what another site may send here (Fetch, CORS-preflight).
    pub fn is_preflight(&self) -> bool {
        self.preflight
    }

    /// Whether a program asks rather than a person: it accepts JSON and no HTML.
    pub fn prefers_json(&self) -> bool {
        let accept = self.accept.as_ref().and_then(|accept| accept.to_str().ok()).unwrap_or_default();
        accept.contains("json") && !accept.contains("html")
    }

    /// The language of a page for whoever asked, by the same rules as on the page that they did not get.
    pub fn language(&self) -> Language {
        let mut query = form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes());
        let asked = query.find(|(name, _)| name == "ui_locales");
        let asked = asked.and_then(|(_, ui_locales)| Language::asked(&ui_locales));
        asked.unwrap_or_else(|| Language::best(&self.languages))
    }

    /// Ends an HTTP/1 connection whose next bytes cannot be trusted to begin a request: parts of this one
    /// were left unread, or it was framed in a way that a proxy in front may have read differently (a
    /// `Content-Length` beside `Transfer-Encoding` is removed before anyone sees it; RFC 9112 §6.1).
    pub fn close_if_needed(&self, response: &mut Response, unread: bool) {
        if self.http1 && (self.chunked || unread) {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
    }
}

/// Refuses a target or a header block that is too large.
pub fn check_size(request: &Request, limits: &Limits) -> Result<(), Fault> {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if target > limits.target_bytes {
        return Err(Fault::target_too_long(limits.target_bytes));
    }
    let headers = request.headers();
    // Four bytes a line for the colon, the blank and the line's end.
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if headers.len() > limits.headers || bytes > limits.header_bytes {
        return Err(Fault::headers_too_large());
    }
    Ok(())
}

/// Refuses compressed bodies, which nothing here unpacks.
pub fn check_encoding(request: &Request) -> Result<(), Fault> {
    let plain = |encoding: &HeaderValue| encoding.as_bytes().eq_ignore_ascii_case(b"identity");
    match request.headers().get_all(CONTENT_ENCODING).iter().all(plain) {
        true => Ok(()),
        false => Err(Fault::encoded_body()),
    }
}
