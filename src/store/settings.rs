//! What the installation remembers about itself: its key's fingerprint and its set-up link.

use crate::base::clock::Timestamp;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::one;
use crate::store::db::opt;
use crate::store::db::run;

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
