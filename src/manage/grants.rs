//! What a person has allowed, and how they take it back.

use crate::app::App;
use crate::app::ChangeError;
use crate::model::audit::Action;
use crate::model::grant::ConnectedApp;
use crate::model::id::GrantId;
use crate::model::session::Session;
use crate::store;
use crate::store::audit::Event;

/// The person's grants in all their organizations, newest first.
pub async fn list(app: &App, session: &Session) -> Result<Vec<ConnectedApp>, ChangeError> {
    let mut conn = app.db.read().await?;
    Ok(store::grants::connected_apps(&mut conn, &session.user_id, app.now()).await?)
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
