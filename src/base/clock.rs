//! The one place where the wall clock is read.

use std::fmt;
use std::ops::Add;
use std::ops::Sub;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;
use std::time::SystemTime;

/// An instant as Unix milliseconds: what the database stores. The wire shows [`Timestamp::seconds`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Unix seconds, as `exp`, `iat` and every other number of the protocol are written.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// How long until `later`; zero when it has passed.
    pub fn until(self, later: Timestamp) -> Duration {
        Duration::from_millis(later.0.saturating_sub(self.0).max(0) as u64)
    }

    /// `2026-11-21 21:54 UTC`, for people.
    pub fn to_text(self) -> String {
        const FORMAT: &[time::format_description::BorrowedFormatItem<'_>] =
            time::macros::format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
        time::OffsetDateTime::from_unix_timestamp(self.seconds())
            .ok()
            .and_then(|moment| moment.format(FORMAT).ok())
            .unwrap_or_else(|| "far away".to_owned())
    }

    /// `2026-11-21T21:54:03Z` (RFC 3339), for programs.
    pub fn to_rfc3339(self) -> String {
        time::OffsetDateTime::from_unix_timestamp(self.seconds())
            .ok()
            .and_then(|moment| moment.format(&time::format_description::well_known::Rfc3339).ok())
            .unwrap_or_default()
    }
}

impl Add<Duration> for Timestamp {
    type Output = Timestamp;

    fn add(self, span: Duration) -> Timestamp {
        Timestamp(self.0.saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Timestamp;

    fn sub(self, span: Duration) -> Timestamp {
        Timestamp(self.0.saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

/// The time.
///
/// It never runs behind its *mark*, the high-water mark of the time that was used, which is kept with the data and
/// shared by the nodes: what has ended stays ended when the machine's clock goes back. The mark moves by
/// [`Clock::keep`], every few seconds, and follows the machine's clock at between half and twice the pace at which time
/// passes. So a clock that was wrong for an hour, even by years, holds the time up for an hour at most once it is right
/// again; and while the machine's clock is behind the mark, the time goes on from there, at half the pace.
///
/// Clones are one clock. A test can move it.
#[derive(Clone, Debug)]
pub struct Clock {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    started: Instant,
    /// What a test let pass, in milliseconds.
    passed: AtomicI64,
    /// By how much a test put the machine's clock wrong.
    wrong: AtomicI64,
    /// The mark of `kept`, for a quick look.
    mark: AtomicI64,
    kept: Mutex<Option<Kept>>,
}

/// The last step of the mark.
#[derive(Clone, Copy, Debug)]
struct Kept {
    mark: i64,
    /// What the machine's clock showed then, and how much time had passed since the start.
    wall: i64,
    elapsed: i64,
    /// Jumps of the machine's clock that the mark has not caught up with.
    jumped: i64,
}

/// How the machine's clock differs, by more than a minute, from the time that it should show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skew {
    /// It is behind the time that was used before, on this node or another.
    Behind(Duration),
    /// It jumped forward while the server ran.
    Ahead(Duration),
}

impl fmt::Display for Skew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Skew::Behind(by) => write!(f, "{} seconds behind", by.as_secs()),
            Skew::Ahead(by) => write!(f, "{} seconds ahead", by.as_secs()),
        }
    }
}

/// A difference that is worth telling, in milliseconds.
const WORTH_TELLING: i64 = 60_000;

impl Default for Clock {
    fn default() -> Self {
        let shared = Shared {
            started: Instant::now(),
            passed: AtomicI64::new(0),
            wrong: AtomicI64::new(0),
            mark: AtomicI64::new(i64::MIN),
            kept: Mutex::new(None),
        };
        Self { shared: Arc::new(shared) }
    }
}

impl Clock {
    /// The time to decide by.
    pub fn now(&self) -> Timestamp {
        let wall = self.wall();
        if wall >= self.shared.mark.load(Ordering::Relaxed) {
            return Timestamp(wall);
        }
        let since = |kept: Kept| kept.mark + (self.elapsed() - kept.elapsed).max(0) / 2;
        Timestamp(self.kept().map_or(wall, since).max(wall))
    }

    /// The time to forget by: however wild the machine's clock is, it runs at twice the pace of time at most.
    pub fn mark(&self) -> Timestamp {
        self.kept().map_or_else(|| self.now(), |kept| Timestamp(kept.mark))
    }

    /// Moves the mark on, and up to that of the other nodes; returns it, and by how many milliseconds the machine's
    /// clock jumped since the last step if that is more than a minute.
    pub fn keep(&self, others: Option<Timestamp>) -> (Timestamp, Option<i64>) {
        let (wall, elapsed) = (self.wall(), self.elapsed());
        let others = others.map(Timestamp::millis);
        let mut kept = self.shared.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let last = kept.unwrap_or(Kept { mark: others.unwrap_or(wall), wall, elapsed, jumped: 0 });
        let passed = (elapsed - last.elapsed).max(0);
        let mark = wall.clamp(last.mark + passed / 2, last.mark + 2 * passed).max(others.unwrap_or(i64::MIN));
        let jump = wall - last.wall - passed;
        let told = (jump.abs() > WORTH_TELLING).then_some(jump);
        let jumped = last.jumped + told.unwrap_or(0);
        let jumped = if (wall - mark).abs() > WORTH_TELLING { jumped } else { 0 };
        *kept = Some(Kept { mark, wall, elapsed, jumped });
        self.shared.mark.store(mark, Ordering::Relaxed);
        (Timestamp(mark), told)
    }

