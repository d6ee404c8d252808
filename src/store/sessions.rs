//! Browser sessions.

use constcat::concat;

use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::base::origin::Origin;
use crate::model::audit::Action;
use crate::model::email::Email;
use crate::model::grant::Grant;
use crate::model::grant::Place;
use crate::model::id::ClientId;
use crate::model::id::GrantId;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::organization::Membership;
use crate::model::role::Role;
use crate::model::session::OpenSession;
use crate::model::session::Session;
use crate::store::Result;
use crate::store::audit::Stamp;
use crate::store::db::Conn;
use crate::store::db::all;
use crate::store::db::forget;
use crate::store::db::opt;
use crate::store::db::row;
use crate::store::db::run;
use crate::store::grants;

/// A session beside one of its person's places.
struct Row {
    session_id: Digest,
    member_id: UserId,
    email: Email,
    name: String,
    operator: bool,
    shown_id: OrganizationId,
    begun_at: Timestamp,
    authenticated_at: Timestamp,
    seen_at: Timestamp,
    place_id: OrganizationId,
    organization_name: String,
    role: Role,
    id: Option<GrantId>,
}

row!(Row {
    session_id,
    member_id,
    email,
    name,
    operator,
    shown_id,
    begun_at,
    authenticated_at,
    seen_at,
    place_id,
    organization_name,
    role,
    id,
});

row!(OpenSession { id, organization_name, address, agent, created_at, seen_at });

struct Seat {
    row: Row,
    grant: Option<Grant>,
}

impl<'r, R> sqlx::FromRow<'r, R> for Seat
where
    R: sqlx::Row,
    Row: sqlx::FromRow<'r, R>,
    Grant: sqlx::FromRow<'r, R>,
{
    fn from_row(columns: &'r R) -> sqlx::Result<Self> {
        let row = Row::from_row(columns)?;
        let grant = row.id.as_ref().map(|_| Grant::from_row(columns)).transpose()?;
        Ok(Self { row, grant })
    }
}

/// Written with the address that this task answers.
pub async fn insert(
    conn: &mut Conn,
    id: &Digest,
    user_id: &UserId,
    organization_id: &OrganizationId,
    agent: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    run!(
        conn,
        "INSERT INTO sessions (id, user_id, organization_id, created_at, authenticated_at, seen_at, address, agent) \
         VALUES ($1, $2, $3, $4, $4, $4, $5, $6)",
        id,
        user_id,
        organization_id,
        now,
        Origin::current().address.map(|address| address.to_string()),
        agent,
    )?;
    Ok(())
}

/// The session of a person who is enabled and still a member, unless it was idle since before `idle_since` or
/// began before `begun_since`; with what they allow `client_id`, if one is named.
pub async fn find(
    conn: &mut Conn,
    id: &Digest,
    client_id: Option<&ClientId>,
    (idle_since, begun_since): (Timestamp, Timestamp),
    now: Timestamp,
) -> Result<Option<Session>> {
    let seats = all!(
        conn,
        Seat,
        concat!(
            "SELECT s.id AS session_id, s.user_id AS member_id, u.email, u.name, u.operator, \
             s.organization_id AS shown_id, s.created_at AS begun_at, s.authenticated_at, s.seen_at, \
             m.organization_id AS place_id, o.name AS organization_name, m.role, g.* FROM sessions s \
             JOIN users u ON u.id = s.user_id AND u.disabled_at IS NULL \
             JOIN memberships m ON m.user_id = s.user_id JOIN organizations o ON o.id = m.organization_id \
             LEFT JOIN (SELECT ",
            grants::COLUMNS,
            " FROM grants WHERE client_id = $4 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $5)) g \
             ON g.user_id = s.user_id AND g.organization_id = m.organization_id \
             WHERE s.id = $1 AND s.seen_at > $2 AND s.created_at > $3 ORDER BY o.name, o.id"
        ),
        id,
        idle_since,
        begun_since,
        client_id,
        now,
    )?;
    Ok(session(seats))
}

/// The session that stands in each of the rows, unless the organization that it shows is in none.
fn session(seats: Vec<Seat>) -> Option<Session> {
    let mut places = Vec::with_capacity(seats.len());
    let mut shown = None;
    for Seat { row, grant } in seats {
        let membership = Membership {
            user_id: row.member_id.clone(),
            organization_id: row.place_id.clone(),
            organization_name: row.organization_name.clone(),
            role: row.role,
        };
        places.push(Place { membership, grant });
        if row.place_id == row.shown_id {
            shown = Some(row);
        }
    }
    shown.map(|row| Session {
        id: row.session_id,
        user_id: row.member_id,
        email: row.email,
        name: row.name,
        operator: row.operator,
        organization_id: row.shown_id,
        organization_name: row.organization_name,
        role: row.role,
        created_at: row.begun_at,
        authenticated_at: row.authenticated_at,
        seen_at: row.seen_at,
        places,
    })
}

/// The person uses the session, and in it the organization that it shows.
pub async fn mark_seen(conn: &mut Conn, id: &Digest, now: Timestamp) -> Result<()> {
    const SESSION: &str = "UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2";
    const MEMBER: &str = "UPDATE memberships SET seen_at = $2 WHERE (user_id, organization_id) = \
         (SELECT s.user_id, s.organization_id FROM sessions s WHERE s.id = $1)";
    run!(
        conn,
        sqlite: concat!(SESSION, "; ", MEMBER),
        postgres: concat!("WITH seen AS (", SESSION, ") ", MEMBER),
        id,
        now,
    )?;
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

/// The hundred sessions of a person that were seen last, of those neither idle since before `idle_since` nor begun before
/// `begun_since`.
pub async fn of_user(
    conn: &mut Conn,
    user_id: &UserId,
    (idle_since, begun_since): (Timestamp, Timestamp),
) -> Result<Vec<OpenSession>> {
    all!(
        conn,
        OpenSession,
        "SELECT s.id, o.name AS organization_name, s.address, s.agent, s.created_at, s.seen_at FROM sessions s \
         JOIN organizations o ON o.id = s.organization_id \
         WHERE s.user_id = $1 AND s.seen_at > $2 AND s.created_at > $3 ORDER BY s.seen_at DESC, s.id LIMIT 100",
        user_id,
        idle_since,
        begun_since,
    )
}

/// The person has just proved who they are.
pub async fn mark_authenticated(conn: &mut Conn, id: &Digest, now: Timestamp) -> Result<()> {
    run!(conn, "UPDATE sessions SET authenticated_at = $2 WHERE id = $1", id, now)?;
    Ok(())
}

/// `false` when the person has no such session.
pub async fn delete(conn: &mut Conn, id: &Digest, user_id: &UserId) -> Result<bool> {
    let deleted = run!(conn, "DELETE FROM sessions WHERE id = $1 AND user_id = $2", id, user_id)?;
    Ok(deleted > 0)
}

/// Deletes the person's sessions but for `kept`, and tells how many they were.
pub async fn delete_others(conn: &mut Conn, kept: &Digest, user_id: &UserId) -> Result<u64> {
    run!(conn, "DELETE FROM sessions WHERE user_id = $2 AND id <> $1", kept, user_id)
}

/// Deletes every session of the person.
pub async fn delete_all(conn: &mut Conn, user_id: &UserId) -> Result<u64> {
    run!(conn, "DELETE FROM sessions WHERE user_id = $1", user_id)
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
