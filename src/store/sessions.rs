//! Browser sessions.

use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::model::audit::Action;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::session::Session;
use crate::store::Result;
use crate::store::audit::Stamp;
use crate::store::db::Conn;
use crate::store::db::forget;
use crate::store::db::opt;
use crate::store::db::row;
use crate::store::db::run;

row!(Session {
    id,
    user_id,
    email,
    name,
    operator,
    organization_id,
    organization_name,
    role,
    created_at,
    authenticated_at,
    seen_at,
});

pub async fn insert(
    conn: &mut Conn,
    id: &Digest,
    user_id: &UserId,
    organization_id: &OrganizationId,
    now: Timestamp,
) -> Result<()> {
    run!(
        conn,
        "INSERT INTO sessions (id, user_id, organization_id, created_at, authenticated_at, seen_at) \
         VALUES ($1, $2, $3, $4, $4, $4)",
        id,
        user_id,
        organization_id,
        now,
    )?;
    Ok(())
}

/// The session of a person who is enabled and still a member, unless it was idle since before `idle_since` or
/// began before `begun_since`.
pub async fn find(
    conn: &mut Conn,
    id: &Digest,
    idle_since: Timestamp,
    begun_since: Timestamp,
) -> Result<Option<Session>> {
    opt!(
        conn,
        Session,
        "SELECT s.id, s.user_id, u.email, u.name, u.operator, s.organization_id, o.name AS organization_name, \
         m.role, s.created_at, s.authenticated_at, s.seen_at FROM sessions s \
         JOIN users u ON u.id = s.user_id AND u.disabled_at IS NULL \
         JOIN memberships m ON m.user_id = s.user_id AND m.organization_id = s.organization_id \
         JOIN organizations o ON o.id = s.organization_id \
         WHERE s.id = $1 AND s.seen_at > $2 AND s.created_at > $3",
        id,
        idle_since,
        begun_since,
    )
}

pub async fn mark_seen(conn: &mut Conn, id: &Digest, now: Timestamp) -> Result<()> {
    run!(conn, "UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2", id, now)?;
    Ok(())
}

/// Shows another of the person's organizations; `false` when they are no member of it.
pub async fn switch_organization(
    conn: &mut Conn,
    id: &Digest,
    user_id: &UserId,
    organization_id: &OrganizationId,
    now: Timestamp,
) -> Result<bool> {
    let stamp = Stamp::new(now);
    let changed = run!(
        conn,
        sqlite: "UPDATE sessions SET organization_id = $3 WHERE id = $1 AND user_id = $2 AND EXISTS \
             (SELECT 1 FROM memberships m WHERE m.user_id = $2 AND m.organization_id = $3); \
         INSERT INTO audit_events \
             (id, organization_id, actor, action, object, created_at, address, request_id) \
             SELECT $4, $3, $2, $5, $2, $6, $7, $8 WHERE changes() = 1",
        postgres: "WITH switched AS (UPDATE sessions SET organization_id = $3 WHERE id = $1 AND user_id = $2 AND EXISTS \
             (SELECT 1 FROM memberships m WHERE m.user_id = $2 AND m.organization_id = $3) \
             RETURNING user_id, organization_id) \
         INSERT INTO audit_events \
             (id, organization_id, actor, action, object, created_at, address, request_id) \
             SELECT $4, organization_id, user_id, $5, user_id, $6, $7, $8 FROM switched",
        id,
        user_id,
        organization_id,
        stamp.id,
        Action::SessionSwitch.as_str(),
        now,
        stamp.address,
        stamp.request_id,
    )?;
    Ok(changed > 0)
}

pub async fn delete(conn: &mut Conn, id: &Digest) -> Result<()> {
    run!(conn, "DELETE FROM sessions WHERE id = $1", id)?;
    Ok(())
}

/// The organization that the person's latest session shows.
pub async fn last_organization(conn: &mut Conn, user_id: &UserId) -> Result<Option<OrganizationId>> {
    let row = opt!(
        conn,
        (OrganizationId,),
        "SELECT organization_id FROM sessions WHERE user_id = $1 ORDER BY seen_at DESC LIMIT 1",
        user_id,
    )?;
    Ok(row.map(|(organization_id,)| organization_id))
}

/// Forgets sessions that were idle since before `before`.
pub async fn sweep(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    forget!(conn, "sessions", "id", "seen_at < $1", before)
}
