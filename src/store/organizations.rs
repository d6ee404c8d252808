//! Organizations.

use crate::model::id::OrganizationId;
use crate::model::lifetime::Seconds;
use crate::model::organization::Organization;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::opt;
use crate::store::db::row;
use crate::store::db::run;
use crate::store::search;

row!(Organization { id, name, private_token_age, created_at });

pub async fn insert(conn: &mut Conn, organization: &Organization) -> Result<()> {
    run!(
        conn,
        "INSERT INTO organizations (id, name, private_token_age, created_at) VALUES ($1, $2, $3, $4)",
        &organization.id,
        &organization.name,
        organization.private_token_age,
        organization.created_at,
    )?;
    search::put_publisher(conn, &organization.id, &organization.name).await
}

/// Holds every other unit of work that would add to this organization until this one ends, so that what is counted
/// stays true.
pub async fn lock(conn: &mut Conn, id: &OrganizationId) -> Result<()> {
    run!(conn, "UPDATE organizations SET id = id WHERE id = $1", id)?;
    Ok(())
}

pub async fn find(conn: &mut Conn, id: &OrganizationId) -> Result<Option<Organization>> {
    opt!(
        conn,
        Organization,
        "SELECT id, name, private_token_age, created_at FROM organizations WHERE id = $1",
        id,
    )
}

/// The oldest organization of that name: how the command line finds one.
pub async fn find_by_name(conn: &mut Conn, name: &str) -> Result<Option<Organization>> {
    opt!(
        conn,
        Organization,
        "SELECT id, name, private_token_age, created_at FROM organizations WHERE name = $1 ORDER BY id LIMIT 1",
        name,
    )
}

pub async fn update(
    conn: &mut Conn,
    id: &OrganizationId,
    name: &str,
    private_token_age: Option<Seconds>,
) -> Result<()> {
    run!(
        conn,
        "UPDATE organizations SET name = $2, private_token_age = $3 WHERE id = $1",
        id,
        name,
        private_token_age,
    )?;
    search::put_publisher(conn, id, name).await
}
