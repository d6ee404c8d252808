//! Authorizations: what codes and tokens rest on.
//!
//! Each is looked at once a day. One of which nothing lives any more is ended; what ended a while ago is forgotten with
//! all that rests on it, the row itself last. Until then a replay is noticed; and as a token without its authorization
//! is unknown, nothing lives again because its end was forgotten.

use std::time::Duration;

use constcat::concat;

use crate::base::clock::Timestamp;
use crate::model::client::Client;
use crate::model::id::AuthorizationId;
use crate::model::id::ClientId;
use crate::model::id::GrantId;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::scope::Scopes;
use crate::model::token::Authorization;
use crate::model::token::Consent;
use crate::store::Result;
use crate::store::audit::Event;
use crate::store::audit::Stamp;
use crate::store::db::Conn;
use crate::store::db::forget;
use crate::store::db::row;
use crate::store::db::run;

/// Time from one look at an authorization to the next, and from its beginning to the first.
pub const LOOK: Duration = Duration::from_secs(24 * 60 * 60);

/// The columns that are there from the beginning.
pub(super) const INSERT: &str = "INSERT INTO authorizations \
     (id, client_id, organization_id, user_id, grant_id, scopes, created_at, look_at)";

/// Some that ended before `$1`, the oldest first.
const ENDED: &str = "SELECT id FROM authorizations WHERE revoked_at < $1 ORDER BY revoked_at, id LIMIT 100";

/// Nothing of `a` lives any more: its app or its grant ended before `$1`; its code was never used and had its end
/// before `$1`; or no code or token of it did anything after `$2`, and no token waits to.
const OVER: &str = "NOT EXISTS (SELECT 1 FROM clients c WHERE c.id = a.client_id) \
     OR a.grant_id IS NOT NULL AND (\
     NOT EXISTS (SELECT 1 FROM grants g WHERE g.id = a.grant_id AND COALESCE(g.revoked_at, $1) >= $1 \
     AND COALESCE(g.expires_at, $1) >= $1) \
     OR EXISTS (SELECT 1 FROM authorization_codes k WHERE k.authorization_id = a.id AND k.used_at IS NULL \
     AND k.expires_at < $1) \
     OR a.created_at < $2 AND NOT EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.authorization_id = a.id \
     AND (r.created_at >= $2 OR r.used_at >= $2 OR r.used_at IS NULL AND COALESCE(r.expires_at, $2) >= $2)) \
     AND NOT EXISTS (SELECT 1 FROM access_tokens t WHERE t.authorization_id = a.id AND t.expires_at IS NULL \
     AND t.revoked_at IS NULL))";

/// As [`standing::COLUMNS`](crate::store::standing::COLUMNS) names them.
pub struct Columns {
    authorization_id: AuthorizationId,
    client_id: ClientId,
    organization_id: OrganizationId,
    user_id: Option<UserId>,
    grant_id: Option<GrantId>,
    authorized_scopes: Scopes,
    authorized_at: Timestamp,
}

row!(Columns {
    authorization_id,
    client_id,
    organization_id,
    user_id,
    grant_id,
    authorized_scopes,
    authorized_at,
});

impl<'r, R> sqlx::FromRow<'r, R> for Authorization
where
    R: sqlx::Row,
    Columns: sqlx::FromRow<'r, R>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        let columns = Columns::from_row(row)?;
        let consent = columns.user_id.zip(columns.grant_id);
        Ok(Self {
            id: columns.authorization_id,
            client_id: columns.client_id,
            organization_id: columns.organization_id,
            consent: consent.map(|(user_id, grant_id)| Consent { user_id, grant_id }),
            scopes: columns.authorized_scopes,
            created_at: columns.authorized_at,
        })
    }
}

/// Writes the one that a client has without any person.
pub(super) async fn insert_of_client(conn: &mut Conn, client: &Client) -> Result<()> {
    run!(
        conn,
        concat!(INSERT, " VALUES ($1, $2, $3, NULL, NULL, $4, $5, $6)"),
        AuthorizationId::of_client(&client.id),
        &client.id,
        &client.organization_id,
        &client.scopes,
        client.created_at,
        client.created_at + LOOK,
    )?;
    Ok(())
}

