//! The end of token families.

use constcat::concat;

use crate::base::clock::Timestamp;
use crate::model::id::FamilyId;
use crate::store::Result;
use crate::store::audit::Event;
use crate::store::audit::Stamp;
use crate::store::db::Conn;
use crate::store::db::forget;
use crate::store::db::run;

/// Some families that ended before `$1`, the oldest first.
pub(crate) const ENDED: &str =
    "SELECT id FROM revoked_families WHERE revoked_at < $1 ORDER BY revoked_at, id LIMIT 100";

/// Ends every token of the family, those that are yet to be written included, and records `event` in the same text.
/// `false` when it had ended before; nothing is recorded then.
pub async fn revoke(
    conn: &mut Conn,
    family_id: &FamilyId,
    reason: &str,
    event: &Event<'_>,
    now: Timestamp,
) -> Result<bool> {
    let stamp = Stamp::new(now);
    let recorded = run!(
        conn,
        sqlite: "INSERT INTO revoked_families (id, reason, revoked_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING; \
         INSERT INTO audit_events \
             (id, organization_id, actor, action, object, created_at, address, request_id) \
             SELECT $4, $5, $6, $7, $1, $3, $8, $9 WHERE changes() = 1",
        postgres: "WITH ended AS (INSERT INTO revoked_families (id, reason, revoked_at) VALUES ($1, $2, $3) \
             ON CONFLICT (id) DO NOTHING RETURNING id) \
         INSERT INTO audit_events \
             (id, organization_id, actor, action, object, created_at, address, request_id) \
             SELECT $4, $5, $6, $7, id, $3, $8, $9 FROM ended",
        family_id,
        reason,
        now,
        stamp.id,
        event.organization_id,
        event.actor,
        event.action.as_str(),
        stamp.address,
        stamp.request_id,
    )?;
    Ok(recorded > 0)
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
