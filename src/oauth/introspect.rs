//! What a resource server may learn of a token (RFC 7662).

use crate::app::App;
use crate::base::digest::Digest;
use crate::model::client::Client;
use crate::model::token::TokenKind;
use crate::oauth::Error;
use crate::oauth::bearer;
use crate::oauth::bearer::Bearer;
use crate::oauth::bearer::Presentation;
use crate::oauth::bearer::Subject;
use crate::oauth::error::Code;
use crate::store;

/// The answer. To a client that may not see the token, it is as if there were none.
#[derive(Debug)]
pub enum Introspection {
    Inactive,
    Active(Box<Bearer>),
}

/// Answers a client about its own tokens, and a resource server of the platform about anyone's.
pub async fn introspect(app: &App, client: &Client, token: &str) -> Result<Introspection, Error> {
    if let Some(digest) = TokenKind::Refresh.digest(token) {
        return refresh_token(app, client, &digest).await;
    }
    let found = match bearer::find(app, token, None).await {
        Ok(found) => found,
        Err(error) if error.code == Code::InvalidToken => return Ok(Introspection::Inactive),
        Err(error) => return Err(error),
    };
    if !client.resource_server && found.client_id() != Some(&client.id) {
        return Ok(Introspection::Inactive);
    }
    bearer::record(app, &Presentation { address: None, call: "introspection" }, &found).await?;
    Ok(Introspection::Active(Box::new(found.bearer)))
}

/// A refresh token is seen by its own client only.
async fn refresh_token(app: &App, client: &Client, digest: &Digest) -> Result<Introspection, Error> {
    let mut conn = app.db.read().await?;
    let Some(found) = store::refresh_tokens::find(&mut conn, digest).await? else {
        return Ok(Introspection::Inactive);
    };
    let (token, authorization, now) = (found.token, found.authorization, app.now());
    let alive = authorization.client_id == client.id
        && token.used_at.is_none()
        && token.expires_at.is_none_or(|end| now < end);
    let Some(scopes) = found.standing.scopes(&token.scopes, now).ok().filter(|_| alive) else {
        return Ok(Introspection::Inactive);
    };
    Ok(Introspection::Active(Box::new(Bearer {
        subject: Subject::of(&authorization),
        organization_id: authorization.organization_id,
        scopes,
        issued_at: token.created_at,
        expires_at: token.expires_at,
    })))
}
