//! The end of tokens (RFC 7009), asked for or forced.

use crate::app::App;
use crate::base::digest::Digest;
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::id::ClientId;
use crate::model::id::FamilyId;
use crate::model::id::OrganizationId;
use crate::model::token::TokenKind;
use crate::oauth::Error;
use crate::store;
use crate::store::audit::Event;

/// Revokes a token of the client; a refresh token takes its family along. A token that is unknown, another client's
/// or already dead is no error (RFC 7009 §2.2): it will not work either way. Nor is anything forgotten because of it,
/// or anybody could make every look-up go to the database.
pub async fn revoke(app: &App, client: &Client, token: &str) -> Result<(), Error> {
    if let Some(digest) = TokenKind::Access.digest(token) {
        return access_token(app, client, &digest).await;
    }
    if let Some(digest) = TokenKind::Refresh.digest(token) {
        return refresh_token(app, client, &digest).await;
    }
    Ok(())
}

async fn access_token(app: &App, client: &Client, digest: &Digest) -> Result<(), Error> {
    let mut tx = app.db.single().await?;
    let revoked = store::access_tokens::revoke(&mut tx, digest, &client.id, app.now()).await?;
    tx.commit().await?;
    if revoked {
        app.token_changed(digest);
    }
    Ok(())
}

async fn refresh_token(app: &App, client: &Client, digest: &Digest) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    let found = store::refresh_tokens::find(&mut tx, digest).await?;
    let Some(token) = found.map(|found| found.token).filter(|token| token.client_id == client.id) else {
        return Ok(());
    };
    let event = Event {
        organization_id: &token.organization_id,
        actor: client.id.as_str(),
        action: Action::FamilyRevoke,
        object: token.family_id.as_str(),
        detail: "",
    };
    let revoked =
        store::families::revoke(&mut tx, &token.family_id, "revoked by the app", &event, app.now()).await?;
    tx.commit().await?;
    if revoked {
        app.standing_changed();
    }
    Ok(())
}

/// Ends a family because a code or a refresh token of it was presented again, and writes that down for the app's
/// owner. This is committed although the request that caused it is refused.
pub(crate) async fn family_replayed(
    app: &App,
    family_id: &FamilyId,
    organization_id: &OrganizationId,
    client_id: &ClientId,
) -> Result<(), Error> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let event = Event {
        organization_id,
        actor: client_id.as_str(),
        action: Action::FamilyRevokedAfterReplay,
        object: family_id.as_str(),
        detail: "",
    };
    let revoked = store::families::revoke(&mut tx, family_id, "replay", &event, now).await?;
    if revoked {
        tracing::warn!(client = %client_id, family = %family_id, "a code or refresh token was replayed; its family is revoked");
    }
    tx.commit().await?;
    if revoked {
        app.standing_changed();
    }
    Ok(())
}
