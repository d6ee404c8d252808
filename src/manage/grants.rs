//! What a person has allowed, and how they take it back.

use crate::app::App;
use crate::app::ChangeError;
use crate::model::audit::Action;
use crate::model::grant::ConnectedApp;
use crate::model::id::GrantId;
use crate::model::page::Listed;
use crate::model::page::Page;
use crate::model::search::Search;
use crate::model::session::Session;
use crate::store;
use crate::store::audit::Event;

/// A page of the person's grants in all their organizations: of the apps that are searched for.
pub async fn list(
    app: &App,
    session: &Session,
    search: Option<&Search>,
    page: &Page,
) -> Result<Listed<ConnectedApp>, ChangeError> {
    let mut conn = app.db.read().await?;
    Ok(store::grants::connected_apps(&mut conn, &session.user_id, search, page, app.now()).await?)
}

/// Takes back what the person allowed; every token below ends at once.
pub async fn revoke(app: &App, session: &Session, id: &GrantId) -> Result<(), ChangeError> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let revoked = store::grants::revoke(&mut tx, id, &session.user_id, now).await?;
    let organization_id = revoked.ok_or(ChangeError::NotFound("grant"))?;
    let event = Event {
        organization_id: &organization_id,
        actor: session.user_id.as_str(),
        action: Action::GrantRevoke,
        object: id.as_str(),
        detail: "",
    };
    store::audit::append(&mut tx, &event, now).await?;
    tx.commit().await?;
    app.standing_changed();
    Ok(())
}
