//! Spans of time that are stored and shown in whole seconds.

use std::time::Duration;

/// A span in seconds. Where a lifetime may be endless, the type is `Option<Seconds>` and `None` means
/// "until it is revoked".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seconds(i64);

impl Seconds {
    pub const fn new(seconds: i64) -> Self {
        Self(if seconds < 0 { 0 } else { seconds })
    }

    pub const fn minutes(minutes: i64) -> Self {
        Self::new(minutes * 60)
    }

    pub const fn hours(hours: i64) -> Self {
        Self::minutes(hours * 60)
    }

    pub const fn days(days: i64) -> Self {
        Self::hours(days * 24)
    }

    pub const fn get(self) -> i64 {
        self.0
    }

    pub const fn duration(self) -> Duration {
        Duration::from_secs(self.0 as u64)
    }
}

impl From<Duration> for Seconds {
    fn from(span: Duration) -> Self {
        Self::new(i64::try_from(span.as_secs()).unwrap_or(i64::MAX))
    }
}
