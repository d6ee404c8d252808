//! Refresh tokens: each has one successor at most.

use constcat::concat;

use crate::base::digest::Digest;
use crate::model::token::AccessToken;
use crate::model::token::RefreshToken;
use crate::store::Result;
use crate::store::access_tokens;
use crate::store::db::Conn;
use crate::store::db::opt;
use crate::store::db::row;
use crate::store::standing;
use crate::store::standing::Found;

const COLUMNS: &str =
    "t.digest, t.scopes, t.created_at, t.expires_at, t.used_at, t.successor_key, t.delivered_at";

row!(RefreshToken {
    digest,
    authorization_id,
    scopes,
    created_at,
    expires_at,
    used_at,
    successor_key,
    delivered_at,
});

/// The columns that are there from the beginning.
pub(super) const INSERT: &str =
    "INSERT INTO refresh_tokens (digest, authorization_id, scopes, created_at, expires_at)";

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
/// any concurrency. `false` when it was used already or has expired; nothing is written then.
pub async fn rotate(
    conn: &mut Conn,
    token: &RefreshToken,
    key_id: &str,
    successor: &RefreshToken,
    access: &AccessToken,
) -> Result<bool> {
    const USE: &str = "UPDATE refresh_tokens SET used_at = $1, successor_key = $3 \
         WHERE digest = $2 AND used_at IS NULL AND (expires_at IS NULL OR expires_at > $1) RETURNING digest";
    const SUCCESSOR: &str = concat!(INSERT, " SELECT $4, $5, $6, $1, $7");
    const ACCESS: &str = concat!(access_tokens::INSERT, " SELECT $8, $5, $9, $1, $10, $4");
    let used = opt!(
        conn,
        (String,),
        sqlite: concat!(USE, "; ", SUCCESSOR, " WHERE changes() = 1; ", ACCESS, " WHERE changes() = 1"),
        postgres: concat!(
            "WITH used AS (", USE, "), successor AS (", SUCCESSOR, " FROM used), access AS (", ACCESS,
            " FROM used) SELECT digest FROM used"
        ),
        access.created_at,
        &token.digest,
        key_id,
        &successor.digest,
        &token.authorization_id,
        &successor.scopes,
        successor.expires_at,
        &access.digest,
        &access.scopes,
        access.expires_at,
    )?;
    Ok(used.is_some())
}
