//! OAuth clients.

use constcat::concat;

use crate::base::clock::Timestamp;
use crate::model::client::Client;
use crate::model::client::State;
use crate::model::id::ClientId;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::page::Listed;
use crate::model::page::Page;
use crate::model::search::Search;
use crate::store::Result;
use crate::store::authorizations;
use crate::store::db::Conn;
use crate::store::db::all;
use crate::store::db::one;
use crate::store::db::opt;
use crate::store::db::page;
use crate::store::db::row;
use crate::store::db::run;
use crate::store::db::table;
use crate::store::search;
use crate::store::search::List;

table! {
    Client in "clients" as "c" {
        key { id, organization_id }
        once { kind, created_by, created_at }
        edited {
            name,
            description,
            logo_id,
            redirect_uris,
            grant_types,
            scopes,
            pkce,
            distribution,
            access_lifetime,
            refresh_lifetime,
            refresh_window,
            resource_server,
            redirected_at,
            disabled_at,
            disabled_by,
            disabled_role,
        }
        versioned { version }
        read { organization_name = "o.name", stopped_at, stopped_by, stop_reason }
    }
}

const SELECT: &str =
    concat!("SELECT ", COLUMNS, " FROM clients c JOIN organizations o ON o.id = c.organization_id");

/// The same of what a search finds.
const SEARCH: &str = concat!(
    "SELECT ",
    COLUMNS,
    " FROM search_terms f JOIN clients c ON c.id = f.object JOIN organizations o ON o.id = c.organization_id WHERE ",
    search::FOUND,
    " AND ($9 IS NULL OR ",
    STATE,
    " = $9)"
);

/// A client's [`State`], as the indexes have it.
const STATE: &str = "(CASE WHEN c.stopped_at IS NOT NULL THEN 'stopped' WHEN c.disabled_at IS NOT NULL \
     THEN 'disabled' ELSE 'enabled' END)";

pub async fn find(conn: &mut Conn, id: &ClientId) -> Result<Option<Client>> {
    opt!(conn, Client, concat!(SELECT, " WHERE c.id = $1"), id)
}

/// A page of the organization's clients: those that are searched for, and in that state.
pub async fn of_organization(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    search: Option<&Search>,
    state: Option<State>,
    page: &Page,
) -> Result<Listed<Client>> {
    match (search, state) {
        (Some(search), _) => found(conn, List::AppsOf(organization_id), search, state, page).await,
        (None, Some(state)) => Ok(page!(
            conn,
            Client,
            page,
            "c.id",
            concat!(SELECT, " WHERE c.organization_id = $3 AND ", STATE, " = $4"),
            organization_id,
            state,
        )),
        (None, None) => Ok(page!(
            conn,
            Client,
            page,
            "c.id",
            concat!(SELECT, " WHERE c.organization_id = $3"),
            organization_id,
        )),
    }
}

/// A page of the clients of every organization: those that are searched for, and in that state.
pub async fn of_installation(
    conn: &mut Conn,
    search: Option<&Search>,
    state: Option<State>,
    page: &Page,
) -> Result<Listed<Client>> {
    match (search, state) {
        (Some(search), _) => found(conn, List::Apps, search, state, page).await,
        (None, Some(state)) => {
            Ok(page!(conn, Client, page, "c.id", concat!(SELECT, " WHERE ", STATE, " = $3"), state))
        }
        (None, None) => Ok(page!(conn, Client, page, "c.id", concat!(SELECT, " WHERE TRUE"))),
    }
}

async fn found(
    conn: &mut Conn,
    list: List<'_>,
    search: &Search,
    state: Option<State>,
    page: &Page,
) -> Result<Listed<Client>> {
    let list = list.to_string();
    let [first, second, third, fourth, fifth] = search.words();
    Ok(page!(conn, Client, page, "f.object", SEARCH, &list, first, second, third, fourth, fifth, state,))
}

/// How many clients the organization has.
pub async fn count(conn: &mut Conn, organization_id: &OrganizationId) -> Result<i64> {
    let (count,) =
        one!(conn, (i64,), "SELECT COUNT(*) FROM clients WHERE organization_id = $1", organization_id)?;
    Ok(count)
}

/// Writes a client and the authorization that it has without any person.
pub async fn insert(conn: &mut Conn, client: &Client) -> Result<()> {
    insert_row(conn, client).await?;
    authorizations::insert_of_client(conn, client).await?;
    search::put_app(conn, &client.id, &client.organization_id, &client.name).await
}

/// Writes what an owner may edit; `false` when the organization has no such client.
pub async fn update(conn: &mut Conn, client: &Client) -> Result<bool> {
    let changed = update_row(conn, client).await?;
    if changed {
        search::put_app(conn, &client.id, &client.organization_id, &client.name).await?;
    }
    Ok(changed)
}

