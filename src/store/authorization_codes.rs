//! Authorization codes: written once, redeemed once.

use constcat::concat;

use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::model::client::Client;
use crate::model::token::AccessToken;
use crate::model::token::AuthorizationCode;
use crate::model::token::RefreshToken;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::opt;
use crate::store::db::row;
use crate::store::db::run;
use crate::store::standing;
use crate::store::standing::Found;

const COLUMNS: &str = "t.digest, t.client_id, t.user_id, t.organization_id, t.grant_id, t.family_id, t.redirect_uri, \
     t.redirect_uri_named, t.scopes, t.code_challenge, t.created_at, t.expires_at, t.used_at";

row!(AuthorizationCode {
    digest,
    client_id,
    user_id,
    organization_id,
    grant_id,
    family_id,
    redirect_uri,
    redirect_uri_named,
    scopes,
    code_challenge,
    created_at,
    expires_at,
    used_at,
});

/// One atomic call.
pub async fn insert(conn: &mut Conn, code: &AuthorizationCode) -> Result<()> {
    run!(
        conn,
        "INSERT INTO authorization_codes (digest, client_id, user_id, organization_id, grant_id, family_id, \
         redirect_uri, redirect_uri_named, scopes, code_challenge, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &code.digest,
        &code.client_id,
        &code.user_id,
        &code.organization_id,
        &code.grant_id,
        &code.family_id,
        &code.redirect_uri,
        code.redirect_uri_named,
        &code.scopes,
        &code.code_challenge,
        code.created_at,
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
/// when the code was used already, has expired or is another client's; nothing is written then.
pub async fn redeem(
    conn: &mut Conn,
    code: &AuthorizationCode,
    access: &AccessToken,
    refresh: Option<&RefreshToken>,
) -> Result<bool> {
    let used = opt!(
        conn,
        (String,),
        sqlite: "UPDATE authorization_codes SET used_at = $1 \
             WHERE digest = $2 AND client_id = $3 AND used_at IS NULL AND expires_at > $1 RETURNING digest; \
         INSERT INTO access_tokens (digest, client_id, organization_id, user_id, grant_id, family_id, scopes, created_at, expires_at) \
             SELECT $9, $3, $4, $5, $6, $7, $8, $1, $10 WHERE changes() = 1; \
         INSERT INTO refresh_tokens (digest, client_id, organization_id, user_id, grant_id, family_id, scopes, created_at, expires_at) \
             SELECT $11, $3, $4, $5, $6, $7, $8, $1, $12 WHERE changes() = 1 AND $11 IS NOT NULL",
        postgres: "WITH used AS (UPDATE authorization_codes SET used_at = $1 \
             WHERE digest = $2 AND client_id = $3 AND used_at IS NULL AND expires_at > $1 RETURNING digest), \
         access AS (INSERT INTO access_tokens (digest, client_id, organization_id, user_id, grant_id, family_id, scopes, created_at, expires_at) \
             SELECT $9, $3, $4, $5, $6, $7, $8, $1, $10 FROM used), \
         refresh AS (INSERT INTO refresh_tokens (digest, client_id, organization_id, user_id, grant_id, family_id, scopes, created_at, expires_at) \
             SELECT $11, $3, $4, $5, $6, $7, $8, $1, $12 FROM used WHERE $11 IS NOT NULL) \
         SELECT digest FROM used",
        access.created_at,
        &code.digest,
        &code.client_id,
        &code.organization_id,
        &code.user_id,
        &code.grant_id,
        &code.family_id,
        &access.scopes,
        &access.digest,
        access.expires_at,
        refresh.map(|token| &token.digest),
        refresh.and_then(|token| token.expires_at),
    )?;
    Ok(used.is_some())
}

/// Forgets codes that ended before `before` without having been used.
pub async fn sweep(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    run!(
        conn,
        "DELETE FROM authorization_codes WHERE digest IN \
         (SELECT digest FROM authorization_codes WHERE expires_at < $1 AND used_at IS NULL LIMIT 1000)",
        before,
    )
}

/// Looks at used codes, each once a day, and forgets those of authorizations of which nothing lives any more: until
/// then a replay is noticed. The number of forgotten ones.
pub async fn sweep_used(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    const GONE: &str = concat!(
        standing::ENDED,
        " OR (t.used_at < $3 AND NOT EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.family_id = t.family_id) AND ",
        standing::NO_ENDLESS_ACCESS,
        ")"
    );
    run!(
        conn,
        sqlite: concat!(
            "UPDATE authorization_codes SET expires_at = $2 WHERE digest IN (SELECT digest FROM authorization_codes \
             WHERE expires_at < $1 AND used_at IS NOT NULL ORDER BY expires_at LIMIT 1000); \
             DELETE FROM authorization_codes WHERE digest IN (SELECT t.digest FROM authorization_codes t ",
            standing::ROOTS,
            " WHERE t.expires_at = $2 AND t.used_at IS NOT NULL AND (",
            GONE,
            "))"
        ),
        postgres: concat!(
            "WITH batch AS MATERIALIZED (SELECT t.digest, COALESCE(",
            GONE,
            ", FALSE) AS gone FROM (SELECT digest, client_id, grant_id, family_id, used_at FROM authorization_codes \
             WHERE expires_at < $1 AND used_at IS NOT NULL ORDER BY expires_at LIMIT 1000) t ",
            standing::ROOTS,
            "), again AS (UPDATE authorization_codes k SET expires_at = $2 FROM batch b \
             WHERE k.digest = b.digest AND NOT b.gone) \
             DELETE FROM authorization_codes k USING batch b WHERE k.digest = b.digest AND b.gone"
        ),
        before,
        before + standing::AGAIN,
        before - Client::LONGEST_ACCESS.duration(),
    )
}
