//! Access tokens.

use constcat::concat;

use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::model::audit::Action;
use crate::model::id::ClientId;
use crate::model::token::AccessToken;
use crate::store::Result;
use crate::store::audit::Stamp;
use crate::store::db::Conn;
use crate::store::db::forget;
use crate::store::db::opt;
use crate::store::db::row;
use crate::store::db::run;
use crate::store::standing;
use crate::store::standing::Found;

const COLUMNS: &str =
    "t.digest, t.scopes, t.created_at, t.expires_at, t.first_used_at, t.revoked_at, t.refresh_digest";

row!(AccessToken {
    digest,
    authorization_id,
    scopes,
    created_at,
    expires_at,
    first_used_at,
    revoked_at,
    refresh_digest,
});

/// The columns that are there from the beginning.
pub(super) const INSERT: &str =
    "INSERT INTO access_tokens (digest, authorization_id, scopes, created_at, expires_at, refresh_digest)";

/// One atomic call. A token that another node derived and wrote at the same moment stays as it is.
pub async fn insert(conn: &mut Conn, token: &AccessToken) -> Result<()> {
    run!(
        conn,
        concat!(INSERT, " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (digest) DO NOTHING"),
        &token.digest,
        &token.authorization_id,
        &token.scopes,
        token.created_at,
        token.expires_at,
        &token.refresh_digest,
    )?;
    Ok(())
}

pub async fn find(conn: &mut Conn, digest: &Digest) -> Result<Option<Found<AccessToken>>> {
    opt!(
        conn,
        Found<AccessToken>,
        concat!(
            "SELECT ",
            COLUMNS,
            ", ",
            standing::COLUMNS,
            " FROM access_tokens t ",
            standing::JOINS,
            " WHERE t.digest = $1"
        ),
        digest,
    )
}

/// Notes that the token was presented somewhere, and with it that the refresh token beside it was delivered; only
/// the first time counts.
pub async fn mark_used(conn: &mut Conn, digest: &Digest, now: Timestamp) -> Result<()> {
    run!(
        conn,
        sqlite: "UPDATE refresh_tokens SET delivered_at = $2 WHERE delivered_at IS NULL AND digest = \
             (SELECT refresh_digest FROM access_tokens WHERE digest = $1); \
         UPDATE access_tokens SET first_used_at = $2 WHERE digest = $1 AND first_used_at IS NULL",
        postgres: "WITH used AS (UPDATE access_tokens SET first_used_at = $2 \
             WHERE digest = $1 AND first_used_at IS NULL RETURNING refresh_digest) \
         UPDATE refresh_tokens SET delivered_at = $2 WHERE delivered_at IS NULL AND digest IN \
             (SELECT refresh_digest FROM used)",
        digest,
        now,
    )?;
    Ok(())
}

/// Revokes one token of the client, which shows that the refresh token beside it was delivered. `false` when there was
/// nothing to revoke; else the same text records it.
pub async fn revoke(conn: &mut Conn, digest: &Digest, client_id: &ClientId, now: Timestamp) -> Result<bool> {
    let stamp = Stamp::new(now);
    let revoked = opt!(
        conn,
        (Digest,),
        sqlite: "UPDATE refresh_tokens SET delivered_at = $3 WHERE delivered_at IS NULL AND digest = \
             (SELECT t.refresh_digest FROM access_tokens t JOIN authorizations a ON a.id = t.authorization_id \
             WHERE t.digest = $1 AND a.client_id = $2); \
         UPDATE access_tokens SET revoked_at = $3 WHERE digest = $1 AND revoked_at IS NULL AND authorization_id IN \
             (SELECT a.id FROM authorizations a WHERE a.id = authorization_id AND a.client_id = $2) \
             RETURNING digest; \
         INSERT INTO audit_events \
             (id, organization_id, actor, action, object, created_at, address, request_id) \
             SELECT $4, a.organization_id, a.client_id, $5, t.digest, $3, $6, $7 \
             FROM access_tokens t JOIN authorizations a ON a.id = t.authorization_id \
             WHERE changes() = 1 AND t.digest = $1",
        postgres: "WITH revoked AS (UPDATE access_tokens t SET revoked_at = $3 FROM authorizations a \
             WHERE t.digest = $1 AND t.revoked_at IS NULL AND a.id = t.authorization_id AND a.client_id = $2 \
             RETURNING t.digest, t.refresh_digest, a.organization_id, a.client_id), \
         noted AS (UPDATE refresh_tokens SET delivered_at = $3 WHERE delivered_at IS NULL AND digest IN \
             (SELECT refresh_digest FROM revoked)), \
         recorded AS (INSERT INTO audit_events \
             (id, organization_id, actor, action, object, created_at, address, request_id) \
             SELECT $4, organization_id, client_id, $5, digest, $3, $6, $7 FROM revoked) \
         SELECT digest FROM revoked",
        digest,
        client_id,
        now,
        stamp.id,
        Action::AccessTokenRevoke.as_str(),
        stamp.address,
        stamp.request_id,
    )?;
    Ok(revoked.is_some())
}

/// Forgets tokens that expired before `before`.
pub async fn sweep(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    forget!(conn, "access_tokens", "digest", "expires_at < $1", before)
}

/// Forgets tokens without an end that were revoked before `before`.
pub async fn sweep_revoked(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    forget!(conn, "access_tokens", "digest", "expires_at IS NULL AND revoked_at < $1", before)
}
