//! Counters of failed guesses; they outlive a restart and count for all nodes.

use crate::base::clock::Timestamp;
use crate::model::throttle::Limit;
use crate::model::throttle::MOST_DOUBLINGS;
use crate::model::throttle::Throttle;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::forget;
use crate::store::db::opt;
use crate::store::db::row;
use crate::store::db::run;

row!(Throttle { failures, since, last_at });

pub async fn find(conn: &mut Conn, subject: &str) -> Result<Option<Throttle>> {
    opt!(conn, Throttle, "SELECT failures, since, last_at FROM throttles WHERE subject = $1", subject)
}

/// Counts one failure, before it is known to be one, unless the subject must wait: then `None`, and nothing is
/// counted. The rule is that of [`Throttle::wait`], here in one statement, so that of many tries at once no more
/// pass than one after another would. A count that begins a whole window ahead was begun while the clock was wrong.
pub async fn count(
    conn: &mut Conn,
    subject: &str,
    limit: &Limit,
    now: Timestamp,
) -> Result<Option<Throttle>> {
    opt!(
        conn,
        Throttle,
        "INSERT INTO throttles (subject, failures, since, last_at) VALUES ($1, 1, $2, $2) \
         ON CONFLICT (subject) DO UPDATE SET \
         failures = CASE WHEN throttles.since > $3 AND throttles.since <= $7 THEN throttles.failures + 1 ELSE 1 END, \
         since = CASE WHEN throttles.since > $3 AND throttles.since <= $7 THEN throttles.since ELSE $2 END, last_at = $2 \
         WHERE throttles.since <= $3 OR throttles.since > $7 OR throttles.failures < $4 OR throttles.last_at + \
         1000 * CASE WHEN throttles.failures - $4 < $6 AND (1 << CAST(throttles.failures - $4 AS INTEGER)) < $5 \
         THEN 1 << CAST(throttles.failures - $4 AS INTEGER) ELSE $5 END <= $2 \
         RETURNING failures, since, last_at",
        subject,
        now,
        now - limit.window,
        limit.free,
        limit.longest_pause,
        MOST_DOUBLINGS,
        now + limit.window,
    )
}

/// Takes one counted failure back: the guess was right, or none was made.
pub async fn forgive(conn: &mut Conn, subject: &str) -> Result<()> {
    run!(conn, "UPDATE throttles SET failures = failures - 1 WHERE subject = $1 AND failures > 0", subject)?;
    Ok(())
}

pub async fn clear(conn: &mut Conn, subject: &str) -> Result<()> {
    run!(conn, "DELETE FROM throttles WHERE subject = $1", subject)?;
    Ok(())
}

/// Forgets counters that nothing was added to since `before`.
pub async fn sweep(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    forget!(conn, "throttles", "subject", "last_at < $1", before)
}

/// Forgets some of the counters beyond `kept`: those with the fewest failures, the oldest of them first. Forms that were
/// sent are no failures and stay.
pub async fn trim(conn: &mut Conn, kept: i64) -> Result<u64> {
    run!(
        conn,
        sqlite: "DELETE FROM throttles WHERE subject IN (SELECT subject FROM throttles \
             WHERE subject NOT LIKE 'form/%' ORDER BY failures, last_at \
             LIMIT (SELECT MIN(1000, MAX(0, COUNT(*) - $1)) FROM throttles))",
        postgres: "DELETE FROM throttles WHERE subject = ANY (ARRAY(SELECT subject FROM throttles \
             WHERE subject NOT LIKE 'form/%' ORDER BY failures, last_at \
             LIMIT (SELECT LEAST(1000, GREATEST(0, COUNT(*) - $1)) FROM throttles) FOR UPDATE SKIP LOCKED))",
        kept,
    )
}
