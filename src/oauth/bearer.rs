//! Bearer tokens presented to a resource (RFC 6750): ours at `/api`, the platform's behind `/verify`.
//!
//! The first presentation of an access token that came with a refresh token shows that the client got both, which
//! decides what a replay of the refresh token before them means. So it is in the database before it is answered, once
//! a token, and a node that cannot write it says "try again". Every other presentation needs to read only.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::app::KnownToken;
use crate::app::Use;
use crate::base::clock::Timestamp;
use crate::model::id::ClientId;
use crate::model::id::OrganizationId;
use crate::model::id::PrivateAppId;
use crate::model::id::UserId;
use crate::model::private_app::PrivateAppAccess;
use crate::model::scope::Scopes;
use crate::model::token::AccessToken;
use crate::model::token::Authorization;
use crate::model::token::TokenKind;
use crate::oauth::Error;
use crate::oauth::error::Code;
use crate::store::standing::Found;

/// A token that was issued so much later than now counts no more: its end would be as far away as the clock was wrong.
/// The client refreshes it.
const WRONG: Duration = Duration::from_secs(60 * 60);

/// Where a token was presented.
#[derive(Clone, Debug)]
pub struct Presentation<'a> {
    /// The caller's address, when it is known.
    pub address: Option<IpAddr>,
    /// Method and path, never a query.
    pub call: &'a str,
}

/// A token that counts, and what it allows right now.
#[derive(Clone, Debug)]
pub struct Bearer {
    pub subject: Subject,
    pub organization_id: OrganizationId,
    /// What counts today of what was granted.
    pub scopes: Scopes,
    pub issued_at: Timestamp,
    /// `None`: until revoked.
    pub expires_at: Option<Timestamp>,
}

/// Who acts.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A client on a person's behalf.
    User { user_id: UserId, client_id: ClientId },
    /// A client for itself.
    Client { client_id: ClientId },
    /// A private app of an organization.
    PrivateApp { private_app_id: PrivateAppId, name: String },
}

impl Subject {
    pub(super) fn of(authorization: &Authorization) -> Self {
        let client_id = authorization.client_id.clone();
        match &authorization.consent {
            Some(consent) => Self::User { user_id: consent.user_id.clone(), client_id },
            None => Self::Client { client_id },
        }
    }
}

/// The bearer of `presented`, if it counts now.
pub async fn verify(app: &App, presented: &str, at: &Presentation<'_>) -> Result<Bearer, Error> {
    let bearer = find(app, presented, at.address).await?;
    record(app, at, &bearer).await?;
    Ok(bearer.bearer)
}

/// A bearer and the token that makes it one.
pub(super) struct FoundBearer {
    pub bearer: Bearer,
    known: Arc<KnownToken>,
}

impl FoundBearer {
    /// The client that holds the token; a private app is none.
    pub fn client_id(&self) -> Option<&ClientId> {
        match &*self.known {
            KnownToken::Access(found) => Some(&found.authorization.client_id),
            KnownToken::PrivateApp(_) => None,
        }
    }
}

/// As [`verify`], without recording the use.
pub(super) async fn find(app: &App, presented: &str, address: Option<IpAddr>) -> Result<FoundBearer, Error> {
    let (kind, digest) = [TokenKind::Access, TokenKind::PrivateApp]
        .into_iter()
        .find_map(|kind| Some((kind, kind.digest(presented)?)))
        .ok_or_else(|| Error::invalid_token().because("malformed or mistyped"))?;
    let known = app.token(&digest, kind).await?.ok_or_else(|| Error::invalid_token().because("unknown"))?;
    let bearer = match &*known {
        KnownToken::Access(found) => access_token(found, app.now())?,
        KnownToken::PrivateApp(access) => private_app(access, app.now(), address)?,
    };
    Ok(FoundBearer { bearer, known })
}

fn access_token(found: &Found<AccessToken>, now: Timestamp) -> Result<Bearer, Error> {
    let Found { token, authorization, standing } = found;
    if token.revoked_at.is_some() {
        return Err(Error::invalid_token().because("revoked"));
    }
    if token.expires_at.is_some_and(|end| end <= now) {
        return Err(Error::invalid_token().because("expired"));
    }
    if token.created_at > now + WRONG {
        return Err(Error::invalid_token().because("issued while the clock was wrong"));
    }
    let dead = |dead| Error::invalid_token().because(dead);
    let scopes = standing.scopes(&token.scopes, now).map_err(dead)?;
    Ok(Bearer {
        subject: Subject::of(authorization),
        organization_id: authorization.organization_id.clone(),
        scopes,
        issued_at: token.created_at,
        expires_at: token.expires_at,
    })
}

fn private_app(access: &PrivateAppAccess, now: Timestamp, address: Option<IpAddr>) -> Result<Bearer, Error> {
    access.check(now, address).map_err(|refusal| {
        Error::new(Code::InvalidToken, format!("The private app token does not work: {refusal}."))
    })?;
    Ok(Bearer {
        subject: Subject::PrivateApp { private_app_id: access.app.id.clone(), name: access.app.name.clone() },
        organization_id: access.app.organization_id.clone(),
        scopes: access.app.scopes.clone(),
        issued_at: access.token.created_at,
        expires_at: access.token.expires_at,
    })
}

/// Writes down that the token was used, and notes where.
pub(super) async fn record(app: &App, at: &Presentation<'_>, found: &FoundBearer) -> Result<(), Error> {
    let now = app.now();
    match &*found.known {
        KnownToken::PrivateApp(access) => {
            let digest = &access.token.digest;
            app.usage.note(Use::PrivateApp { digest, address: at.address, call: at.call }, now);
        }
        KnownToken::Access(found) => {
            let token = &found.token;
            if token.refresh_digest.is_some() && token.first_used_at.is_none() {
                app.deliver(&token.digest).await?;
            }
            if let Some(consent) = &found.authorization.consent {
                app.usage.note(Use::Grant(&consent.grant_id), now);
            }
        }
    }
    Ok(())
}

impl Bearer {
    /// Passes when every one of `needed` is allowed; otherwise says which are missing (RFC 6750 §3.1).
    pub fn require(&self, needed: &Scopes) -> Result<(), Error> {
        let missing = needed.beyond(&self.scopes);
        if missing.is_empty() {
            return Ok(());
        }
        Err(Error::new(Code::InsufficientScope, format!("The token lacks the scope {missing}.")))
    }
}
