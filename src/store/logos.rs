//! Pictures of apps: PNG that we encoded ourselves, as base64.

use crate::base::clock::Timestamp;
use crate::model::id::LogoId;
use crate::model::id::OrganizationId;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::forget;
use crate::store::db::opt;
use crate::store::db::run;
use crate::store::db::stretch;

pub async fn insert(
    conn: &mut Conn,
    id: &LogoId,
    organization_id: &OrganizationId,
    png: &str,
    now: Timestamp,
) -> Result<()> {
    run!(
        conn,
        "INSERT INTO logos (id, organization_id, png, created_at) VALUES ($1, $2, $3, $4)",
        id,
        organization_id,
        png,
        now,
    )?;
    Ok(())
}

pub async fn find(conn: &mut Conn, id: &LogoId) -> Result<Option<String>> {
    Ok(opt!(conn, (String,), "SELECT png FROM logos WHERE id = $1", id)?.map(|(png,)| png))
}

/// The last of the next pictures.
pub async fn stretch(conn: &mut Conn, after: &str) -> Result<Option<String>> {
    stretch!(conn, "logos", "id", "TRUE", after)
}

/// Forgets pictures, in a stretch, that no app shows any more; a fresh one may be about to be shown.
pub async fn sweep(conn: &mut Conn, after: &str, last: &str, before: Timestamp) -> Result<u64> {
    forget!(
        conn,
        "logos",
        "id",
        "id > $1 AND id <= $2 AND created_at < $3 \
         AND NOT EXISTS (SELECT 1 FROM clients c WHERE c.logo_id = t.id) \
         AND NOT EXISTS (SELECT 1 FROM private_apps p WHERE p.logo_id = t.id)",
        after,
        last,
        before,
    )
}
