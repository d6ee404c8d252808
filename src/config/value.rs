//! Values that have rules of their own.

mod database_url;
mod issuer;
mod log_filter;

use std::fmt;

use zeroize::Zeroizing;

pub use self::database_url::DatabaseUrl;
pub use self::database_url::PostgresUrl;
pub use self::issuer::Issuer;
pub use self::log_filter::LogFilter;

/// Why a text is no such value, as advice to its author. Contains no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unfit(pub String);

impl Unfit {
    fn new(advice: impl Into<String>) -> Self {
        Self(advice.into())
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// A text that is never printed, and wiped from memory when it is dropped.
#[derive(Clone)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes a text into custody.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The secret itself. Not for logs or messages.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
