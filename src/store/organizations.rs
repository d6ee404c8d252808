//! Organizations.

use constcat::concat;

use crate::model::id::OrganizationId;
use crate::model::organization::Organization;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::opt;
use crate::store::db::run;
use crate::store::db::table;
use crate::store::search;

table! {
    Organization in "organizations" as "o" {
        key { id }
        once { created_at }
        edited { name, private_token_age }
        versioned { version }
    }
}

const SELECT: &str = concat!("SELECT ", COLUMNS, " FROM organizations o");

pub async fn insert(conn: &mut Conn, organization: &Organization) -> Result<()> {
    insert_row(conn, organization).await?;
    search::put_publisher(conn, &organization.id, &organization.name).await
}

/// Holds every other unit of work that would add to this organization until this one ends, so that what is counted
/// stays true.
pub async fn lock(conn: &mut Conn, id: &OrganizationId) -> Result<()> {
    run!(conn, "UPDATE organizations SET id = id WHERE id = $1", id)?;
    Ok(())
}

/// As [`find`], and holds every other unit of work that would change this organization or add to it.
pub async fn hold(conn: &mut Conn, id: &OrganizationId) -> Result<Option<Organization>> {
    lock(conn, id).await?;
    find(conn, id).await
}

pub async fn find(conn: &mut Conn, id: &OrganizationId) -> Result<Option<Organization>> {
    opt!(conn, Organization, concat!(SELECT, " WHERE o.id = $1"), id)
}

/// The oldest organization of that name: how the command line finds one.
pub async fn find_by_name(conn: &mut Conn, name: &str) -> Result<Option<Organization>> {
    opt!(conn, Organization, concat!(SELECT, " WHERE o.name = $1 ORDER BY o.id LIMIT 1"), name)
}

/// Writes what may be edited; `false` when there is no such organization.
pub async fn update(conn: &mut Conn, organization: &Organization) -> Result<bool> {
    let changed = update_row(conn, organization).await?;
    if changed {
        search::put_publisher(conn, &organization.id, &organization.name).await?;
    }
    Ok(changed)
}
