//! Grants: what people allowed.

use constcat::concat;

use crate::base::clock::Timestamp;
use crate::model::grant::ConnectedApp;
use crate::model::grant::Grant;
use crate::model::id::ClientId;
use crate::model::id::GrantId;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::page::Listed;
use crate::model::page::Page;
use crate::model::search::Search;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::forget;
use crate::store::db::one;
use crate::store::db::opt;
use crate::store::db::page;
use crate::store::db::row;
use crate::store::db::run;
use crate::store::db::stretch;

pub(super) const COLUMNS: &str = "id, user_id, organization_id, client_id, scopes, created_at, \
     COALESCE(consented_at, created_at) AS consented_at, expires_at";

row!(Grant { id, user_id, organization_id, client_id, scopes, created_at, consented_at, expires_at });

row!(ConnectedApp {
    id,
    client_id,
    client_name,
    logo_id,
    publisher,
    organization_name,
    scopes,
    created_at,
    expires_at,
    last_used_at,
});

/// The grant in force, or `wanted` where there is none, held against other decisions until this unit of work ends.
pub async fn hold(conn: &mut Conn, wanted: &Grant) -> Result<Grant> {
    one!(
        conn,
        Grant,
        concat!(
            "INSERT INTO grants (id, user_id, organization_id, client_id, scopes, created_at, consented_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (user_id, organization_id, client_id) WHERE revoked_at IS NULL \
             DO UPDATE SET consented_at = excluded.consented_at RETURNING ",
            COLUMNS
        ),
        &wanted.id,
        &wanted.user_id,
        &wanted.organization_id,
        &wanted.client_id,
        &wanted.scopes,
        wanted.created_at,
        wanted.consented_at,
        wanted.expires_at,
    )
}

/// Writes what a person decided about the grant.
pub async fn update(conn: &mut Conn, grant: &Grant) -> Result<()> {
    run!(
        conn,
        "UPDATE grants SET scopes = $2, consented_at = $3, expires_at = $4 WHERE id = $1",
        &grant.id,
        &grant.scopes,
        grant.consented_at,
        grant.expires_at,
    )?;
    Ok(())
}

/// Ends a grant of the person that has run out, so that a fresh one starts a new root: tokens of the old one must
/// not live again.
pub async fn retire_expired(
    conn: &mut Conn,
    user_id: &UserId,
    client_id: &ClientId,
    now: Timestamp,
) -> Result<()> {
    run!(
        conn,
        "UPDATE grants SET revoked_at = expires_at \
         WHERE user_id = $1 AND client_id = $2 AND revoked_at IS NULL AND expires_at <= $3",
        user_id,
        client_id,
        now,
    )?;
    Ok(())
}

const CONNECTED: &str = "SELECT g.id, g.client_id, c.name AS client_name, c.logo_id, p.name AS publisher, \
     o.name AS organization_name, g.scopes, g.created_at, g.expires_at, g.last_used_at \
     FROM grants g JOIN clients c ON c.id = g.client_id JOIN organizations p ON p.id = c.organization_id \
     JOIN organizations o ON o.id = g.organization_id \
     WHERE g.user_id = $3 AND g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > $4)";

/// A page of what a person has allowed: the apps that are searched for, by their name or their publisher's. Whatever is
/// searched for, no more is looked at than this person's.
pub async fn connected_apps(
    conn: &mut Conn,
    user_id: &UserId,
    search: Option<&Search>,
    page: &Page,
    now: Timestamp,
) -> Result<Listed<ConnectedApp>> {
    macro_rules! named {
        ($($word:literal)+) => {
            concat!(CONNECTED $(, " AND EXISTS (SELECT 1 FROM search_terms s WHERE s.list = 'apps' AND s.term = ",
                $word, " AND s.object = g.client_id)")+)
        };
    }
    const NAMED: &str = named!("$5" "$6" "$7" "$8" "$9");
    let Some(search) = search else {
        return Ok(page!(conn, ConnectedApp, page, "g.id", CONNECTED, user_id, now));
    };
    let [first, second, third, fourth, fifth] = search.words();
    Ok(page!(conn, ConnectedApp, page, "g.id", NAMED, user_id, now, first, second, third, fourth, fifth,))
}

/// How many apps a person has allowed, each counted for every organization.
pub async fn count_of_user(conn: &mut Conn, user_id: &UserId, now: Timestamp) -> Result<i64> {
    let (count,) = one!(
        conn,
        (i64,),
        "SELECT COUNT(*) FROM grants WHERE user_id = $1 AND revoked_at IS NULL \
         AND (expires_at IS NULL OR expires_at > $2)",
        user_id,
        now,
    )?;
    Ok(count)
}

/// Takes back what the person allowed: every token below dies with it. The organization it was for; `None` when
/// there is no such grant.
pub async fn revoke(
    conn: &mut Conn,
    id: &GrantId,
    user_id: &UserId,
    now: Timestamp,
) -> Result<Option<OrganizationId>> {
    let row = opt!(
        conn,
        (OrganizationId,),
        "UPDATE grants SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL \
         RETURNING organization_id",
        id,
        user_id,
        now,
    )?;
    Ok(row.map(|(organization_id,)| organization_id))
}

/// Grants of one client are counted up to this.
pub const MOST_COUNTED: i64 = 10_000;

/// How many people's grants a client rests on: what its deletion would end. At most [`MOST_COUNTED`].
pub async fn count_of_client(conn: &mut Conn, client_id: &ClientId, now: Timestamp) -> Result<i64> {
    let (count,) = one!(
        conn,
        (i64,),
        "SELECT COUNT(*) FROM (SELECT 1 FROM grants WHERE client_id = $1 AND revoked_at IS NULL \
         AND (expires_at IS NULL OR expires_at > $2) LIMIT $3) AS living",
        client_id,
        now,
        MOST_COUNTED,
    )?;
    Ok(count)
}

/// Ends grants that ran out before `before`.
pub async fn retire_ended(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    run!(
        conn,
        sqlite: "UPDATE grants SET revoked_at = expires_at WHERE id IN \
             (SELECT id FROM grants WHERE revoked_at IS NULL AND expires_at < $1 LIMIT 500)",
        postgres: "UPDATE grants SET revoked_at = expires_at WHERE id = ANY (ARRAY( \
             SELECT id FROM grants WHERE revoked_at IS NULL AND expires_at < $1 LIMIT 500 FOR UPDATE SKIP LOCKED))",
        before,
    )
}

/// Forgets grants that ended before `before`; a token whose grant is gone is as dead as one whose grant was revoked.
pub async fn sweep(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    forget!(conn, "grants", "id", "revoked_at < $1", before)
}

/// The last of the next grants.
pub async fn stretch(conn: &mut Conn, after: &str) -> Result<Option<String>> {
    stretch!(conn, "grants", "id", "revoked_at IS NULL", after)
}

/// Ends grants, in a stretch, whose client, person or organization is gone.
pub async fn retire_orphans(conn: &mut Conn, after: &str, last: &str, now: Timestamp) -> Result<u64> {
    run!(
        conn,
        "UPDATE grants SET revoked_at = $3 WHERE id > $1 AND id <= $2 AND revoked_at IS NULL AND NOT (\
         EXISTS (SELECT 1 FROM clients c WHERE c.id = grants.client_id) \
         AND EXISTS (SELECT 1 FROM users u WHERE u.id = grants.user_id) \
         AND EXISTS (SELECT 1 FROM organizations o WHERE o.id = grants.organization_id))",
        after,
        last,
        now,
    )
}
