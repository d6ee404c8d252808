//! The private apps of an organization: created, changed and deleted by its admins and owners.

mod draft;
mod tokens;

use crate::app::App;
use crate::app::ChangeError;
use crate::app::Fields;
use crate::app::audit;
use crate::manage::logo;
use crate::model::audit::Action;
use crate::model::authority::Authority;
use crate::model::authority::Fresh;
use crate::model::id::LogoId;
use crate::model::id::PrivateAppId;
use crate::model::page::Listed;
use crate::model::page::Page;
use crate::model::permission::Permission;
use crate::model::private_app::PrivateApp;
use crate::model::private_app::PrivateAppToken;
use crate::model::search::Search;
use crate::store;
use crate::store::db::Conn;

pub use self::draft::PrivateAppDraft;
pub use self::tokens::NewToken;
pub use self::tokens::TokenLife;
pub use self::tokens::add_token;
pub use self::tokens::lives_allowed;
pub use self::tokens::revoke_token;

/// Private apps of one organization.
pub const MOST: i64 = 1000;

/// A private app with its tokens that were not revoked, oldest first.
#[derive(Clone, Debug)]
pub struct PrivateAppView {
    pub app: PrivateApp,
    pub tokens: Vec<PrivateAppToken>,
}

/// A private app that was just created, with its first token.
#[derive(Debug)]
pub struct Created {
    pub app: PrivateApp,
    pub token: NewToken,
}

/// A page of the organization's private apps: those that are searched for.
pub async fn list(
    app: &App,
    authority: &Authority,
    search: Option<&Search>,
    page: &Page,
) -> Result<Listed<PrivateAppView>, ChangeError> {
    authority.require(Permission::PrivateAppsRead)?;
    let mut conn = app.db.read().await?;
    let organization = authority.organization_id();
    let apps = store::private_apps::of_organization(&mut conn, organization, search, page).await?;
    let ids = apps.items.iter().map(|app| &app.id);
    let tokens = store::private_app_tokens::of_apps(&mut conn, ids).await?;
    let with_tokens = |app: PrivateApp| {
        let tokens = tokens.iter().filter(|token| token.private_app_id == app.id).cloned().collect();
        PrivateAppView { app, tokens }
    };
    Ok(apps.map(with_tokens))
}

pub async fn view(
    app: &App,
    authority: &Authority,
    id: &PrivateAppId,
) -> Result<PrivateAppView, ChangeError> {
    authority.require(Permission::PrivateAppsRead)?;
    let mut conn = app.db.read().await?;
    let found = of_organization(&mut conn, authority, id).await?;
    let tokens = store::private_app_tokens::of_app(&mut conn, id).await?;
    Ok(PrivateAppView { app: found, tokens })
}

/// Creates a private app of the authority's organization, with a token of that life.
pub async fn create(
    app: &App,
    authority: &Fresh,
    draft: &PrivateAppDraft,
    life: TokenLife,
) -> Result<Created, ChangeError> {
    authority.require(Permission::PrivateAppsWrite)?;
    let now = app.now();
    let modules = app.modules().await?;
    let mut tx = app.db.begin().await?;
    let mut fields = Fields::default();
    tokens::check_life(&mut tx, authority, life, &mut fields).await?;
    let mut private_app = draft::blank(authority, now);
    draft.apply(&mut private_app, authority, &modules, fields)?;

    store::organizations::lock(&mut tx, authority.organization_id()).await?;
    if store::private_apps::count(&mut tx, authority.organization_id()).await? >= MOST {
        let full = "The organization has as many private apps as it may. Delete one first.";
        return Err(ChangeError::Conflict(full));
    }
    store::private_apps::insert(&mut tx, &private_app).await?;
    audit::record(&mut tx, authority, Action::PrivateAppCreate, private_app.id.as_str(), now).await?;
    let token = tokens::generate(&mut tx, authority, &private_app.id, life, now).await?;
    let private_app = of_organization(&mut tx, authority, &private_app.id).await?;
    tx.commit().await?;
    Ok(Created { app: private_app, token })
}

/// Changes a private app: `change` gets what it is and leaves what it is to be, or tells why that cannot be.
pub async fn edit(
    app: &App,
    authority: &Authority,
    id: &PrivateAppId,
    change: impl FnOnce(&mut PrivateAppDraft) -> Result<(), ChangeError>,
) -> Result<PrivateAppView, ChangeError> {
    let modules = app.modules().await?;
    let mut tx = app.db.begin().await?;
    let mut private_app = changeable(&mut tx, authority, id).await?;
    let before = PrivateAppDraft::of(&private_app);
    let mut draft = before.clone();
    change(&mut draft)?;
    draft.apply(&mut private_app, authority, &modules, Fields::default())?;
    let changed = before.changes(&PrivateAppDraft::of(&private_app));
    private_app.version.raise(changed.iter().map(|change| change.field.as_str()));
    store::private_apps::update(&mut tx, &private_app).await?;
    audit::record_changes(&mut tx, authority, Action::PrivateAppEdit, id.as_str(), &changed, app.now())
        .await?;
    let tokens = store::private_app_tokens::of_app(&mut tx, id).await?;
    tx.commit().await?;
    app.standing_changed();
    Ok(PrivateAppView { app: private_app, tokens })
}

/// Gives a private app a picture, base64 of a PNG that we encoded, or takes it away.
pub async fn set_logo(
    app: &App,
    authority: &Authority,
    id: &PrivateAppId,
    png: Option<&str>,
) -> Result<Option<LogoId>, ChangeError> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let mut private_app = changeable(&mut tx, authority, id).await?;
    private_app.logo_id = logo::keep(&mut tx, authority, png, now).await?;
    store::private_apps::update(&mut tx, &private_app).await?;
    audit::record(&mut tx, authority, Action::PrivateAppLogo, id.as_str(), now).await?;
    tx.commit().await?;
    app.standing_changed();
    Ok(private_app.logo_id)
}

/// Deletes a private app; its tokens end at once.
pub async fn delete(app: &App, authority: &Authority, id: &PrivateAppId) -> Result<(), ChangeError> {
    let mut tx = app.db.begin().await?;
    let private_app = changeable(&mut tx, authority, id).await?;
    store::private_apps::delete(&mut tx, id, authority.organization_id()).await?;
    let (action, name) = (Action::PrivateAppDelete, &private_app.name);
    audit::record_detail(&mut tx, authority, action, id.as_str(), name, app.now()).await?;
    tx.commit().await?;
    app.standing_changed();
    Ok(())
}

/// The private app, held against other changes, if the authority may change it.
async fn changeable(
    conn: &mut Conn,
    authority: &Authority,
    id: &PrivateAppId,
) -> Result<PrivateApp, ChangeError> {
    authority.require(Permission::PrivateAppsWrite)?;
    store::private_apps::lock(conn, id, authority.organization_id()).await?;
    of_organization(conn, authority, id).await
}

async fn of_organization(
    conn: &mut Conn,
    authority: &Authority,
    id: &PrivateAppId,
) -> Result<PrivateApp, ChangeError> {
    let found = store::private_apps::find(conn, id, authority.organization_id()).await?;
    found.ok_or(ChangeError::NotFound("private app"))
}
