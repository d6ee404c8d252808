//! How the management API refuses: RFC 9457 problems, with the challenge where one belongs.

use poem::IntoResponse;
use poem::Response;
use poem::http::HeaderValue;
use poem::http::StatusCode;
use poem::http::header::WWW_AUTHENTICATE;
use poem_openapi::Object;
use poem_openapi::error::ContentTypeError;
use poem_openapi::error::ParseParamError;
use poem_openapi::error::ParseRequestPayloadError;
use poem_openapi::registry::MetaSchemaRef;
use poem_openapi::registry::Registry;
use poem_openapi::types::Any;
use poem_openapi::types::Example;
use poem_openapi::types::Type;

use crate::app::ChangeError;
use crate::app::Difference;
use crate::model::authority::Denied;
use crate::model::scope::Scopes;
use crate::oauth;
use crate::oauth::error::Code;
use crate::store;
use crate::web::answer::Refusal;
use crate::web::answer::refuses;
use crate::web::browser::Forged;
use crate::web::oauth_error;
use crate::web::problem::Conflict;
use crate::web::problem::Problem;

/// A problem, and how to authenticate where that is the problem.
#[derive(Debug)]
pub struct Refused {
    problem: Problem,
    challenge: Option<String>,
}

/// What went wrong and what to do (RFC 9457).
#[derive(Object)]
#[oai(rename = "Problem", skip_serializing_if_is_none, example)]
struct Document {
    /// The kind of problem, for programs: `urn:consentry:problem:...`.
    r#type: String,
    /// The kind of problem, for people.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What happened this time, and what to do.
    detail: String,
    /// What is wrong with each field, when fields are wrong.
    errors: Option<Vec<FieldError>>,
    /// The fields that others changed since the version that was changed.
    conflicts: Option<Vec<Conflict>>,
    /// The version that stands now, when there are conflicts.
    version: Option<i64>,
    /// Quote it when you report the problem.
    request_id: Option<String>,
}

/// What is wrong with one field.
#[derive(Object)]
#[oai(rename = "FieldError")]
struct FieldError {
    /// The name of the field.
    field: String,
    /// What is wrong with it and what is wanted.
    message: String,
}

impl Example for Document {
    fn example() -> Self {
        Self {
            r#type: "urn:consentry:problem:invalid".to_owned(),
            title: "Some fields are not valid".to_owned(),
            status: 422,
            detail: "Some fields need to be corrected; see errors.".to_owned(),
            errors: Some(vec![FieldError {
                field: "redirect_uris".to_owned(),
                message: "Line 1: http://app.example.com/cb uses http, which is for loopback addresses only \
                          (127.0.0.1, [::1], localhost); use https."
                    .to_owned(),
            }]),
            conflicts: None,
            version: None,
            request_id: Some("5tqc2m9v0hx1k".to_owned()),
        }
    }
}

impl Refused {
    /// Nobody is signed in and no token was sent.
    pub fn nobody() -> Self {
        Self { problem: Problem::unauthenticated(), challenge: Some(oauth_error::NO_TOKEN.to_owned()) }
    }

    /// The token does not reach that far.
    fn lacks(missing: &Scopes) -> Self {
        let text = format!("The token lacks the scope {missing}.");
        let error = oauth::Error::new(Code::InsufficientScope, text.clone());
        let title = "The token does not allow this";
        Self {
            problem: Problem::new(StatusCode::FORBIDDEN, "insufficient-scope", title, text),
            challenge: oauth_error::challenge(&error, Some(missing)),
        }
    }

    /// A browser did not prove that the request comes from one of our own pages.
    pub fn forged(why: Forged) -> Self {
        let detail = format!(
            "In a browser session, send the csrf_token of GET /api/session in X-CSRF-Token, from our own pages: {why}."
        );
        Problem::new(StatusCode::FORBIDDEN, "csrf", "The request may be forged", detail).into()
    }

    /// Our own fault.
    pub fn broken(what: &str) -> Self {
        tracing::error!(what, "an operation cannot be answered");
        Problem::internal().into()
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self { problem, challenge: None }
    }
}

