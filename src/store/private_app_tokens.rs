//! Tokens of private apps.

use constcat::concat;

use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::model::id::PrivateAppId;
use crate::model::id::PrivateAppTokenId;
use crate::model::id::UserId;
use crate::model::lifetime::Seconds;
use crate::model::private_app::PrivateApp;
use crate::model::private_app::PrivateAppAccess;
use crate::model::private_app::PrivateAppToken;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::all;
use crate::store::db::forget;
use crate::store::db::one;
use crate::store::db::opt;
use crate::store::db::run;
use crate::store::db::table;
use crate::store::private_apps;

table! {
    PrivateAppToken in "private_app_tokens" as "t" {
        key { id, private_app_id }
        once { digest, hint, created_at, expires_at }
        read { revoked_at, last_used_at, last_used_ip, last_used_call }
        besides { created_by: Option<&UserId> }
    }
}

/// The tokens of these private apps that were not revoked, oldest first.
pub async fn of_apps(
    conn: &mut Conn,
    ids: impl Iterator<Item = &PrivateAppId>,
) -> Result<Vec<PrivateAppToken>> {
    const LIVING: &str = concat!(
        "SELECT ",
        COLUMNS,
        " FROM private_app_tokens t WHERE t.revoked_at IS NULL AND t.private_app_id IN (SELECT "
    );
    const ORDER: &str = ") ORDER BY t.created_at, t.id";
    all!(
        conn,
        PrivateAppToken,
        sqlite: concat!(LIVING, "value FROM json_each($1)", ORDER),
        postgres: concat!(LIVING, "json_array_elements_text($1::json)", ORDER),
        serde_json::Value::from_iter(ids.map(PrivateAppId::as_str)).to_string(),
    )
}

/// How many of the private app's tokens live.
pub async fn count_live(conn: &mut Conn, private_app_id: &PrivateAppId, now: Timestamp) -> Result<i64> {
    let (count,) = one!(
        conn,
        (i64,),
        "SELECT COUNT(*) FROM private_app_tokens WHERE private_app_id = $1 AND revoked_at IS NULL \
         AND (expires_at IS NULL OR expires_at > $2)",
        private_app_id,
        now,
    )?;
    Ok(count)
}

/// The tokens of one private app that were not revoked, oldest first.
pub async fn of_app(conn: &mut Conn, private_app_id: &PrivateAppId) -> Result<Vec<PrivateAppToken>> {
    all!(
        conn,
        PrivateAppToken,
        concat!(
            "SELECT ",
            COLUMNS,
            " FROM private_app_tokens t \
             WHERE t.private_app_id = $1 AND t.revoked_at IS NULL ORDER BY t.created_at, t.id"
        ),
        private_app_id,
    )
}

/// Written with whoever made it, if a person did.
pub async fn insert(conn: &mut Conn, token: &PrivateAppToken, created_by: Option<&UserId>) -> Result<()> {
    insert_row(conn, token, created_by).await
}

/// A presented token and everything that decides whether it works.
pub async fn find_access(conn: &mut Conn, digest: &Digest) -> Result<Option<PrivateAppAccess>> {
    opt!(
        conn,
        PrivateAppAccess,
        concat!(
            "SELECT ",
            COLUMNS,
            ", ",
            private_apps::COLUMNS,
            ", o.name AS organization_name, o.private_token_age AS most_age \
             FROM private_app_tokens t JOIN private_apps p ON p.id = t.private_app_id \
             LEFT JOIN users u ON u.id = p.created_by \
             JOIN organizations o ON o.id = p.organization_id WHERE t.digest = $1"
        ),
        digest,
    )
}

/// Revokes a token; `false` when the private app has no such live token.
pub async fn revoke(
    conn: &mut Conn,
    private_app_id: &PrivateAppId,
    id: &PrivateAppTokenId,
    now: Timestamp,
) -> Result<bool> {
    let changed = run!(
        conn,
        "UPDATE private_app_tokens SET revoked_at = $3 \
         WHERE id = $1 AND private_app_id = $2 AND revoked_at IS NULL",
        id,
        private_app_id,
        now,
    )?;
    Ok(changed > 0)
}

/// Forgets tokens that were revoked before `before`.
pub async fn sweep_revoked(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    forget!(conn, "private_app_tokens", "id", "revoked_at < $1", before)
}

/// Forgets tokens that expired before `before`.
pub async fn sweep_expired(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    forget!(conn, "private_app_tokens", "id", "expires_at < $1", before)
}

impl<'r, R> sqlx::FromRow<'r, R> for PrivateAppAccess
where
    R: sqlx::Row,
    PrivateAppToken: sqlx::FromRow<'r, R>,
    PrivateApp: sqlx::FromRow<'r, R>,
    for<'c> &'c str: sqlx::ColumnIndex<R>,
    String: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    Option<Seconds>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        Ok(Self {
            token: PrivateAppToken::from_row(row)?,
            app: PrivateApp::from_row(row)?,
            organization_name: row.try_get("organization_name")?,
            most_age: row.try_get("most_age")?,
        })
    }
}
