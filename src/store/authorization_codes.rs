//! Authorization codes: written once, redeemed once.

use constcat::concat;

use crate::base::digest::Digest;
use crate::model::token::AccessToken;
use crate::model::token::Authorization;
use crate::model::token::AuthorizationCode;
use crate::model::token::RefreshToken;
use crate::store::Result;
use crate::store::access_tokens;
use crate::store::authorizations;
use crate::store::db::Conn;
use crate::store::db::opt;
use crate::store::db::row;
use crate::store::db::run;
use crate::store::refresh_tokens;
use crate::store::standing;
use crate::store::standing::Found;

const COLUMNS: &str =
    "t.digest, t.redirect_uri, t.redirect_uri_named, t.code_challenge, t.expires_at, t.used_at";

row!(AuthorizationCode {
    digest,
    authorization_id,
    redirect_uri,
    redirect_uri_named,
    code_challenge,
    expires_at,
    used_at,
});

/// Writes what was authorized and the code for it: one atomic call.
pub async fn insert(conn: &mut Conn, authorization: &Authorization, code: &AuthorizationCode) -> Result<()> {
    const AUTHORIZATION: &str = concat!(authorizations::INSERT, " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    const CODE: &str = "INSERT INTO authorization_codes \
         (digest, authorization_id, redirect_uri, redirect_uri_named, code_challenge, expires_at) \
         VALUES ($9, $1, $10, $11, $12, $13)";
    let consent = authorization.consent.as_ref();
    run!(
        conn,
        sqlite: concat!(AUTHORIZATION, "; ", CODE),
        postgres: concat!("WITH authorized AS (", AUTHORIZATION, ") ", CODE),
        &authorization.id,
        &authorization.client_id,
        &authorization.organization_id,
        consent.map(|consent| &consent.user_id),
        consent.map(|consent| &consent.grant_id),
        &authorization.scopes,
        authorization.created_at,
        authorization.created_at + authorizations::LOOK,
        &code.digest,
        &code.redirect_uri,
        code.redirect_uri_named,
        &code.code_challenge,
        code.expires_at,
    )?;
    Ok(())
}

pub async fn find(conn: &mut Conn, digest: &Digest) -> Result<Option<Found<AuthorizationCode>>> {
    opt!(
        conn,
        Found<AuthorizationCode>,
        concat!(
            "SELECT ",
            COLUMNS,
            ", ",
            standing::COLUMNS,
            " FROM authorization_codes t ",
            standing::JOINS,
            " WHERE t.digest = $1"
        ),
        digest,
    )
}

/// Uses the code up and writes its tokens: one atomic call, which one caller wins under any concurrency. `false`
/// when the code was used already or has expired; nothing is written then.
pub async fn redeem(
    conn: &mut Conn,
    code: &AuthorizationCode,
    access: &AccessToken,
    refresh: Option<&RefreshToken>,
) -> Result<bool> {
    const USE: &str = "UPDATE authorization_codes SET used_at = $1 \
         WHERE digest = $2 AND used_at IS NULL AND expires_at > $1 RETURNING digest";
    const ACCESS: &str = concat!(access_tokens::INSERT, " SELECT $3, $4, $5, $1, $6, NULL");
    const REFRESH: &str = concat!(refresh_tokens::INSERT, " SELECT $7, $4, $5, $1, $8");
    let used = opt!(
        conn,
        (String,),
        sqlite: concat!(
            USE, "; ", ACCESS, " WHERE changes() = 1; ", REFRESH, " WHERE changes() = 1 AND $7 IS NOT NULL"
        ),
        postgres: concat!(
            "WITH used AS (", USE, "), access AS (", ACCESS, " FROM used), refresh AS (", REFRESH,
            " FROM used WHERE $7 IS NOT NULL) SELECT digest FROM used"
        ),
        access.created_at,
        &code.digest,
        &access.digest,
        &code.authorization_id,
        &access.scopes,
        access.expires_at,
        refresh.map(|token| &token.digest),
        refresh.and_then(|token| token.expires_at),
    )?;
    Ok(used.is_some())
}
