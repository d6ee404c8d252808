//! One table from the error codes of the protocol to statuses and challenges, and one renderer over it.

use poem::IntoResponse;
use poem::Response;
use poem::http::HeaderValue;
use poem::http::StatusCode;
use poem::http::header::RETRY_AFTER;
use poem::http::header::WWW_AUTHENTICATE;
use poem_openapi::Object;
use poem_openapi::registry::MetaSchemaRef;
use poem_openapi::registry::Registry;
use poem_openapi::types::Type;

use crate::model::authority;
use crate::model::scope::Scopes;
use crate::oauth::Error;
use crate::oauth::error::Code;
use crate::web::answer::Json;
use crate::web::answer::Refusal;
use crate::web::answer::refuses;
use crate::web::credentials::CredentialsError;
use crate::web::form::ParamError;
use crate::web::request_id::RequestId;

/// The error of RFC 6749 section 5.2.
#[derive(Object)]
#[oai(rename = "OAuthError", example)]
struct Body {
    /// What kind of error it is, for programs.
    error: String,
    /// What happened and what to do, for people.
    error_description: String,
}

impl poem_openapi::types::Example for Body {
    fn example() -> Self {
        Self {
            error: Code::InvalidGrant.as_str().to_owned(),
            error_description: "The code has expired. Send the person through /authorize again.".to_owned(),
        }
    }
}

/// The status of a code. Connectors take a 400 for the end of a connection, so what may work later never is one.
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
        | Code::ConsentRequired
        | Code::RequestNotSupported
        | Code::RequestUriNotSupported => StatusCode::BAD_REQUEST,
    }
}

/// The value of `WWW-Authenticate` that goes with an error; `missing` are the scopes that the token lacks.
pub fn challenge(error: &Error, missing: Option<&Scopes>) -> Option<String> {
    let Error { code, description, .. } = error;
    match code {
        Code::InvalidClient => Some(r#"Basic realm="consentry""#.to_owned()),
        Code::InvalidToken | Code::InsufficientScope => {
            let scope = missing.map(|scopes| format!(r#", scope="{scopes}""#)).unwrap_or_default();
            let code = code.as_str();
            Some(format!(
                r#"Bearer realm="consentry", error="{code}", error_description="{description}"{scope}"#
            ))
        }
        _ => None,
    }
}

/// The challenge where no token was sent at all: it names no error (RFC 6750 §3.1).
pub const NO_TOKEN: &str = r#"Bearer realm="consentry""#;

/// The challenge to a person who must prove again who they are (RFC 9470 §3).
pub fn not_fresh() -> String {
    let seconds = authority::FRESH.as_secs();
    format!("{NO_TOKEN}, error=\"insufficient_user_authentication\", max_age=\"{seconds}\"")
}

/// The error as RFC 6749 §5.2 words it. Its cause goes to the log.
pub fn respond(error: &Error) -> Response {
    respond_missing(error, None)
}

/// As [`respond`], and the challenge names the scopes that the token lacks.
pub fn respond_missing(error: &Error, missing: Option<&Scopes>) -> Response {
    log(error);
    let body =
        Body { error: error.code.as_str().to_owned(), error_description: error.description.to_string() };
    let mut response = Json(body).with_status(status(error.code)).into_response();
    if let Some(challenge) = challenge(error, missing).and_then(|text| HeaderValue::try_from(text).ok()) {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    if error.code == Code::TemporarilyUnavailable {
        response.headers_mut().insert(RETRY_AFTER, error.retry_after.into());
    }
    response
}

/// Writes down what the answer does not say. The cause never holds a secret.
pub fn log(error: &Error) {
    let (code, request_id) = (error.code.as_str(), RequestId::current_text());
    let cause = error.cause.as_deref().unwrap_or(&error.description);
    match error.code {
        Code::ServerError => tracing::error!(code, cause, request_id, "refused"),
        Code::TemporarilyUnavailable => tracing::warn!(code, cause, request_id, "refused"),
        _ => tracing::info!(code, cause, request_id, "refused"),
    }
}

/// Parameters that cannot be read.
pub fn unreadable(refused: &ParamError) -> Error {
    Error::invalid_request(sentence(&refused.description()))
}

/// A body whose parameters cannot be read.
pub fn unreadable_body(refused: &poem::Error) -> Error {
    match refused.downcast_ref::<ParamError>() {
        Some(refused) => unreadable(refused),
        None => Error::invalid_request("The body cannot be read.").because(refused),
    }
}

/// `text` with a capital letter and a full stop.
pub fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).chain(['.']).collect()
}

/// Malformed credentials are a failed authentication; the rest is a malformed request.
impl From<CredentialsError> for Error {
    fn from(refused: CredentialsError) -> Self {
        match refused {
            CredentialsError::MalformedBasic | CredentialsError::EmptyId => {
                Error::invalid_client().because(refused)
            }
            CredentialsError::SeveralHeaders => Error::invalid_request(sentence(&refused.to_string())),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        respond(&self)
    }
}

refuses!(Error);

impl Refusal for Error {
    const CONTENT_TYPE: &'static str = "application/json";

    fn unreadable(error: poem::Error) -> Response {
        match error.is::<ParamError>() {
            true => error.into_response(),
            false => respond(&unreadable_body(&error)),
        }
    }

    fn schema() -> MetaSchemaRef {
        Body::schema_ref()
    }

    fn register_schema(registry: &mut Registry) {
        Body::register(registry);
    }

    fn meaning(status: u16) -> &'static str {
        match status {
            400 => "The request is malformed, or what it presents is not good (any more)",
            401 => "Who is calling could not be established",
            413 => "The body is larger than 64 KB",
            415 => "The body is not a form in UTF-8",
            403 => "The token does not reach that far",
            500 => "Our fault; it was logged under the request id in `X-Request-Id`",
            503 => "Cannot be decided right now, and nothing was changed; try again in a moment",
            _ => "Refused",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_status_that_connectors_survive() {
        for code in Code::ALL {
            let expected = match code.as_str() {
                "invalid_client" | "invalid_token" => 401,
                "insufficient_scope" => 403,
                "server_error" => 500,
                "temporarily_unavailable" => 503,
                _ => 400,
            };
            assert_eq!(status(code).as_u16(), expected, "{code:?}");
        }
    }

    #[test]
    fn challenges_say_what_is_wrong() {
        let lacking = Error::new(Code::InsufficientScope, "No.");
        let missing = Scopes::parse("a.read b.write").unwrap();
        assert_eq!(
            challenge(&lacking, Some(&missing)).as_deref(),
            Some(
                r#"Bearer realm="consentry", error="insufficient_scope", error_description="No.", scope="a.read b.write""#
            )
        );
        assert_eq!(challenge(&Error::invalid_client(), None).as_deref(), Some(r#"Basic realm="consentry""#));
        assert_eq!(challenge(&Error::missing("code"), None), None);
    }
}
