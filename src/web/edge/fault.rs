use std::borrow::Cow;

use poem::http::StatusCode;

use crate::config::Issuer;
use crate::web::cookies::CsrfRefusal;
use crate::web::form::ParamError;

/// An error that its mount has still to word: what happened, and what to do. The framework's own are
/// within the characters of RFC 6749 §5.2 and quote nothing from the request.
///
/// A response, or a [`poem::Error`], that holds one as data is worded by the mount it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The HTTP status.
    pub status: StatusCode,
    /// Its stable name for programs.
    pub kind: &'static str,
    /// It in a few words.
    pub title: &'static str,
    /// It in a sentence or two.
    pub detail: Cow<'static, str>,
}

impl Fault {
    /// An error in these words.
    pub fn new(
        status: StatusCode,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { status, kind, title, detail: detail.into() }
    }

    /// 400: the request breaks HTTP itself.
    pub fn malformed(detail: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", "The request cannot be understood", detail)
    }

    /// 404: the path lies outside of `issuer`'s.
    pub fn outside(issuer: &Issuer) -> Self {
        let detail =
            format!("There is nothing at this address. The addresses of this server begin with {issuer}/.");
        Self { detail: detail.into(), ..Self::from(StatusCode::NOT_FOUND) }
    }

    /// 405: the path is right and the method is not; `Allow` tells which are.
    pub fn method_not_allowed() -> Self {
        let detail = "This address does not take this method. The Allow header lists those it takes.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Method not allowed", detail)
    }

    /// 408: the body did not arrive in time.
    pub fn slow_body() -> Self {
        let detail = "The body of the request did not arrive in time. Try again on a better connection.";
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "request-timeout",
            "The request took too long to arrive",
            detail,
        )
    }

    /// 413: the body has more than `most` bytes.
    pub fn too_large(most: usize) -> Self {
        let detail = format!("The body is larger than the {most} bytes that are taken here.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The request is too large", detail)
    }

    /// 414: the address has more than `most` bytes.
    pub fn target_too_long(most: usize) -> Self {
        let detail = format!("The address is longer than the {most} bytes that are taken here.");
        Self::new(StatusCode::URI_TOO_LONG, "address-too-long", "The address is too long", detail)
    }

    /// 415: the body is compressed.
    pub fn encoded_body() -> Self {
        let detail = "The body is compressed. Send it without Content-Encoding.";
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media-type",
            "The body's type is not taken here",
            detail,
        )
    }

    /// 421: the request is for a host that is not `ours`.
    pub fn other_host(ours: &str) -> Self {
        let detail = format!(
            "The request names another host than this server's, {ours}. Use that address, or allow the other \
             host in the server's configuration."
        );
        Self::new(StatusCode::MISDIRECTED_REQUEST, "misdirected", "This is not that host", detail)
    }

    /// 431: there are too many headers, or too much in them.
    pub fn headers_too_large() -> Self {
        let detail =
            "The request has more, or longer, headers than are taken here. Clearing cookies may help.";
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        Self::new(status, "headers-too-large", "The request's headers are too large", detail)
    }

    /// 500: a route panicked.
    pub fn panicked() -> Self {
        Self::from(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// 503: a route took longer than a request may.
    pub fn timed_out() -> Self {
        Self::from(StatusCode::SERVICE_UNAVAILABLE)
    }
}

impl From<ParamError> for Fault {
    fn from(error: ParamError) -> Self {
        Self { detail: error.description().into(), ..Self::from(error.status()) }
    }
}

impl From<CsrfRefusal> for Fault {
    fn from(refusal: CsrfRefusal) -> Self {
        let detail =
            format!("For your safety this was not done: {refusal}. Go back, reload the page and try again.");
        Self { detail: detail.into(), ..Self::from(StatusCode::FORBIDDEN) }
    }
}

/// The words for a status that came without any.
impl From<StatusCode> for Fault {
    fn from(status: StatusCode) -> Self {
        let (kind, title, detail) = match status.as_u16() {
            400 => ("malformed", "The request cannot be understood", "Check its parameters and its body."),
            401 => (
                "unauthenticated",
                "Authentication is needed",
                "Sign in, or send valid credentials in the Authorization header.",
            ),
            403 => ("forbidden", "This is not allowed", "You may not do this with the access you have."),
            404 => {
                ("not-found", "Not found", "There is nothing at this address. Check it for typing errors.")
            }
            405 => return Self::method_not_allowed(),
            408 => return Self::slow_body(),
            409 => (
                "conflict",
                "This conflicts with the current state",
                "Reload, and try again if it still applies.",
            ),
            413 => ("too-large", "The request is too large", "Its body is larger than is taken here."),
            415 => (
                "media-type",
                "The body's type is not taken here",
                "Check the Content-Type header against the documentation of this server.",
            ),
            429 => ("too-many-requests", "Too many requests", "Wait a little before the next attempt."),
            503 | 504 => (
                "unavailable",
                "Temporarily unavailable",
                "The server could not finish this in time. Try again in a moment.",
            ),
            500.. => (
                "internal",
                "Something went wrong here",
                "The fault is on our side and was logged under this request id.",
            ),
            _ => (
                "refused",
                "The request was refused",
                "Check the request against the documentation of this server.",
            ),
        };
        Self::new(status, kind, title, detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_fits_rfc_6749() {
        let named = [
            Fault::malformed("one"),
            Fault::encoded_body(),
            Fault::too_large(1),
            Fault::target_too_long(1),
            Fault::other_host("id.example.com"),
            Fault::headers_too_large(),
            Fault::outside(&"https://example.com/id".parse().unwrap()),
        ];
        let by_status = (400..600).map(|code| Fault::from(StatusCode::from_u16(code).unwrap()));
        for fault in named.into_iter().chain(by_status) {
            let allowed = |byte: u8| matches!(byte, 0x20 | 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
            assert!(fault.detail.bytes().all(allowed), "{fault:?}");
            assert!(!fault.title.is_empty() && !fault.kind.is_empty());
        }
    }
}
