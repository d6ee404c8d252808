//! One error for every endpoint of the protocol: what the wire says, and what only the log says.

use std::borrow::Cow;
use std::fmt;

use crate::model::standing::Dead;
use crate::store;

/// Error codes of RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1 and OpenID Connect Core §3.1.2.6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    InvalidRequest,
    InvalidClient,
    InvalidGrant,
    UnauthorizedClient,
    UnsupportedGrantType,
    UnsupportedResponseType,
    InvalidScope,
    AccessDenied,
    LoginRequired,
    ConsentRequired,
    RequestNotSupported,
    RequestUriNotSupported,
    InvalidToken,
    InsufficientScope,
    ServerError,
    TemporarilyUnavailable,
}

impl Code {
    pub const ALL: [Code; 16] = [
        Code::InvalidRequest,
        Code::InvalidClient,
        Code::InvalidGrant,
        Code::UnauthorizedClient,
        Code::UnsupportedGrantType,
        Code::UnsupportedResponseType,
        Code::InvalidScope,
        Code::AccessDenied,
        Code::LoginRequired,
        Code::ConsentRequired,
        Code::RequestNotSupported,
        Code::RequestUriNotSupported,
        Code::InvalidToken,
        Code::InsufficientScope,
        Code::ServerError,
        Code::TemporarilyUnavailable,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Code::InvalidRequest => "invalid_request",
            Code::InvalidClient => "invalid_client",
            Code::InvalidGrant => "invalid_grant",
            Code::UnauthorizedClient => "unauthorized_client",
            Code::UnsupportedGrantType => "unsupported_grant_type",
            Code::UnsupportedResponseType => "unsupported_response_type",
            Code::InvalidScope => "invalid_scope",
            Code::AccessDenied => "access_denied",
            Code::LoginRequired => "login_required",
            Code::ConsentRequired => "consent_required",
            Code::RequestNotSupported => "request_not_supported",
            Code::RequestUriNotSupported => "request_uri_not_supported",
            Code::InvalidToken => "invalid_token",
            Code::InsufficientScope => "insufficient_scope",
            Code::ServerError => "server_error",
            Code::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }
}

/// A refusal. The description is public and keeps to the characters of RFC 6749 §5.2; the cause goes to the log.
#[derive(Clone, Debug)]
pub struct Error {
    pub code: Code,
    pub description: Cow<'static, str>,
    pub cause: Option<String>,
    /// Seconds after which it may have passed, if the code is [`Code::TemporarilyUnavailable`].
    pub retry_after: u32,
}

impl Error {
    pub fn new(code: Code, description: impl Into<Cow<'static, str>>) -> Self {
        Self { code, description: description.into(), cause: None, retry_after: 1 }
    }

    /// Adds what only the log may say.
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    pub fn invalid_request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::InvalidRequest, description)
    }

    /// A parameter that must be there is missing or empty.
    pub fn missing(parameter: &'static str) -> Self {
        Self::invalid_request(format!("The parameter {parameter} is missing or empty."))
    }

    /// Client authentication failed. One text for every reason, so that it tells nobody which clients exist.
    pub fn invalid_client() -> Self {
        Self::new(
            Code::InvalidClient,
            "Client authentication failed: the client is unknown, or its credentials are missing, wrong or ended.",
        )
    }

    pub fn invalid_grant(description: &'static str) -> Self {
        Self::new(Code::InvalidGrant, description)
    }

    pub fn invalid_scope(description: &'static str) -> Self {
        Self::new(Code::InvalidScope, description)
    }

    /// The bearer token does not count. One text for every reason.
    pub fn invalid_token() -> Self {
        Self::new(Code::InvalidToken, "The access token is unknown, expired or revoked.")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.description)?;
        match &self.cause {
            Some(cause) => write!(f, " ({cause})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        let refusal = if error.is_unavailable() {
            Self::new(
                Code::TemporarilyUnavailable,
                "The server cannot decide this right now. Try again in a moment.",
            )
        } else {
            Self::new(
                Code::ServerError,
                "Something went wrong on our side. Quote the request id when you report it.",
            )
        };
        refusal.because(error)
    }
}

impl From<Dead> for Error {
    fn from(dead: Dead) -> Self {
        Self::invalid_grant(
            "The grant has expired, was revoked, or rests on an account or an app that has ended.",
        )
        .because(dead)
    }
}
