//! The end of tokens (RFC 7009), asked for or forced.

use crate::app::App;
use crate::base::digest::Digest;
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::token::Authorization;
use crate::model::token::TokenKind;
use crate::oauth::Error;
use crate::store;
use crate::store::audit::Event;
use crate::store::db::Tx;

/// Revokes a token of the client; a refresh token takes all of its authorization along. A token that is unknown,
/// another client's or already dead is no error (RFC 7009 §2.2): it will not work either way. Nor is anything
/// forgotten because of it, or anybody could make every look-up go to the database.
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
    let authorization = found.map(|found| found.authorization);
    let Some(authorization) = authorization.filter(|authorization| authorization.client_id == client.id)
    else {
        return Ok(());
    };
    end(app, tx, &authorization, Action::AuthorizationRevoke, "revoked by the app").await?;
    Ok(())
}

/// Ends an authorization because its code or a refresh token of it was presented again, and writes that down for the
/// app's owner. This is committed although the request that caused it is refused.
pub(crate) async fn replayed(app: &App, authorization: &Authorization) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    let Authorization { id, client_id, .. } = authorization;
    if end(app, tx, authorization, Action::AuthorizationRevokedAfterReplay, "replay").await? {
        tracing::warn!(client = %client_id, authorization = %id, "a code or refresh token was replayed; all that came of its authorization is revoked");
    }
    Ok(())
}

async fn end(
    app: &App,
    mut tx: Tx,
    authorization: &Authorization,
    action: Action,
    reason: &str,
) -> Result<bool, Error> {
    let event = Event {
        organization_id: &authorization.organization_id,
        actor: authorization.client_id.as_str(),
        action,
        object: authorization.id.as_str(),
        detail: "",
    };
    let ended = store::authorizations::revoke(&mut tx, &authorization.id, reason, &event, app.now()).await?;
    tx.commit().await?;
    if ended {
        app.standing_changed();
    }
    Ok(ended)
}
