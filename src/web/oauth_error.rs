//! Errors of the protocol on the wire: one table from code to status, one body (RFC 6749 §5.2, RFC 6750 §3).

use poem::IntoResponse;
use poem::Response;
use poem::http::StatusCode;
use poem::http::header::RETRY_AFTER;
use poem::http::header::WWW_AUTHENTICATE;
use poem::web::Json;
use poem_openapi::ApiResponse;
use poem_openapi::Object;
use poem_openapi::payload::Json as Body;
use poem_openapi::types::Example;
use serde::Serialize;

use crate::oauth::Error;
use crate::oauth::error::Code;
use crate::web::credentials::CredentialsError;
use crate::web::form::ParamError;
use crate::web::request_id::RequestId;

/// How long a client should wait before it asks again, in seconds.
const RETRY: u32 = 1;

/// The status of each code. Zapier and others give a connection up on any 4xx but 408, 409, 423, 425 and 429, so
/// what may pass by itself is never one of the others.
pub const fn status(code: Code) -> StatusCode {
    match code {
        Code::InvalidClient | Code::InvalidToken => StatusCode::UNAUTHORIZED,
        Code::InsufficientScope => StatusCode::FORBIDDEN,
        Code::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
        Code::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::InvalidRequest
        | Code::InvalidGrant
        | Code::UnauthorizedClient
        | Code::UnsupportedGrantType
        | Code::UnsupportedResponseType
        | Code::InvalidScope
        | Code::AccessDenied
        | Code::LoginRequired
        | Code::ConsentRequired => StatusCode::BAD_REQUEST,
    }
}

/// The challenge that goes with a 401 or 403.
pub fn challenge(error: &Error) -> Option<String> {
    let (code, description) = (error.code.as_str(), &error.description);
    match error.code {
        Code::InvalidClient => Some(r#"Basic realm="consentry", charset="UTF-8""#.to_owned()),
        Code::InvalidToken | Code::InsufficientScope => {
            Some(format!(r#"Bearer realm="consentry", error="{code}", error_description="{description}""#))
        }
        _ => None,
    }
}

/// An error answer (RFC 6749 §5.2).
#[derive(Clone, Debug, Object, Serialize)]
#[oai(rename = "OAuthError", example)]
pub struct ErrorBody {
    /// The code, for programs.
    pub error: String,
    /// What is wrong and what to do, for people.
    pub error_description: String,
}

impl Example for ErrorBody {
    fn example() -> Self {
        Self {
            error: "invalid_grant".to_owned(),
            error_description: "The code has expired. Send the person through /authorize again.".to_owned(),
        }
    }
}

/// What an endpoint of the protocol answers instead of success.
#[derive(ApiResponse)]
pub enum Failure {
    /// The request is malformed, or what it presents is not (or no longer) good.
    #[oai(status = 400)]
    BadRequest(Body<ErrorBody>),
    /// Who asks could not be authenticated.
    #[oai(status = 401)]
    Unauthorized(Body<ErrorBody>, #[oai(header = "WWW-Authenticate")] String),
    /// The token lacks a scope.
    #[oai(status = 403)]
    Forbidden(Body<ErrorBody>, #[oai(header = "WWW-Authenticate")] String),
    /// The body is larger than 64 KB.
    #[oai(status = 413)]
    TooLarge(Body<ErrorBody>),
    /// The body is neither a form nor JSON.
    #[oai(status = 415)]
    MediaType(Body<ErrorBody>),
    /// The fault is ours.
    #[oai(status = 500)]
    Internal(Body<ErrorBody>),
    /// Try again after the time in `Retry-After`; nothing is lost.
    #[oai(status = 503)]
    Unavailable(Body<ErrorBody>, #[oai(header = "Retry-After")] u32),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        log(&error);
        let challenge = challenge(&error).unwrap_or_default();
        let body = Body(body(&error));
        match status(error.code) {
            StatusCode::UNAUTHORIZED => Failure::Unauthorized(body, challenge),
            StatusCode::FORBIDDEN => Failure::Forbidden(body, challenge),
            StatusCode::INTERNAL_SERVER_ERROR => Failure::Internal(body),
            StatusCode::SERVICE_UNAVAILABLE => Failure::Unavailable(body, RETRY),
            _ => Failure::BadRequest(body),
        }
    }
}

/// The answer to an error where there is no documented operation: dialects and forward-auth.
pub fn respond(error: &Error) -> Response {
    log(error);
    let status = status(error.code);
    let mut response = Json(body(error)).with_status(status).into_response();
    let headers = response.headers_mut();
    if let Some(challenge) = challenge(error).and_then(|text| text.parse().ok()) {
        headers.insert(WWW_AUTHENTICATE, challenge);
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, RETRY.into());
    }
    response
}

fn body(error: &Error) -> ErrorBody {
    ErrorBody {
        error: error.code.as_str().to_owned(),
        error_description: error.description.clone().into_owned(),
    }
}

/// The cause is for us only.
fn log(error: &Error) {
    let request_id = RequestId::current_text();
    match error.code {
        Code::ServerError => tracing::error!(%error, request_id, "answered with an error"),
        Code::TemporarilyUnavailable => tracing::warn!(%error, request_id, "answered with an error"),
        _ => tracing::debug!(%error, request_id, "answered with an error"),
    }
}

/// Parameters that cannot be read.
pub fn unreadable(refused: &ParamError) -> Error {
    Error::invalid_request(refused.to_string())
}

/// A body whose parameters cannot be read.
pub fn unreadable_body(refused: &poem::Error) -> Error {
    match refused.downcast_ref::<ParamError>() {
        Some(refused) => unreadable(refused),
        None => Error::invalid_request("The body cannot be read."),
    }
}

impl From<CredentialsError> for Error {
    /// Malformed credentials are a failed authentication; the rest is a malformed request.
    fn from(refused: CredentialsError) -> Self {
        match refused {
            CredentialsError::MalformedBasic | CredentialsError::EmptyId => {
                Error::invalid_client().because(refused)
            }
            CredentialsError::MalformedBearer => Error::invalid_token().because(refused),
            _ => Error::invalid_request(refused.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_by_itself_is_never_a_plain_client_error() {
        assert_eq!(status(Code::TemporarilyUnavailable), 503);
        assert_eq!(status(Code::ServerError), 500);
        for code in Code::ALL {
            let error = Error::new(code, "Some text.");
            let has_challenge = challenge(&error).is_some();
            assert_eq!(has_challenge, matches!(status(code).as_u16(), 401 | 403), "{code:?}");
        }
    }
}
