//! Errors of the management API as RFC 9457 problem documents.

use poem::IntoResponse;
use poem::Response;
use poem::http::StatusCode;
use poem::http::header::CACHE_CONTROL;
use poem::http::header::RETRY_AFTER;
use poem_openapi::ApiResponse;
use poem_openapi::Object;
use poem_openapi::registry::MetaMediaType;
use poem_openapi::registry::MetaResponse;
use poem_openapi::registry::MetaResponses;
use poem_openapi::registry::Registry;
use poem_openapi::types::Any;
use poem_openapi::types::ToJSON;
use poem_openapi::types::Type;
use serde_json::Value;

use crate::web::edge::Fault;
use crate::web::request_id::RequestId;

/// An error answer: what is wrong and what to do. A problem document at the API; where pages or OAuth
/// endpoints are mounted, the edge words it as those do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {detail}")]
pub struct Problem {
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    /// What stands now, and what differs from it.
    stale: Option<Box<(i64, Vec<Conflict>)>>,
    retry_after: Option<u32>,
}

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Object)]
pub struct FieldError {
    /// The field's name as it was, or should have been, sent.
    pub field: String,
    /// What is wrong with it and what is wanted, as a sentence.
    pub message: String,
}

/// A field that others changed meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Object)]
#[oai(rename = "FieldConflict")]
pub struct Conflict {
    /// The field's name.
    pub field: String,
    /// What it is now.
    pub current: Any<Value>,
    /// What it was to be.
    pub sent: Any<Value>,
}

/// Why a request failed (RFC 9457).
#[derive(Object)]
#[oai(rename = "Problem", skip_serializing_if_is_none)]
struct Document {
    /// What kind of problem it is: the same for every occurrence, for programs to compare.
    #[oai(rename = "type")]
    kind: String,
    /// The kind in a few words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What happened this time, and what to do.
    detail: String,
    /// The fields that need to be corrected.
    errors: Option<Vec<FieldError>>,
    /// The fields that others changed meanwhile.
    conflicts: Option<Vec<Conflict>>,
    /// The version that stands now.
    version: Option<i64>,
    /// What to quote when asking about this occurrence.
    request_id: Option<String>,
}

const MEDIA_TYPE: &str = "application/problem+json";

impl Problem {
    /// An error of a meaning that no other constructor has. `kind` is its stable name for programs
    /// (`type` is `urn:consentry:problem:<kind>`), `title` the same in words.
    pub fn new(
        status: StatusCode,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            kind,
            title,
            detail: detail.into(),
            errors: Vec::new(),
            stale: None,
            retry_after: None,
        }
    }

    /// 400: the request as a whole cannot be understood.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", "The request cannot be understood", detail)
    }

    /// 400: one field is not of the documented shape; [`Problem::and`] adds more.
    pub fn misshapen(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::malformed("Some fields are not as documented; see errors.").and(field, message)
    }

    /// 401: nobody is signed in and no token was sent, or it is no longer good.
    pub fn unauthenticated() -> Self {
        let detail = "Sign in, or send a valid access token in the Authorization header.";
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "Authentication is needed", detail)
    }

    /// 401: it is too long ago that the person proved who they are.
    pub fn not_fresh(why: &str) -> Self {
        let detail = format!("{why} Prove it with `POST /api/session/proof`, then send the same again.");
        Self::new(StatusCode::UNAUTHORIZED, "not-fresh", "Prove who you are again", detail)
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

    /// 409: others changed these fields since the version that the request was for; `version` stands now.
    pub fn stale(version: i64, conflicts: Vec<Conflict>) -> Self {
        let title = "Somebody else changed it meanwhile";
        let detail = format!(
            "Nothing was changed; see conflicts. To overwrite them, send the change again with version {version}."
        );
        let problem = Self::new(StatusCode::CONFLICT, "stale", title, detail);
        Self { stale: Some(Box::new((version, conflicts))), ..problem }
    }

    /// 422: one field is as documented and does not do here and now; [`Problem::and`] adds more.
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

    fn document(&self) -> Document {
        Document {
            kind: format!("urn:consentry:problem:{}", self.kind),
            title: self.title.to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            errors: (!self.errors.is_empty()).then(|| self.errors.clone()),
            conflicts: self.stale.as_ref().map(|stale| stale.1.clone()),
            version: self.stale.as_ref().map(|stale| stale.0),
            request_id: RequestId::current().map(|id| id.to_string()),
        }
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::new(fault.status, fault.kind, fault.title, fault.detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::builder()
            .status(self.status)
            .content_type(MEDIA_TYPE)
            .header(CACHE_CONTROL, "no-store")
            .body(self.document().to_json_string());
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response.set_data(Fault::new(self.status, self.kind, self.title, self.detail));
        response
    }
}

impl From<Problem> for poem::Error {
    fn from(problem: Problem) -> Self {
        let mut response = problem.into_response();
        let fault = response.extensions_mut().remove::<Fault>();
        let mut error = Self::from_response(response);
        // Only what is the error's own data outlives its way through the routes.
        if let Some(fault) = fault {
            error.set_data(fault);
        }
        error
    }
}

/// Documented as the answer to everything that has no status of its own.
impl ApiResponse for Problem {
    fn meta() -> MetaResponses {
        let content = vec![MetaMediaType { content_type: MEDIA_TYPE, schema: Document::schema_ref() }];
        let description = "The request failed; the problem document says why (RFC 9457)";
        let response =
            MetaResponse { description, status: None, status_range: None, content, headers: vec![] };
        MetaResponses { responses: vec![response] }
    }

    fn register(registry: &mut Registry) {
        Document::register(registry);
    }
}
