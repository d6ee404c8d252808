//! Bearer tokens presented to a resource (RFC 6750): ours at `/api`, the platform's behind `/verify`.

use std::net::IpAddr;

use crate::app::App;
use crate::app::KnownToken;
use crate::app::Use;
use crate::base::clock::Timestamp;
use crate::model::id::ClientId;
use crate::model::id::GrantId;
use crate::model::id::OrganizationId;
use crate::model::id::PrivateAppId;
use crate::model::id::UserId;
use crate::model::private_app::PrivateAppAccess;
use crate::model::scope::Scopes;
use crate::model::standing::Standing;
use crate::model::token::AccessToken;
use crate::model::token::TokenKind;
use crate::oauth::Error;
use crate::oauth::error::Code;

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
    /// What was granted and the granter still holds.
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

/// The bearer of `presented`, if it counts now.
pub async fn verify(app: &App, presented: &str, at: &Presentation<'_>) -> Result<Bearer, Error> {
    let bearer = find(app, presented, at.address).await?;
    note(app, presented, at, &bearer);
    Ok(bearer.bearer)
}

/// A bearer and what its use is to be noted on.
pub(super) struct FoundBearer {
    pub bearer: Bearer,
    pub client_id: Option<ClientId>,
    first_use_below: Option<GrantId>,
}

/// As [`verify`], without noting a use.
pub(super) async fn find(app: &App, presented: &str, address: Option<IpAddr>) -> Result<FoundBearer, Error> {
    let (kind, digest) = [TokenKind::Access, TokenKind::PrivateApp]
        .into_iter()
        .find_map(|kind| Some((kind, kind.digest(presented)?)))
        .ok_or_else(|| Error::invalid_token().because("malformed or mistyped"))?;
    let known = app.token(&digest, kind).await?.ok_or_else(|| Error::invalid_token().because("unknown"))?;
    match &*known {
        KnownToken::Access(token, standing) => access_token(token, standing, app.now()),
        KnownToken::PrivateApp(access) => private_app(access, app.now(), address),
    }
}

fn access_token(token: &AccessToken, standing: &Standing, now: Timestamp) -> Result<FoundBearer, Error> {
    if token.revoked_at.is_some() {
        return Err(Error::invalid_token().because("revoked"));
    }
    if token.expires_at.is_some_and(|end| end <= now) {
        return Err(Error::invalid_token().because("expired"));
    }
    let dead = |dead| Error::invalid_token().because(dead);
    standing.check(now).map_err(dead)?;
    let scopes = standing.scopes_held(&token.scopes).map_err(dead)?;
    let subject = match &token.user_id {
        Some(user_id) => Subject::User { user_id: user_id.clone(), client_id: token.client_id.clone() },
        None => Subject::Client { client_id: token.client_id.clone() },
    };
    let bearer = Bearer {
        subject,
        organization_id: token.organization_id.clone(),
        scopes,
        issued_at: token.created_at,
        expires_at: token.expires_at,
    };
    let first_use_below = token.grant_id.clone().filter(|_| token.first_used_at.is_none());
    Ok(FoundBearer { bearer, client_id: Some(token.client_id.clone()), first_use_below })
}

fn private_app(
    access: &PrivateAppAccess,
    now: Timestamp,
    address: Option<IpAddr>,
) -> Result<FoundBearer, Error> {
    access.check(now, address).map_err(|refusal| {
        Error::new(Code::InvalidToken, format!("The private app token does not work: {refusal}."))
    })?;
    let bearer = Bearer {
        subject: Subject::PrivateApp { private_app_id: access.app.id.clone(), name: access.app.name.clone() },
        organization_id: access.app.organization_id.clone(),
        scopes: access.app.scopes.clone(),
        issued_at: access.token.created_at,
        expires_at: access.token.expires_at,
    };
    Ok(FoundBearer { bearer, client_id: None, first_use_below: None })
}

/// Remembers that the token was used, and where.
pub(super) fn note(app: &App, presented: &str, at: &Presentation<'_>, found: &FoundBearer) {
    let now = app.now();
    if let Subject::PrivateApp { .. } = found.bearer.subject {
        let Some(digest) = TokenKind::PrivateApp.digest(presented) else { return };
        let ip = at.address.map(|address| address.to_string()).unwrap_or_default();
        app.usage.note(Use::PrivateApp { digest, ip, call: at.call.to_owned() }, now);
    } else if let Some(grant_id) = &found.first_use_below {
        let Some(digest) = TokenKind::Access.digest(presented) else { return };
        app.usage.note(Use::AccessToken { digest, grant_id: grant_id.clone() }, now);
    }
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
