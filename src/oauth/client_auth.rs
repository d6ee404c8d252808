//! Client authentication (RFC 6749 §2.3): Basic, in the body, or none for public clients.

use std::sync::Arc;

use crate::app::App;
use crate::app::KnownClient;
use crate::app::Use;
use crate::base::secret::Secret;
use crate::model::client::Client;
use crate::model::id::ClientId;
use crate::model::token::TokenKind;
use crate::oauth::Error;
use crate::oauth::error::Code;

/// What a request shows of its client.
#[derive(Debug)]
pub struct ClientCredentials {
    id: String,
    secret: Option<Secret>,
}

impl ClientCredentials {
    /// Puts together what came in the `Authorization` header and in the body. One method a request: both at once is
    /// an error, but repeating the same `client_id` beside the header is not.
    pub fn new(
        basic: Option<(String, Secret)>,
        client_id: Option<&str>,
        client_secret: Option<&str>,
    ) -> Result<Self, Error> {
        match (basic, client_id, client_secret) {
            (Some(_), _, Some(_)) => Err(Error::invalid_request(
                "The request authenticates twice, by header and in the body. Use one of the two.",
            )),
            (Some((id, _)), Some(other), None) if id != other => Err(Error::invalid_request(
                "The client_id in the body differs from the one in the Authorization header.",
            )),
            (Some((id, secret)), _, None) => Ok(Self::of(id, Some(secret))),
            (None, Some(id), secret) => Ok(Self::of(id.to_owned(), secret.map(Secret::presented))),
            (None, None, _) => Err(Error::invalid_client().because("no client_id")),
        }
    }

    fn of(id: String, secret: Option<Secret>) -> Self {
        Self { id, secret: secret.filter(|secret| !secret.reveal().is_empty()) }
    }
}

/// The client that these credentials prove. A public client proves nothing but its name and must show no secret; a
/// confidential one must show a live one. It must be in service, too.
pub async fn authenticate(app: &App, credentials: &ClientCredentials) -> Result<Arc<KnownClient>, Error> {
    let known = recognize(app, credentials).await?;
    in_service(&known.client)?;
    Ok(known)
}

/// As [`authenticate`], in service or not.
pub async fn recognize(app: &App, credentials: &ClientCredentials) -> Result<Arc<KnownClient>, Error> {
    let refused = |cause: &str| Error::invalid_client().because(cause);
    let id = ClientId::parse(&credentials.id).map_err(|_| refused("not a client_id"))?;
    let known = app.client(&id).await?.ok_or_else(|| refused("unknown client"))?;
    prove(app, credentials, &known)?;
    Ok(known)
}

/// Passes when nobody has stopped or disabled the client. Told to the app itself only, which has shown that it is that.
pub fn in_service(client: &Client) -> Result<(), Error> {
    let rests = |why: &'static str| Err(Error::new(Code::InvalidClient, why).because("out of service"));
    if client.stopped_at.is_some() {
        return rests(
            "The app was stopped by an operator of this server. Its page in the console says why. Its connections rest.",
        );
    }
    if client.disabled_at.is_some() {
        return rests("The app is disabled. Its connections rest until its organization enables it again.");
    }
    Ok(())
}

/// Passes when the credentials are the client's.
fn prove(app: &App, credentials: &ClientCredentials, known: &KnownClient) -> Result<(), Error> {
    let refused = |cause: &str| Error::invalid_client().because(cause);
    match (&credentials.secret, known.client.is_confidential()) {
        (None, false) => Ok(()),
        (Some(_), false) => Err(refused("a public client showed a secret")),
        (None, true) => Err(refused("no secret")),
        (Some(secret), true) => {
            let digest = TokenKind::ClientSecret
                .digest(secret.reveal())
                .ok_or_else(|| refused("the secret is malformed or mistyped"))?;
            let now = app.now();
            let live = known.secrets.iter().find(|own| own.is_live(now) && own.digest.matches(&digest));
            let live = live.ok_or_else(|| refused("wrong or ended secret"))?;
            app.usage.note(Use::ClientSecret(&live.id), now);
            Ok(())
        }
    }
}
