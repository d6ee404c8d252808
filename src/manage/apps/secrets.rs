//! Secrets of confidential apps: two at most, so that one can be replaced without an outage.

use crate::app::App;
use crate::app::ChangeError;
use crate::app::audit;
use crate::app::require_holding;
use crate::base::clock::Timestamp;
use crate::base::secret::Secret;
use crate::manage::apps::changeable;
use crate::model::audit::Action;
use crate::model::authority::Authority;
use crate::model::authority::Fresh;
use crate::model::client::ClientSecret;
use crate::model::id::ClientId;
use crate::model::id::ClientSecretId;
use crate::model::token::TokenKind;
use crate::store;
use crate::store::db::Conn;

/// A secret in clear, at the only moment when it is known, beside what is kept of it.
#[derive(Debug)]
pub struct NewSecret {
    pub kept: ClientSecret,
    pub secret: Secret,
}

/// Adds a secret. Whoever has a secret of the app can use what it holds, so nobody makes one who does not hold that
/// already.
pub async fn add_secret(app: &App, authority: &Fresh, id: &ClientId) -> Result<NewSecret, ChangeError> {
    let now = app.now();
    let modules = app.modules().await?;
    let mut tx = app.db.begin().await?;
    let client = changeable(&mut tx, authority, id).await?;
    if !client.is_confidential() {
        return Err(ChangeError::Conflict("A public app has no secret: it could not keep one."));
    }
    require_holding(&authority.lacks(&client, &modules))?;
    if store::client_secrets::count_live(&mut tx, id, now).await? >= ClientSecret::MOST as i64 {
        return Err(ChangeError::Conflict("The app has two live secrets. End one of them first."));
    }
    let secret = generate(&mut tx, authority, id, now).await?;
    audit::record(&mut tx, authority, Action::SecretCreate, secret.kept.id.as_str(), now).await?;
    tx.commit().await?;
    app.client_changed(id);
    Ok(secret)
}

/// Ends a secret at once.
pub async fn end_secret(
    app: &App,
    authority: &Authority,
    id: &ClientId,
    secret_id: &ClientSecretId,
) -> Result<(), ChangeError> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    changeable(&mut tx, authority, id).await?;
    if !store::client_secrets::end(&mut tx, id, secret_id, now).await? {
        return Err(ChangeError::NotFound("live secret"));
    }
    audit::record(&mut tx, authority, Action::SecretEnd, secret_id.as_str(), now).await?;
    tx.commit().await?;
    app.client_changed(id);
    Ok(())
}

pub(super) async fn generate(
    conn: &mut Conn,
    authority: &Authority,
    id: &ClientId,
    now: Timestamp,
) -> Result<NewSecret, store::Error> {
    let secret = Secret::generate(TokenKind::ClientSecret.prefix());
    let kept = ClientSecret {
        id: ClientSecretId::generate(now),
        digest: secret.digest(),
        hint: secret.hint(),
        created_at: now,
        expires_at: None,
        last_used_at: None,
    };
    store::client_secrets::insert(conn, id, &kept, authority.person().map(|person| &person.id)).await?;
    Ok(NewSecret { kept, secret })
}
