//! Refresh tokens: each has one successor at most.

use std::time::Duration;

use constcat::concat;

use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::model::client::Client;
use crate::model::token::AccessToken;
use crate::model::token::RefreshToken;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::forget;
use crate::store::db::opt;
use crate::store::db::row;
use crate::store::db::run;
use crate::store::db::stretch;
use crate::store::families;
use crate::store::standing;
use crate::store::standing::Found;

const COLUMNS: &str = "t.digest, t.client_id, t.organization_id, t.user_id, t.grant_id, t.family_id, t.scopes, \
     t.created_at, t.expires_at, t.used_at, t.successor_key, t.delivered_at";

row!(RefreshToken {
    digest,
    client_id,
    organization_id,
    user_id,
    grant_id,
    family_id,
    scopes,
    created_at,
    expires_at,
    used_at,
    successor_key,
    delivered_at,
});

pub async fn find(conn: &mut Conn, digest: &Digest) -> Result<Option<Found<RefreshToken>>> {
    opt!(
        conn,
        Found<RefreshToken>,
        concat!(
            "SELECT ",
            COLUMNS,
            ", ",
            standing::COLUMNS,
            " FROM refresh_tokens t ",
            standing::JOINS,
            " WHERE t.digest = $1"
        ),
        digest,
    )
}

/// Uses the token up and writes its successor and an access token: one atomic call, which one caller wins under
/// any concurrency. One that had no end gets one for [`sweep_spent`], which decides nothing else. `false` when it was used already or has expired; nothing is written then.
pub async fn rotate(
    conn: &mut Conn,
    token: &RefreshToken,
    key_id: &str,
    successor: &RefreshToken,
    access: &AccessToken,
) -> Result<bool> {
    let used = opt!(
        conn,
        (String,),
        sqlite: "UPDATE refresh_tokens SET used_at = $1, successor_key = $4, expires_at = COALESCE(expires_at, $1 + 86400000) \
             WHERE digest = $2 AND client_id = $3 AND used_at IS NULL AND (expires_at IS NULL OR expires_at > $1) RETURNING digest; \
         INSERT INTO refresh_tokens (digest, client_id, organization_id, user_id, grant_id, family_id, scopes, created_at, expires_at) \
             SELECT $9, $3, $5, $6, $7, $8, $10, $1, $11 WHERE changes() = 1; \
         INSERT INTO access_tokens (digest, client_id, organization_id, user_id, grant_id, family_id, scopes, created_at, expires_at, refresh_digest) \
             SELECT $12, $3, $5, $6, $7, $8, $13, $1, $14, $9 WHERE changes() = 1",
        postgres: "WITH used AS (UPDATE refresh_tokens SET used_at = $1, successor_key = $4, expires_at = COALESCE(expires_at, $1 + 86400000) \
             WHERE digest = $2 AND client_id = $3 AND used_at IS NULL AND (expires_at IS NULL OR expires_at > $1) RETURNING digest), \
         successor AS (INSERT INTO refresh_tokens (digest, client_id, organization_id, user_id, grant_id, family_id, scopes, created_at, expires_at) \
             SELECT $9, $3, $5, $6, $7, $8, $10, $1, $11 FROM used), \
         access AS (INSERT INTO access_tokens (digest, client_id, organization_id, user_id, grant_id, family_id, scopes, created_at, expires_at, refresh_digest) \
             SELECT $12, $3, $5, $6, $7, $8, $13, $1, $14, $9 FROM used) \
         SELECT digest FROM used",
        access.created_at,
        &token.digest,
        &token.client_id,
        key_id,
        &token.organization_id,
        &token.user_id,
        &token.grant_id,
        &token.family_id,
        &successor.digest,
        &successor.scopes,
        successor.expires_at,
        &access.digest,
        &access.scopes,
        access.expires_at,
    )?;
    Ok(used.is_some())
}

/// A spent token's replay is noticed for this long after it was spent, while anything of its authorization lives. It
/// bounds what a connection that refreshes every hour for years leaves behind.
const NOTICED: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Forgets tokens that were idle for too long before `before`, and unspent. The last token of a connection stays until
/// its access tokens have ended too: the spent ones and the code are kept as long as it is there.
pub async fn sweep(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    let before = before - Client::LONGEST_ACCESS.duration();
    forget!(conn, "refresh_tokens", "digest", "expires_at < $1 AND used_at IS NULL", before)
}

/// Looks at spent tokens, each once a day from its own idle end on, and forgets those of authorizations of which
/// nothing lives any more, and those that were spent [`NOTICED`] ago. The number of forgotten ones.
pub async fn sweep_spent(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    const GONE: &str = concat!(
        "t.used_at < $3 OR ",
        standing::ENDED,
        " OR (NOT EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.family_id = t.family_id \
         AND r.used_at IS NULL) AND ",
        standing::NO_ENDLESS_ACCESS,
        ")"
    );
    run!(
        conn,
        sqlite: concat!(
            "UPDATE refresh_tokens SET expires_at = $2 WHERE digest IN (SELECT digest FROM refresh_tokens \
             WHERE expires_at < $1 AND used_at IS NOT NULL ORDER BY expires_at LIMIT 1000); \
             DELETE FROM refresh_tokens WHERE digest IN (SELECT t.digest FROM refresh_tokens t ",
            standing::ROOTS,
            " WHERE t.expires_at = $2 AND t.used_at IS NOT NULL AND (",
            GONE,
            "))"
        ),
        postgres: concat!(
            "WITH batch AS MATERIALIZED (SELECT t.digest, COALESCE(",
            GONE,
            ", FALSE) AS gone FROM (SELECT digest, client_id, grant_id, family_id, used_at FROM refresh_tokens \
             WHERE expires_at < $1 AND used_at IS NOT NULL ORDER BY expires_at LIMIT 1000) t ",
            standing::ROOTS,
            "), again AS (UPDATE refresh_tokens k SET expires_at = $2 FROM batch b \
             WHERE k.digest = b.digest AND NOT b.gone) \
             DELETE FROM refresh_tokens k USING batch b WHERE k.digest = b.digest AND b.gone"
        ),
        before,
        before + standing::AGAIN,
        before - NOTICED,
    )
}

/// Forgets tokens of families that ended before `before`, some families at a time.
pub async fn sweep_ended_families(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    forget!(conn, "refresh_tokens", "digest", concat!("family_id IN (", families::ENDED, ")"), before)
}

/// The last of the next tokens without an end.
pub async fn stretch(conn: &mut Conn, after: &str) -> Result<Option<String>> {
    stretch!(conn, "refresh_tokens", "digest", "expires_at IS NULL", after)
}

/// Forgets tokens without an end, in a stretch, whose client or grant is gone.
pub async fn sweep_endless(conn: &mut Conn, after: &str, last: &str) -> Result<u64> {
    forget!(
        conn,
        "refresh_tokens",
        "digest",
        concat!("expires_at IS NULL AND digest > $1 AND digest <= $2 AND ", standing::GONE),
        after,
        last
    )
}
