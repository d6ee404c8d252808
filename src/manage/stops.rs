//! An operator stops any app of the installation, and lets it go on: the app's organization sees why and cannot undo
//! it. Whether the organization has disabled the app itself is another fact, which this leaves alone.

use crate::app::App;
use crate::app::ChangeError;
use crate::app::Fields;
use crate::model::audit::Action;
use crate::model::authority::Authority;
use crate::model::client::Client;
use crate::model::client::State;
use crate::model::id::ClientId;
use crate::model::label;
use crate::model::label::Reason;
use crate::model::page::Listed;
use crate::model::page::Page;
use crate::model::permission::Permission;
use crate::model::search::Search;
use crate::store;
use crate::store::audit::Event;
use crate::store::db::Conn;

/// A page of the apps of the whole installation: those that are searched for by their name or their publisher's, and
/// in that state.
pub async fn list(
    app: &App,
    authority: &Authority,
    search: Option<&Search>,
    state: Option<State>,
    page: &Page,
) -> Result<Listed<Client>, ChangeError> {
    authority.require(Permission::InstanceApps)?;
    let mut conn = app.db.read().await?;
    Ok(store::clients::of_installation(&mut conn, search, state, page).await?)
}

/// Takes an app out of service at once: its tokens rest, nobody can allow it. Stopping it again changes the reason.
pub async fn stop(
    app: &App,
    authority: &Authority,
    id: &ClientId,
    reason: &str,
) -> Result<Client, ChangeError> {
    authority.require(Permission::InstanceApps)?;
    let mut fields = Fields::default();
    let reason = fields.take::<Reason, _, _>("reason", reason, label::reason);
    fields.finish()?;
    let by = authority.person().map(|person| &person.id);
    let now = app.now();
    let mut tx = app.db.begin().await?;
    store::clients::stop(&mut tx, id, by, &reason, now).await?;
    let client = record(app, &mut tx, authority, Action::ClientStop, id).await?;
    tx.commit().await?;
    app.client_changed(id);
    Ok(client)
}

/// Lets an app go on that was stopped; one that was not is left as it is.
pub async fn lift(app: &App, authority: &Authority, id: &ClientId) -> Result<Client, ChangeError> {
    authority.require(Permission::InstanceApps)?;
    let mut tx = app.db.begin().await?;
    store::clients::lift(&mut tx, id).await?;
    let client = record(app, &mut tx, authority, Action::ClientStopLifted, id).await?;
    tx.commit().await?;
    app.client_changed(id);
    Ok(client)
}

/// Writes it down where the app's owner finds it, and reads the app as it is now.
async fn record(
    app: &App,
    conn: &mut Conn,
    authority: &Authority,
    action: Action,
    id: &ClientId,
) -> Result<Client, ChangeError> {
    let client = store::clients::find(conn, id).await?.ok_or(ChangeError::NotFound("app"))?;
    let actor = authority.actor().to_string();
    let event = Event {
        organization_id: &client.organization_id,
        actor: &actor,
        action,
        object: id.as_str(),
        detail: client.stop_reason.as_deref().unwrap_or_default(),
    };
    store::audit::append(conn, &event, app.now()).await?;
    Ok(client)
}
