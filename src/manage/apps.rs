//! The OAuth apps of an organization: registered, changed and deleted by its developers and admins.

mod draft;
mod presets;
mod secrets;

use crate::app::App;
use crate::app::ChangeError;
use crate::app::audit;
use crate::manage::logo;
use crate::model::audit::Action;
use crate::model::authority::Authority;
use crate::model::authority::Fresh;
use crate::model::client::Client;
use crate::model::client::ClientSecret;
use crate::model::client::State;
use crate::model::id::ClientId;
use crate::model::id::LogoId;
use crate::model::page::Listed;
use crate::model::page::Page;
use crate::model::permission::Permission;
use crate::model::search::Search;
use crate::store;
use crate::store::db::Conn;

pub use self::draft::ClientDraft;
pub use self::presets::Preset;
pub use self::secrets::NewSecret;
pub use self::secrets::add_secret;
pub use self::secrets::end_secret;

/// Apps of one organization.
pub const MOST: i64 = 1000;

/// An app with its live secrets and what people have allowed it.
#[derive(Clone, Debug)]
pub struct ClientView {
    pub client: Client,
    pub secrets: Vec<ClientSecret>,
    /// Live grants: the people and organizations whose connection ends when the app is deleted.
    pub grants: i64,
}

/// An app that was just registered; the secret of a confidential one is known at this moment only.
#[derive(Debug)]
pub struct Registered {
    pub client: Client,
    pub secret: Option<NewSecret>,
}

/// A page of the organization's apps: those that are searched for, and in that state.
pub async fn list(
    app: &App,
    authority: &Authority,
    search: Option<&Search>,
    state: Option<State>,
    page: &Page,
) -> Result<Listed<Client>, ChangeError> {
    authority.require(Permission::AppsRead)?;
    let mut conn = app.db.read().await?;
    let organization = authority.organization_id();
    Ok(store::clients::of_organization(&mut conn, organization, search, state, page).await?)
}

pub async fn view(app: &App, authority: &Authority, id: &ClientId) -> Result<ClientView, ChangeError> {
    authority.require(Permission::AppsRead)?;
    let now = app.now();
    let mut conn = app.db.read().await?;
    let client = of_organization(&mut conn, authority, id).await?;
    let secrets = store::client_secrets::live(&mut conn, id, now).await?;
    let grants = store::grants::count_of_client(&mut conn, id, now).await?;
    Ok(ClientView { client, secrets, grants })
}

/// Registers an app of the authority's organization; a person becomes its owner.
pub async fn register(app: &App, authority: &Fresh, draft: &ClientDraft) -> Result<Registered, ChangeError> {
    authority.require(Permission::AppsWrite)?;
    let now = app.now();
    let modules = app.modules().await?;
    let mut client = draft::blank(authority, draft.kind, now);
    draft.apply(&mut client, authority, &modules, now)?;

    let mut tx = app.db.begin().await?;
    store::organizations::lock(&mut tx, authority.organization_id()).await?;
    if store::clients::count(&mut tx, authority.organization_id()).await? >= MOST {
        return Err(ChangeError::Conflict("The organization has as many apps as it may. Delete one first."));
    }
    store::clients::insert(&mut tx, &client).await?;
    audit::record(&mut tx, authority, Action::ClientCreate, client.id.as_str(), now).await?;
    let secret = if client.is_confidential() {
        Some(secrets::generate(&mut tx, authority, &client.id, now).await?)
    } else {
        None
    };
    let client = of_organization(&mut tx, authority, &client.id).await?;
    tx.commit().await?;
    Ok(Registered { client, secret })
}

/// Changes an app: `change` gets what it is and leaves what it is to be, or tells why that cannot be.
pub async fn edit(
    app: &App,
    authority: &Authority,
    id: &ClientId,
    change: impl FnOnce(&mut ClientDraft) -> Result<(), ChangeError>,
) -> Result<Client, ChangeError> {
    let now = app.now();
    let modules = app.modules().await?;
    let mut tx = app.db.begin().await?;
    let mut client = changeable(&mut tx, authority, id).await?;
    let before = ClientDraft::of(&client);
    let mut draft = before.clone();
    change(&mut draft)?;
    let rested = client.disabled_at.is_some();
    draft.apply(&mut client, authority, &modules, now)?;
    let changed = before.changes(&ClientDraft::of(&client));
    client.version.raise(changed.iter().map(|change| change.field.as_str()));
    store::clients::update(&mut tx, &client).await?;
    let action = match (rested, client.disabled_at.is_some()) {
        (false, true) => Action::ClientDisable,
        (true, false) => Action::ClientEnable,
        _ => Action::ClientEdit,
    };
    audit::record_changes(&mut tx, authority, action, id.as_str(), &changed, now).await?;
    tx.commit().await?;
    app.client_changed(id);
    Ok(client)
}

/// Gives an app a picture, base64 of a PNG that we encoded, or takes it away.
pub async fn set_logo(
    app: &App,
    authority: &Authority,
    id: &ClientId,
    png: Option<&str>,
) -> Result<Option<LogoId>, ChangeError> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let mut client = changeable(&mut tx, authority, id).await?;
    client.logo_id = logo::keep(&mut tx, authority, png, now).await?;
    store::clients::update(&mut tx, &client).await?;
    audit::record(&mut tx, authority, Action::ClientLogo, id.as_str(), now).await?;
    tx.commit().await?;
    app.client_changed(id);
    Ok(client.logo_id)
}

/// Deletes an app; every token and every grant of it ends at once. See [`ClientView::grants`] beforehand.
pub async fn delete(app: &App, authority: &Authority, id: &ClientId) -> Result<(), ChangeError> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let client = changeable(&mut tx, authority, id).await?;
    store::clients::delete(&mut tx, id, authority.organization_id()).await?;
    audit::record_detail(&mut tx, authority, Action::ClientDelete, id.as_str(), &client.name, now).await?;
    tx.commit().await?;
    app.client_changed(id);
    Ok(())
}

/// The client, held against other changes, if the authority may change it.
async fn changeable(conn: &mut Conn, authority: &Authority, id: &ClientId) -> Result<Client, ChangeError> {
    authority.require(Permission::AppsWrite)?;
    store::clients::lock(conn, id, authority.organization_id()).await?;
    let client = of_organization(conn, authority, id).await?;
    authority.require_change_of(&client)?;
    Ok(client)
}

async fn of_organization(
    conn: &mut Conn,
    authority: &Authority,
    id: &ClientId,
) -> Result<Client, ChangeError> {
    let found = store::clients::find(conn, id).await?;
    found
        .filter(|client| client.organization_id == *authority.organization_id())
        .ok_or(ChangeError::NotFound("app"))
}
