//! What the installation remembers about itself: its key's fingerprint, its set-up link, and the mark of its clock.

use std::time::Duration;

use crate::base::clock::Timestamp;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::forget;
use crate::store::db::one;
use crate::store::db::opt;
use crate::store::db::run;

/// The name of the setting that remembers who sent forwarded headers without being a trusted proxy: addresses with
/// blanks between them.
pub const STRANGERS: &str = "untrusted_forwarders";

/// How long that is of interest.
pub const STRANGERS_KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Sets the value, whatever stood before.
pub async fn put(conn: &mut Conn, name: &str, value: &str, expires_at: Option<Timestamp>) -> Result<()> {
    run!(
        conn,
        "INSERT INTO settings (name, value, expires_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET \
         value = excluded.value, expires_at = excluded.expires_at",
        name,
        value,
        expires_at,
    )?;
    Ok(())
}

/// The value that stands, which is `value` when none stood or what stood had expired: every node of a cluster
/// gets the same answer.
pub async fn settle(
    conn: &mut Conn,
    name: &str,
    value: &str,
    now: Timestamp,
    expires_at: Option<Timestamp>,
) -> Result<String> {
    let (standing,) = one!(
        conn,
        (String,),
        "INSERT INTO settings (name, value, expires_at) VALUES ($1, $2, $4) ON CONFLICT (name) DO UPDATE SET \
         value = CASE WHEN settings.expires_at <= $3 THEN excluded.value ELSE settings.value END, \
         expires_at = CASE WHEN settings.expires_at <= $3 THEN excluded.expires_at ELSE settings.expires_at END \
         RETURNING value",
        name,
        value,
        now,
        expires_at,
    )?;
    Ok(standing)
}

pub async fn find(conn: &mut Conn, name: &str, now: Timestamp) -> Result<Option<String>> {
    let row = opt!(
        conn,
        (String,),
        "SELECT value FROM settings WHERE name = $1 AND (expires_at IS NULL OR expires_at > $2)",
        name,
        now,
    )?;
    Ok(row.map(|(value,)| value))
}

/// Removes the setting if it still has this value and has not expired: one caller wins.
pub async fn take(conn: &mut Conn, name: &str, value: &str, now: Timestamp) -> Result<bool> {
    let removed = run!(
        conn,
        "DELETE FROM settings WHERE name = $1 AND value = $2 AND (expires_at IS NULL OR expires_at > $3)",
        name,
        value,
        now,
    )?;
    Ok(removed > 0)
}

/// Forgets settings that expired before `before`.
pub async fn sweep(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    forget!(conn, "settings", "name", "expires_at < $1", before)
}

/// The high-water mark of the time that was used, on any node.
pub async fn mark(conn: &mut Conn) -> Result<Option<Timestamp>> {
    let row = opt!(conn, (i64,), "SELECT CAST(value AS BIGINT) FROM settings WHERE name = 'clock_mark'")?;
    Ok(row.map(|(millis,)| Timestamp::from_millis(millis)))
}

/// Raises the mark; it is never lowered.
pub async fn raise_mark(conn: &mut Conn, mark: Timestamp) -> Result<()> {
    run!(
        conn,
        "INSERT INTO settings (name, value) VALUES ('clock_mark', CAST($1 AS TEXT)) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value \
         WHERE CAST(settings.value AS BIGINT) < CAST(excluded.value AS BIGINT)",
        mark,
    )?;
    Ok(())
}

/// What the database's own clock shows.
pub async fn database_time(conn: &mut Conn) -> Result<Timestamp> {
    let (millis,) = one!(
        conn,
        (i64,),
        sqlite: "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
        postgres: "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
    )?;
    Ok(Timestamp::from_millis(millis))
}
