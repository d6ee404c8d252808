//! Errors of the management API as RFC 9457 problem documents.

use poem::IntoResponse;
use poem::Response;
use poem::error::ResponseError;
use poem::http::StatusCode;
use poem::http::header::CACHE_CONTROL;
use poem::http::header::CONTENT_TYPE;
use poem::http::header::RETRY_AFTER;
use serde::Serialize;

use crate::web::request_id::RequestId;

/// An error answer of the API: what is wrong and what to do, for a program and for a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {detail}")]
pub struct Problem {
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    retry_after: Option<u32>,
}

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field's name as it was, or should have been, sent.
    pub field: String,
    /// What is wrong with it and what is wanted, as a sentence.
    pub message: String,
}

/// The members of RFC 9457 §3.1, and ours.
#[derive(Serialize)]
struct Document<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

impl Problem {
    /// An error of a meaning that no other constructor has. `kind` is its stable name for programs
    /// (`type` is `urn:consentry:problem:<kind>`), `title` the same in words.
    pub fn new(
        status: StatusCode,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self { status, kind, title, detail: detail.into(), errors: Vec::new(), retry_after: None }
    }

    /// 400: the request as a whole cannot be understood.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", "The request cannot be understood", detail)
    }

    /// 401: nobody is signed in and no token was sent, or it is no longer good.
    pub fn unauthenticated() -> Self {
        let detail = "Sign in, or send a valid access token in the Authorization header.";
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "Authentication is needed", detail)
    }

    /// 403: the caller is known and may not do this.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "This is not allowed", detail)
    }

    /// 404: there is no such `thing` (`app`, `member`), or the caller may not know of it.
    pub fn not_found(thing: &str) -> Self {
        let detail = format!("There is no such {thing}, or you may not see it.");
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", detail)
    }

    /// 409: the request was fine, but it no longer or not yet fits the state of things.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", "This conflicts with the current state", detail)
    }

    /// 422: one field is wrong; [`Problem::and`] adds more.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        let detail = "Some fields need to be corrected; see errors.";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Some fields are not valid", detail)
            .and(field, message)
    }

    /// 429: too many requests; try again after that many seconds.
    pub fn too_many(retry_after: u32) -> Self {
        let detail = format!("Wait {retry_after} seconds before the next attempt.");
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "Too many requests", detail)
            .retry_after(retry_after)
    }

    /// 500: our fault. The cause belongs in the log, under the request id.
    pub fn internal() -> Self {
        let detail = "The fault is on our side and was logged under this request id.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong here", detail)
    }

    /// 503: cannot answer now; try again after that many seconds.
    pub fn unavailable(retry_after: u32) -> Self {
        let detail = "Nothing was changed. Try again in a moment.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Temporarily unavailable", detail)
            .retry_after(retry_after)
    }

    /// Adds what is wrong with one more field.
    #[must_use]
    pub fn and(mut self, field: impl Into<String>, message: impl Into<String>) -> Self {
        self.errors.push(FieldError { field: field.into(), message: message.into() });
        self
    }

    /// Sets `Retry-After`, in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What is wrong with which fields.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    fn response(&self) -> Response {
        let document = Document {
            r#type: format!("urn:consentry:problem:{}", self.kind),
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            errors: &self.errors,
            request_id: RequestId::current().map(|id| id.to_string()),
        };
        let mut response = Response::builder()
            .status(self.status)
            .header(CONTENT_TYPE, "application/problem+json")
            .header(CACHE_CONTROL, "no-store")
            .body(serde_json::json!(document).to_string());
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl ResponseError for Problem {
    fn status(&self) -> StatusCode {
        self.status
    }

    fn as_response(&self) -> Response {
        self.response()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.response()
    }
}