    /// What is wrong with the machine's clock, as of the last step.
    pub fn skew(&self) -> Option<Skew> {
        let kept = self.kept()?;
        let span = |millis: i64| Duration::from_millis(millis.unsigned_abs());
        match kept.wall - kept.mark {
            ahead if ahead > WORTH_TELLING && kept.jumped > WORTH_TELLING => Some(Skew::Ahead(span(ahead))),
            behind if behind < -WORTH_TELLING => Some(Skew::Behind(span(behind))),
            _ => None,
        }
    }

    /// Lets time pass.
    pub fn advance(&self, span: Duration) {
        self.shared.passed.fetch_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX), Ordering::Relaxed);
    }

    /// Puts the machine's clock wrong by so many milliseconds more, although no time passes.
    pub fn jump(&self, millis: i64) {
        self.shared.wrong.fetch_add(millis, Ordering::Relaxed);
    }

    /// The clock of the same machine, as a process that starts now finds it: without a mark.
    pub fn restarted(&self) -> Clock {
        let fresh = Clock::default();
        for (to, from) in
            [(&fresh.shared.passed, &self.shared.passed), (&fresh.shared.wrong, &self.shared.wrong)]
        {
            to.store(from.load(Ordering::Relaxed), Ordering::Relaxed);
        }
        fresh
    }

    /// What the machine's clock shows.
    fn wall(&self) -> i64 {
        #[expect(clippy::disallowed_methods, reason = "this is the clock")]
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let moved = self.shared.passed.load(Ordering::Relaxed) + self.shared.wrong.load(Ordering::Relaxed);
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX).saturating_add(moved)
    }

    /// How much time has passed, whatever any clock shows.
    fn elapsed(&self) -> i64 {
        let since = i64::try_from(self.shared.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        since.saturating_add(self.shared.passed.load(Ordering::Relaxed))
    }

    fn kept(&self) -> Option<Kept> {
        *self.shared.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    /// Steps of ten seconds.
    fn pass(clock: &Clock, seconds: u64) {
        for _ in 0..seconds / 10 {
            clock.advance(Duration::from_secs(10));
            clock.keep(None);
        }
    }

    #[test]
    fn the_time_never_goes_back_and_never_stands_still() {
        let clock = Clock::default();
        clock.keep(None);
        for jump in [-2 * HOUR, -48 * HOUR, 5 * HOUR, -5 * HOUR, -1000 * HOUR] {
            pass(&clock, 60);
            let before = clock.mark();
            clock.jump(jump);
            assert!(clock.now() >= before, "after a jump of {jump}");
            let now = clock.now();
            pass(&clock, 60);
            assert!(clock.now() >= now + Duration::from_secs(29), "after a jump of {jump}");
        }
        assert!(matches!(clock.skew(), Some(Skew::Behind(_))));
    }

    #[test]
    fn a_wild_jump_is_forgotten_as_soon_as_it_lasted() {
        let clock = Clock::default();
        clock.keep(None);
        let right = clock.now();
        clock.jump(87_600 * HOUR);
        assert_eq!(clock.keep(None).1.map(|jump| jump / HOUR), Some(87_600));
        pass(&clock, 600);
        assert!(matches!(clock.skew(), Some(Skew::Ahead(_))));
        assert!(clock.now() > right + Duration::from_secs(9 * 365 * 24 * 3600));
        assert!(clock.mark() <= right + Duration::from_secs(1201));
        clock.jump(-87_600 * HOUR);
        clock.keep(None);
        assert!(clock.now() <= right + Duration::from_secs(1201));
        pass(&clock, 1300);
        assert_eq!(clock.skew(), None);
        assert!(clock.now().millis() <= clock.wall(), "it is right again");
    }

    #[test]
    fn a_start_after_a_rest_is_no_jump() {
        let clock = Clock::default();
        let week = Duration::from_secs(7 * 24 * 3600);
        assert_eq!(clock.keep(Some(clock.now() - week)).1, None);
        pass(&clock, 60);
        assert_eq!(clock.skew(), None);
        assert!(clock.now().millis() <= clock.wall());
    }

    #[test]
    fn the_mark_of_another_node_counts() {
        let clock = Clock::default();
        let ahead = clock.now() + Duration::from_secs(7200);
        clock.keep(Some(ahead));
        assert!(clock.now() >= ahead);
        assert!(matches!(clock.skew(), Some(Skew::Behind(by)) if by.as_secs() >= 7199));
    }
}