impl From<store::Error> for Refused {
    fn from(error: store::Error) -> Self {
        if error.is_unavailable() {
            tracing::warn!(%error, "refused");
            return Problem::unavailable(1).into();
        }
        tracing::error!(%error, "refused");
        Problem::internal().into()
    }
}

impl From<Denied> for Refused {
    fn from(denied: Denied) -> Self {
        match &denied {
            Denied::NotFresh => Self {
                problem: Problem::not_fresh(&denied.to_string()),
                challenge: Some(oauth_error::not_fresh()),
            },
            Denied::Scope { scope } => Self::lacks(&[scope.clone()].into_iter().collect()),
            _ => Problem::forbidden(denied.to_string()).into(),
        }
    }
}

impl From<ChangeError> for Refused {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::NotFound(thing) => Problem::not_found(thing).into(),
            ChangeError::Denied(denied) => denied.into(),
            ChangeError::Conflict(detail) => Problem::conflict(detail).into(),
            ChangeError::Stale { version, differences } => {
                let conflict = |Difference { field, now, sent }| Conflict {
                    field: field.to_owned(),
                    current: Any(now),
                    sent: Any(sent),
                };
                Problem::stale(version, differences.into_iter().map(conflict).collect()).into()
            }
            ChangeError::Store(error) => error.into(),
            ChangeError::Invalid(fields) => {
                let misshapen = fields.iter().any(|wrong| wrong.misshapen);
                let mut fields = fields.into_iter();
                let Some(first) = fields.next() else {
                    return Problem::malformed("A field is wrong.").into();
                };
                let problem = match misshapen {
                    true => Problem::misshapen(first.field, first.message),
                    false => Problem::invalid(first.field, first.message),
                };
                fields.fold(problem, |problem, wrong| problem.and(wrong.field, wrong.message)).into()
            }
        }
    }
}

impl From<oauth::Error> for Refused {
    fn from(error: oauth::Error) -> Self {
        oauth_error::log(&error);
        let detail = error.description.to_string();
        let problem = match error.code {
            Code::InvalidToken => {
                Problem::new(StatusCode::UNAUTHORIZED, "invalid-token", "The token does not work", detail)
            }
            Code::TemporarilyUnavailable => Problem::unavailable(1),
            Code::ServerError => Problem::internal(),
            _ => Problem::malformed(detail),
        };
        Self { problem, challenge: oauth_error::challenge(&error, None) }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = self.problem.into_response();
        if let Some(challenge) = self.challenge.and_then(|text| HeaderValue::try_from(text).ok()) {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

refuses!(Refused);

impl Refusal for Refused {
    const CONTENT_TYPE: &'static str = "application/problem+json";

    fn unreadable(error: poem::Error) -> Response {
        if let Some(error) = error.downcast_ref::<ParseRequestPayloadError>() {
            return Problem::malformed(format!("The body is not as documented: {}.", error.reason))
                .into_response();
        }
        if let Some(error) = error.downcast_ref::<ParseParamError>() {
            let detail = format!("The parameter {} is not as documented: {}.", error.name, error.reason);
            return Problem::malformed(detail).into_response();
        }
        if error.is::<ContentTypeError>() {
            let title = "The body has a type that is not taken here";
            let detail = "Send the body in the media type that is documented, and name it in Content-Type.";
            return Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", title, detail)
                .into_response();
        }
        error.into_response()
    }

    fn schema() -> MetaSchemaRef {
        Document::schema_ref()
    }

    fn register_schema(registry: &mut Registry) {
        Document::register(registry);
    }

    fn meaning(status: u16) -> &'static str {
        match status {
            400 => "The request is not as documented; where fields are wrong, each is named",
            401 => "Nobody is signed in and no token was sent, or it does not work",
            403 => "The caller is known and may not do this",
            404 => "There is no such thing, or the caller may not know of it",
            409 => "The request is fine, but does not fit the present state of things",
            413 => "The body is too large",
            415 => "The body has a type that is not taken here",
            422 => {
                "Some fields are as documented and do not do here and now; each is named with what is wrong"
            }
            429 => "Too many wrong tries; the same one is looked at after `Retry-After`",
            500 => "Our fault; it was logged under the request id",
            503 => "Cannot be answered right now, and nothing was changed; try again in a moment",
            _ => "Refused",
        }
    }
}
