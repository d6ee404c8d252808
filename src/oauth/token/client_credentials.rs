//! The client acts for itself (RFC 6749 §4.4).

use crate::app::App;
use crate::base::secret::Secret;
use crate::model::client::Client;
use crate::model::id::AuthorizationId;
use crate::model::token::TokenKind;
use crate::oauth::Error;
use crate::oauth::error::Code;
use crate::oauth::issue;
use crate::oauth::issue::Basis;
use crate::oauth::issue::TokenResponse;
use crate::oauth::token::ClientRequest;
use crate::oauth::token::requested_scopes;
use crate::store;

pub(super) async fn issue(
    app: &App,
    client: &Client,
    request: &ClientRequest,
) -> Result<TokenResponse, Error> {
    if !client.is_confidential() {
        return Err(Error::new(
            Code::UnauthorizedClient,
            "A public client cannot act for itself (RFC 6749 4.4).",
        ));
    }
    let scopes = requested_scopes(request.scope.as_deref(), &client.scopes)?;
    let now = app.now();
    let basis = Basis { authorization_id: AuthorizationId::of_client(&client.id), ends_at: None };
    let secret = Secret::generate(TokenKind::Access.prefix());
    let access = issue::access_token(client, &basis, scopes, secret, now);
    let mut tx = app.db.single().await?;
    store::access_tokens::insert(&mut tx, &access.token).await?;
    tx.commit().await?;
    Ok(issue::response(access, None, None, now))
}
