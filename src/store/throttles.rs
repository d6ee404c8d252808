//! Counters of failed guesses; they outlive a restart and count for all nodes.

use crate::base::clock::Timestamp;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::one;
use crate::store::db::opt;
use crate::store::db::row;
use crate::store::db::run;

/// Failures of one subject (an account, a network, a known device) since a moment.
#[derive(Clone, Copy, Debug)]
pub struct Throttle {
    pub failures: i64,
    pub last_at: Timestamp,
}

row!(Throttle { failures, last_at });

pub async fn find(conn: &mut Conn, subject: &str, since: Timestamp) -> Result<Option<Throttle>> {
    opt!(
        conn,
        Throttle,
        "SELECT failures, last_at FROM throttles WHERE subject = $1 AND since > $2",
        subject,
        since,
    )
}

/// Counts one failure before it is known to be one; the count starts afresh when it began before `since`.
pub async fn count(conn: &mut Conn, subject: &str, now: Timestamp, since: Timestamp) -> Result<Throttle> {
    one!(
        conn,
        Throttle,
        "INSERT INTO throttles (subject, failures, since, last_at) VALUES ($1, 1, $2, $2) \
         ON CONFLICT (subject) DO UPDATE SET \
         failures = CASE WHEN throttles.since > $3 THEN throttles.failures + 1 ELSE 1 END, \
         since = CASE WHEN throttles.since > $3 THEN throttles.since ELSE $2 END, last_at = $2 \
         RETURNING failures, last_at",
        subject,
        now,
        since,
    )
}

/// Takes one counted failure back: the guess was right.
pub async fn forgive(conn: &mut Conn, subject: &str) -> Result<()> {
    run!(conn, "UPDATE throttles SET failures = failures - 1 WHERE subject = $1 AND failures > 0", subject)?;
    Ok(())
}

pub async fn clear(conn: &mut Conn, subject: &str) -> Result<()> {
    run!(conn, "DELETE FROM throttles WHERE subject = $1", subject)?;
    Ok(())
}

pub async fn sweep(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    run!(
        conn,
        "DELETE FROM throttles WHERE subject IN (SELECT subject FROM throttles WHERE last_at < $1 LIMIT 1000)",
        before,
    )
}
