//! Secrets that work although whoever made them, and so has seen them, belongs to the organization no longer.

use crate::base::clock::Timestamp;
use crate::model::id::OrganizationId;
use crate::model::organization::LeftBehind;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::all;
use crate::store::db::row;

row!(LeftBehind { id, owner_id, owner_name, hint, made_by, created_at, last_used_at });

/// The newest two hundred.
pub async fn of_organization(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    now: Timestamp,
) -> Result<Vec<LeftBehind>> {
    all!(
        conn,
        LeftBehind,
        "SELECT k.id, k.owner_id, k.owner_name, k.hint, u.name AS made_by, k.created_at, \
         k.last_used_at FROM (\
         SELECT s.id, c.id AS owner_id, c.name AS owner_name, s.hint, s.created_by, s.created_at, s.last_used_at \
         FROM clients c JOIN client_secrets s ON s.client_id = c.id \
         WHERE c.organization_id = $1 AND (s.expires_at IS NULL OR s.expires_at > $2) \
         UNION ALL \
         SELECT t.id, p.id, p.name, t.hint, t.created_by, t.created_at, t.last_used_at \
         FROM private_apps p JOIN private_app_tokens t ON t.private_app_id = p.id \
         WHERE p.organization_id = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2)) k \
         JOIN users u ON u.id = k.created_by \
         WHERE NOT EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = k.created_by AND m.organization_id = $1) \
         ORDER BY k.created_at DESC, k.id LIMIT 200",
        organization_id,
        now,
    )
}
