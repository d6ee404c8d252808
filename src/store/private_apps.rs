//! Private apps.

use constcat::concat;

use crate::model::id::OrganizationId;
use crate::model::id::PrivateAppId;
use crate::model::page::Listed;
use crate::model::page::Page;
use crate::model::private_app::PrivateApp;
use crate::model::search::Search;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::one;
use crate::store::db::opt;
use crate::store::db::page;
use crate::store::db::run;
use crate::store::db::table;
use crate::store::search;
use crate::store::search::List;

table! {
    PrivateApp in "private_apps" as "p" {
        key { id, organization_id }
        once { created_by, created_at }
        edited { name, description, logo_id, scopes, allowed_ips }
        versioned { version }
        read { created_by_name = "u.name" }
    }
}

const SELECT: &str =
    concat!("SELECT ", COLUMNS, " FROM private_apps p LEFT JOIN users u ON u.id = p.created_by");

/// The same of what a search finds.
const SEARCH: &str = concat!(
    "SELECT ",
    COLUMNS,
    " FROM search_terms f JOIN private_apps p ON p.id = f.object LEFT JOIN users u ON u.id = p.created_by WHERE ",
    search::FOUND
);

pub async fn find(
    conn: &mut Conn,
    id: &PrivateAppId,
    organization_id: &OrganizationId,
) -> Result<Option<PrivateApp>> {
    opt!(
        conn,
        PrivateApp,
        concat!(SELECT, " WHERE p.id = $1 AND p.organization_id = $2"),
        id,
        organization_id,
    )
}

/// A page of the organization's private apps: those that are searched for.
pub async fn of_organization(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    search: Option<&Search>,
    page: &Page,
) -> Result<Listed<PrivateApp>> {
    let Some(search) = search else {
        const OWN: &str = concat!(SELECT, " WHERE p.organization_id = $3");
        return Ok(page!(conn, PrivateApp, page, "p.id", OWN, organization_id));
    };
    let list = List::PrivateAppsOf(organization_id).to_string();
    let [first, second, third, fourth, fifth] = search.words();
    Ok(page!(conn, PrivateApp, page, "f.object", SEARCH, &list, first, second, third, fourth, fifth))
}

/// How many private apps the organization has.
pub async fn count(conn: &mut Conn, organization_id: &OrganizationId) -> Result<i64> {
    let (count,) =
        one!(conn, (i64,), "SELECT COUNT(*) FROM private_apps WHERE organization_id = $1", organization_id)?;
    Ok(count)
}

pub async fn insert(conn: &mut Conn, app: &PrivateApp) -> Result<()> {
    insert_row(conn, app).await?;
    search::put_private_app(conn, &app.id, &app.organization_id, &app.name).await
}

/// Writes what may be edited; `false` when the organization has no such private app.
pub async fn update(conn: &mut Conn, app: &PrivateApp) -> Result<bool> {
    let changed = update_row(conn, app).await?;
    if changed {
        search::put_private_app(conn, &app.id, &app.organization_id, &app.name).await?;
    }
    Ok(changed)
}

/// Deletes the private app and its tokens.
pub async fn delete(conn: &mut Conn, id: &PrivateAppId, organization_id: &OrganizationId) -> Result<bool> {
    let changed =
        run!(conn, "DELETE FROM private_apps WHERE id = $1 AND organization_id = $2", id, organization_id,)?;
    if changed > 0 {
        search::clear(conn, id.as_str()).await?;
    }
    Ok(changed > 0)
}

/// Holds every other unit of work that would change this private app until this one ends.
pub async fn lock(conn: &mut Conn, id: &PrivateAppId, organization_id: &OrganizationId) -> Result<bool> {
    let found = run!(
        conn,
        "UPDATE private_apps SET id = id WHERE id = $1 AND organization_id = $2",
        id,
        organization_id,
    )?;
    Ok(found > 0)
}
