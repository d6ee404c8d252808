//! Secrets of confidential clients.

use constcat::concat;

use crate::base::clock::Timestamp;
use crate::model::client::ClientSecret;
use crate::model::id::ClientId;
use crate::model::id::ClientSecretId;
use crate::model::id::UserId;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::all;
use crate::store::db::forget;
use crate::store::db::one;
use crate::store::db::run;
use crate::store::db::table;

table! {
    ClientSecret in "client_secrets" as "s" {
        key { id }
        once { digest, hint, created_at, expires_at }
        read { last_used_at }
        besides { client_id: &ClientId, created_by: Option<&UserId> }
    }
}

/// The client's secrets that have not ended, oldest first.
pub async fn live(conn: &mut Conn, client_id: &ClientId, now: Timestamp) -> Result<Vec<ClientSecret>> {
    all!(
        conn,
        ClientSecret,
        concat!(
            "SELECT ",
            COLUMNS,
            " FROM client_secrets s \
             WHERE s.client_id = $1 AND (s.expires_at IS NULL OR s.expires_at > $2) ORDER BY s.created_at, s.id"
        ),
        client_id,
        now,
    )
}

/// How many of the client's secrets have not ended.
pub async fn count_live(conn: &mut Conn, client_id: &ClientId, now: Timestamp) -> Result<i64> {
    let (count,) = one!(
        conn,
        (i64,),
        "SELECT COUNT(*) FROM client_secrets WHERE client_id = $1 AND (expires_at IS NULL OR expires_at > $2)",
        client_id,
        now,
    )?;
    Ok(count)
}

/// Written with whoever made it, if a person did.
pub async fn insert(
    conn: &mut Conn,
    client_id: &ClientId,
    secret: &ClientSecret,
    created_by: Option<&UserId>,
) -> Result<()> {
    insert_row(conn, secret, client_id, created_by).await
}

/// Ends a secret; `false` when the client has no such live secret.
pub async fn end(conn: &mut Conn, client_id: &ClientId, id: &ClientSecretId, now: Timestamp) -> Result<bool> {
    let changed = run!(
        conn,
        "UPDATE client_secrets SET expires_at = $3 \
         WHERE id = $1 AND client_id = $2 AND (expires_at IS NULL OR expires_at > $3)",
        id,
        client_id,
        now,
    )?;
    Ok(changed > 0)
}

/// Forgets secrets that ended before `before`.
pub async fn sweep(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    forget!(conn, "client_secrets", "id", "expires_at < $1", before)
}
