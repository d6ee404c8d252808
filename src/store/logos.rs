//! Pictures of apps: PNG that we encoded ourselves, as base64.

use crate::base::clock::Timestamp;
use crate::model::id::LogoId;
use crate::model::id::OrganizationId;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::opt;
use crate::store::db::run;

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
