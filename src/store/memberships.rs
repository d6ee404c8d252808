//! Who belongs to which organization, as what.

use constcat::concat;

use crate::base::clock::Timestamp;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::organization::Membership;
use crate::model::role::Role;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::all;
use crate::store::db::row;
use crate::store::db::run;

const SELECT: &str = "SELECT m.user_id, m.organization_id, o.name AS organization_name, m.role \
     FROM memberships m JOIN organizations o ON o.id = m.organization_id";

row!(Membership { user_id, organization_id, organization_name, role });

/// A person's organizations, by name.
pub async fn of_user(conn: &mut Conn, user_id: &UserId) -> Result<Vec<Membership>> {
    all!(conn, Membership, concat!(SELECT, " WHERE m.user_id = $1 ORDER BY o.name, o.id"), user_id)
}

/// Writes a membership, or the new role of one.
pub async fn upsert(
    conn: &mut Conn,
    user_id: &UserId,
    organization_id: &OrganizationId,
    role: Role,
    now: Timestamp,
) -> Result<()> {
    run!(
        conn,
        "INSERT INTO memberships (user_id, organization_id, role, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (user_id, organization_id) DO UPDATE SET role = excluded.role",
        user_id,
        organization_id,
        role,
        now,
    )?;
    Ok(())
}
