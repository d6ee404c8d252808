//! By what things are found in lists: for every beginning of every word of a name one row, so that a page of what is
//! found comes out of one index, in the order of the list.

use std::fmt;

use crate::model::email::Email;
use crate::model::id::ClientId;
use crate::model::id::OrganizationId;
use crate::model::id::PrivateAppId;
use crate::model::id::UserId;
use crate::model::search::terms;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::run;

/// A list that is searched.
#[derive(Clone, Copy, Debug)]
pub(super) enum List<'a> {
    /// Every app of the installation, by its name and its publisher's.
    Apps,
    AppsOf(&'a OrganizationId),
    PrivateAppsOf(&'a OrganizationId),
    /// Everybody who has an account, by name and address.
    People,
    /// No list that anybody sees: what an organization's name adds to each of its apps.
    Publishers,
}

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            List::Apps => f.write_str("apps"),
            List::AppsOf(id) => write!(f, "apps/{id}"),
            List::PrivateAppsOf(id) => write!(f, "private_apps/{id}"),
            List::People => f.write_str("people"),
            List::Publishers => f.write_str("publishers"),
        }
    }
}

/// The condition that the object of `search_terms f` is found: the list is `$3` and the words are `$4` to `$8`.
pub(super) const FOUND: &str = "f.list = $3 AND f.term = $4 \
     AND EXISTS (SELECT 1 FROM search_terms s WHERE s.list = $3 AND s.term = $5 AND s.object = f.object) \
     AND EXISTS (SELECT 1 FROM search_terms s WHERE s.list = $3 AND s.term = $6 AND s.object = f.object) \
     AND EXISTS (SELECT 1 FROM search_terms s WHERE s.list = $3 AND s.term = $7 AND s.object = f.object) \
     AND EXISTS (SELECT 1 FROM search_terms s WHERE s.list = $3 AND s.term = $8 AND s.object = f.object)";

/// Makes an app found by `name`, and among those of the installation by its publisher's, too.
pub(super) async fn put_app(
    conn: &mut Conn,
    id: &ClientId,
    organization_id: &OrganizationId,
    name: &str,
) -> Result<()> {
    clear(conn, id.as_str()).await?;
    put(conn, List::AppsOf(organization_id), id.as_str(), name).await?;
    put(conn, List::Apps, id.as_str(), name).await?;
    run!(
        conn,
        "INSERT INTO search_terms (list, term, object) SELECT 'apps', f.term, $2 FROM search_terms f \
         WHERE f.object = $1 AND f.list = 'publishers' ON CONFLICT DO NOTHING",
        organization_id,
        id,
    )?;
    Ok(())
}

/// Makes the apps of an organization found by its `name`, too; they stay found by the one it had.
pub(super) async fn put_publisher(conn: &mut Conn, id: &OrganizationId, name: &str) -> Result<()> {
    clear(conn, id.as_str()).await?;
    put(conn, List::Publishers, id.as_str(), name).await?;
    run!(
        conn,
        "INSERT INTO search_terms (list, term, object) \
         SELECT 'apps', f.term, c.id FROM search_terms f JOIN clients c ON c.organization_id = f.object \
         WHERE f.object = $1 AND f.list = 'publishers' ON CONFLICT DO NOTHING",
        id,
    )?;
    Ok(())
}

pub(super) async fn put_private_app(
    conn: &mut Conn,
    id: &PrivateAppId,
    organization_id: &OrganizationId,
    name: &str,
) -> Result<()> {
    clear(conn, id.as_str()).await?;
    put(conn, List::PrivateAppsOf(organization_id), id.as_str(), name).await
}

/// Makes a person found by `name` and `email`, in every organization that they belong to.
pub(super) async fn put_person(conn: &mut Conn, id: &UserId, name: &str, email: &Email) -> Result<()> {
    clear(conn, id.as_str()).await?;
    put(conn, List::People, id.as_str(), &format!("{name} {email}")).await
}

async fn put(conn: &mut Conn, list: List<'_>, object: &str, name: &str) -> Result<()> {
    let mut terms = terms(name);
    terms.push(object.to_owned());
    run!(
        conn,
        sqlite: "INSERT INTO search_terms (list, term, object) SELECT $1, t.value, $2 FROM json_each($3) t \
             WHERE TRUE ON CONFLICT DO NOTHING",
        postgres: "INSERT INTO search_terms (list, term, object) \
             SELECT $1, t.value, $2 FROM json_array_elements_text($3::json) t (value) ON CONFLICT DO NOTHING",
        list.to_string(),
        object,
        serde_json::Value::from(terms).to_string(),
    )?;
    Ok(())
}

/// Nothing finds the object any more.
pub(super) async fn clear(conn: &mut Conn, object: &str) -> Result<()> {
    run!(conn, "DELETE FROM search_terms WHERE object = $1", object)?;
    Ok(())
}
