//! How often something secret may be guessed wrongly.

use std::time::Duration;

use crate::base::clock::Timestamp;
use crate::model::lifetime::Seconds;

/// Failures of one subject (an account, a device, a network), a try in progress included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    pub failures: i64,
    /// When the first of them happened.
    pub since: Timestamp,
    pub last_at: Timestamp,
}

/// What one subject may get wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Failures that cost nothing.
    pub free: i64,
    /// The count starts afresh this long after its first failure.
    pub window: Duration,
    /// Beyond the free ones a pause of a second, doubled with each failure up to this one, lets one more try
    /// through; `None`: nothing does before the window ends.
    pub longest_pause: Option<Seconds>,
}

/// Counters that are kept at most, however many addresses somebody makes up. Beyond them those with the fewest failures
/// are forgotten first: to be rid of one with five failures takes this many others with as many.
pub const MOST_KEPT: i64 = 100_000;

/// Pauses stop doubling here, so that they cannot overflow.
pub const MOST_DOUBLINGS: i64 = 10;

impl Throttle {
    /// How long until the next try is let through; zero when it is now.
    pub fn wait(&self, limit: &Limit, now: Timestamp) -> Duration {
        let end = self.since + limit.window;
        let beyond = self.failures - limit.free;
        if beyond < 0 {
            return Duration::ZERO;
        }
        let pause = Duration::from_secs(1 << beyond.min(MOST_DOUBLINGS));
        let next = limit.longest_pause.map_or(end, |longest| self.last_at + pause.min(longest.duration()));
        now.until(next.min(end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROWING: Limit =
        Limit { free: 5, window: Duration::from_secs(86_400), longest_pause: Some(Seconds::minutes(15)) };
    const HARD: Limit = Limit { free: 30, window: Duration::from_secs(600), longest_pause: None };

    fn after(failures: i64, limit: &Limit) -> u64 {
        let now = Timestamp::from_millis(0);
        Throttle { failures, since: now, last_at: now }.wait(limit, now).as_secs()
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let expected = [(4, 0), (5, 1), (6, 2), (7, 4), (14, 512), (15, 900), (16, 900), (1_000_000, 900)];
        for (failures, seconds) in expected {
            assert_eq!(after(failures, &GROWING), seconds, "after {failures} failures");
        }
    }

    #[test]
    fn without_pauses_the_window_must_end() {
        assert_eq!(after(29, &HARD), 0);
        assert_eq!(after(30, &HARD), 600);
        let start = Timestamp::from_millis(0);
        let full = Throttle { failures: 30, since: start, last_at: start };
        assert_eq!(full.wait(&HARD, start + Duration::from_secs(599)), Duration::from_secs(1));
        assert_eq!(full.wait(&HARD, start + Duration::from_secs(600)), Duration::ZERO);
    }
}
