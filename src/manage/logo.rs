//! The picture of an app or a private app.

use crate::base::clock::Timestamp;
use crate::model::authority::Authority;
use crate::model::id::LogoId;
use crate::store;
use crate::store::db::Conn;

/// Keeps a picture, base64 of a PNG that we encoded.
pub(super) async fn keep(
    conn: &mut Conn,
    authority: &Authority,
    png: Option<&str>,
    now: Timestamp,
) -> store::Result<Option<LogoId>> {
    let Some(png) = png else { return Ok(None) };
    let id = LogoId::generate(now);
    store::logos::insert(conn, &id, authority.organization_id(), png, now).await?;
    Ok(Some(id))
}