/// Ends all that rests on it, what is yet to be written included, and records `event` in the same text. `false` when it
/// had ended before; nothing is recorded then.
pub async fn revoke(
    conn: &mut Conn,
    id: &AuthorizationId,
    reason: &str,
    event: &Event<'_>,
    now: Timestamp,
) -> Result<bool> {
    let stamp = Stamp::new(now);
    let recorded = run!(
        conn,
        sqlite: "UPDATE authorizations SET revoked_at = $3, reason = $2 WHERE id = $1 AND revoked_at IS NULL; \
         INSERT INTO audit_events \
             (id, organization_id, actor, action, object, created_at, address, request_id) \
             SELECT $4, $5, $6, $7, $1, $3, $8, $9 WHERE changes() = 1",
        postgres: "WITH ended AS (UPDATE authorizations SET revoked_at = $3, reason = $2 \
             WHERE id = $1 AND revoked_at IS NULL RETURNING id) \
         INSERT INTO audit_events \
             (id, organization_id, actor, action, object, created_at, address, request_id) \
             SELECT $4, $5, $6, $7, id, $3, $8, $9 FROM ended",
        id,
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

/// Looks at some whose time for it has come, and ends those of which nothing has lived since `before`. The number of
/// those it looked at; the next look at them is [`LOOK`] later.
pub async fn look(conn: &mut Conn, before: Timestamp, now: Timestamp) -> Result<u64> {
    run!(
        conn,
        concat!(
            "UPDATE authorizations AS a SET look_at = $4, revoked_at = CASE WHEN ",
            OVER,
            " THEN $3 END WHERE a.revoked_at IS NULL AND a.id IN \
             (SELECT id FROM authorizations WHERE revoked_at IS NULL AND look_at <= $3 ORDER BY look_at LIMIT 500)"
        ),
        before,
        before - Client::LONGEST_ACCESS.duration(),
        now,
        now + LOOK,
    )
}

/// Forgets some refresh tokens that were spent before `spent`, of authorizations that were looked at `now`: they bound
/// what a connection that refreshes every hour for years leaves behind.
pub async fn forget_spent(conn: &mut Conn, spent: Timestamp, now: Timestamp) -> Result<u64> {
    forget!(
        conn,
        "refresh_tokens",
        "digest",
        "t.created_at < $1 AND t.used_at < $1 AND t.authorization_id IN \
         (SELECT id FROM authorizations WHERE revoked_at IS NULL AND look_at = $2)",
        spent,
        now + LOOK,
    )
}

/// Forgets refresh tokens of authorizations that ended before `before`, of some authorizations at a time.
pub async fn sweep_refresh_tokens(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    forget!(conn, "refresh_tokens", "digest", concat!("authorization_id IN (", ENDED, ")"), before)
}

/// As [`sweep_refresh_tokens`], for access tokens without an end; others are forgotten when they have ended.
pub async fn sweep_access_tokens(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    forget!(
        conn,
        "access_tokens",
        "digest",
        concat!("expires_at IS NULL AND authorization_id IN (", ENDED, ")"),
        before
    )
}

/// As [`sweep_refresh_tokens`], for codes.
pub async fn sweep_codes(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    forget!(conn, "authorization_codes", "digest", concat!("authorization_id IN (", ENDED, ")"), before)
}

/// Forgets some authorizations that ended before `before`, if nothing that could outlive them is left.
pub async fn sweep(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    forget!(
        conn,
        "authorizations",
        "id",
        concat!(
            "id IN (",
            ENDED,
            ") AND NOT EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.authorization_id = t.id) \
             AND NOT EXISTS (SELECT 1 FROM authorization_codes k WHERE k.authorization_id = t.id) \
             AND NOT EXISTS (SELECT 1 FROM access_tokens x WHERE x.authorization_id = t.id AND x.expires_at IS NULL)"
        ),
        before,
    )
}