/// Takes any client out of service, whoever's it is; when it was stopped before, only the reason changes.
pub async fn stop(
    conn: &mut Conn,
    id: &ClientId,
    by: Option<&UserId>,
    reason: &str,
    now: Timestamp,
) -> Result<()> {
    run!(
        conn,
        "UPDATE clients SET stopped_at = COALESCE(stopped_at, $4), stopped_by = $2, stop_reason = $3 WHERE id = $1",
        id,
        by,
        reason,
        now,
    )?;
    Ok(())
}

/// Ends what [`stop`] began.
pub async fn lift(conn: &mut Conn, id: &ClientId) -> Result<()> {
    run!(
        conn,
        "UPDATE clients SET stopped_at = NULL, stopped_by = NULL, stop_reason = NULL WHERE id = $1",
        id,
    )?;
    Ok(())
}

/// Deletes the client with its secrets; its tokens die at once, because their standing no longer finds it.
pub async fn delete(conn: &mut Conn, id: &ClientId, organization_id: &OrganizationId) -> Result<bool> {
    let changed =
        run!(conn, "DELETE FROM clients WHERE id = $1 AND organization_id = $2", id, organization_id)?;
    if changed > 0 {
        search::clear(conn, id.as_str()).await?;
    }
    Ok(changed > 0)
}

/// Holds every other unit of work that would change this client until this one ends.
pub async fn lock(conn: &mut Conn, id: &ClientId, organization_id: &OrganizationId) -> Result<bool> {
    let found = run!(
        conn,
        "UPDATE clients SET id = id WHERE id = $1 AND organization_id = $2",
        id,
        organization_id,
    )?;
    Ok(found > 0)
}

/// What a list says of a client besides the client itself.
#[derive(Clone, Debug)]
pub struct Activity {
    pub client_id: ClientId,
    /// When its newest live secret was made; `None` when none lives.
    pub newest_secret: Option<Timestamp>,
    /// When a token below any of its grants was used last.
    pub grant_used: Option<Timestamp>,
    /// When it authenticated last.
    pub secret_used: Option<Timestamp>,
}

impl Activity {
    /// The last time that anything of the client was used.
    pub fn last_used(&self) -> Option<Timestamp> {
        self.grant_used.max(self.secret_used)
    }
}

row!(Activity { client_id, newest_secret, grant_used, secret_used });

/// The activity of these clients, in no order.
pub async fn activity(
    conn: &mut Conn,
    ids: impl Iterator<Item = &ClientId>,
    now: Timestamp,
) -> Result<Vec<Activity>> {
    const ACTIVITY: &str = "SELECT c.id AS client_id, \
         (SELECT MAX(s.created_at) FROM client_secrets s WHERE s.client_id = c.id \
         AND (s.expires_at IS NULL OR s.expires_at > $2)) AS newest_secret, \
         (SELECT MAX(g.last_used_at) FROM grants g WHERE g.client_id = c.id) AS grant_used, \
         (SELECT MAX(s.last_used_at) FROM client_secrets s WHERE s.client_id = c.id) AS secret_used \
         FROM clients c WHERE c.id IN (SELECT ";
    all!(
        conn,
        Activity,
        sqlite: concat!(ACTIVITY, "value FROM json_each($1))"),
        postgres: concat!(ACTIVITY, "json_array_elements_text($1::json))"),
        serde_json::Value::from_iter(ids.map(ClientId::as_str)).to_string(),
        now,
    )
}

/// Whether anything of the organization's was ever used: a grant or a secret of its clients, a token of its private apps.
pub async fn any_used(conn: &mut Conn, organization_id: &OrganizationId) -> Result<bool> {
    let (count,) = one!(
        conn,
        (i64,),
        "SELECT COUNT(*) FROM (\
         SELECT 1 FROM clients c WHERE c.organization_id = $1 AND (\
         EXISTS (SELECT 1 FROM grants g WHERE g.client_id = c.id AND g.last_used_at IS NOT NULL) \
         OR EXISTS (SELECT 1 FROM client_secrets s WHERE s.client_id = c.id AND s.last_used_at IS NOT NULL)) \
         UNION ALL SELECT 1 FROM private_apps p JOIN private_app_tokens t ON t.private_app_id = p.id \
         WHERE p.organization_id = $1 AND t.last_used_at IS NOT NULL LIMIT 1) AS used",
        organization_id,
    )?;
    Ok(count > 0)
}

/// The last time a token was issued or used below any grant of the client.
pub async fn last_used(conn: &mut Conn, id: &ClientId) -> Result<Option<Timestamp>> {
    let row = opt!(
        conn,
        (Option<Timestamp>,),
        "SELECT MAX(moment) FROM (SELECT MAX(last_used_at) AS moment FROM grants WHERE client_id = $1 \
         UNION ALL SELECT MAX(last_used_at) AS moment FROM client_secrets WHERE client_id = $1) AS moments",
        id,
    )?;
    Ok(row.and_then(|(moment,)| moment))
}
