//! Values that have rules of their own.

mod base_path;
mod database_url;
mod issuer;
mod log_filter;

pub use self::base_path::BasePath;
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
