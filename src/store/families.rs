//! The end of token families.

use crate::base::clock::Timestamp;
use crate::model::id::FamilyId;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::run;

/// Ends every token of the family, those that are yet to be written included. `false` when it had ended before.
pub async fn revoke(conn: &mut Conn, family_id: &FamilyId, reason: &str, now: Timestamp) -> Result<bool> {
    let inserted = run!(
        conn,
        "INSERT INTO revoked_families (id, reason, revoked_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
        family_id,
        reason,
        now,
    )?;
    Ok(inserted > 0)
}
