//! The end of token families.

use constcat::concat;

use crate::base::clock::Timestamp;
use crate::model::id::FamilyId;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::forget;
use crate::store::db::run;

/// Some families that ended before `$1`, the oldest first.
pub(crate) const ENDED: &str =
    "SELECT id FROM revoked_families WHERE revoked_at < $1 ORDER BY revoked_at, id LIMIT 100";

/// Ends every token of the family, those that are yet to be written included. `false` when it had ended before.
pub async fn revoke(conn: &mut Conn, family_id: &FamilyId, reason: &str, now: Timestamp) -> Result<bool> {
    let inserted = run!(
        conn,
        "INSERT INTO revoked_families (id, reason, revoked_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
        family_id,
        reason,
        now,
    )?;
    Ok(inserted > 0)
}

/// Forgets the end of some families before `before`, if no token is left that could outlive it.
pub async fn sweep(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    forget!(
        conn,
        "revoked_families",
        "id",
        concat!(
            "id IN (",
            ENDED,
            ") AND NOT EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.family_id = t.id) \
             AND NOT EXISTS (SELECT 1 FROM access_tokens a WHERE a.family_id = t.id AND a.expires_at IS NULL)"
        ),
        before,
    )
}
