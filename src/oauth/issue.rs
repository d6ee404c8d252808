//! The only place where codes and tokens are minted. Nothing is written here: the caller hands what was minted to
//! the one store call that also uses up what it was minted for.

use std::cmp::min;

use crate::base::clock::Timestamp;
use crate::base::secret::Secret;
use crate::model::client::Client;
use crate::model::id::FamilyId;
use crate::model::id::GrantId;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::scope::Scopes;
use crate::model::token::AccessToken;
use crate::model::token::RefreshToken;
use crate::model::token::TokenKind;

/// What a person allowed, as the tokens below it carry it.
#[derive(Clone, Debug)]
pub struct Authorization {
    pub organization_id: OrganizationId,
    pub user_id: UserId,
    pub grant_id: GrantId,
    pub family_id: FamilyId,
    /// The end of the grant.
    pub ends_at: Option<Timestamp>,
}

/// A token in clear beside what is kept of it.
pub struct Minted<T> {
    pub secret: Secret,
    pub token: T,
}

/// What `/token` answers (RFC 6749 §5.1).
#[derive(Debug)]
pub struct TokenResponse {
    pub access_token: Secret,
    /// Seconds; `None`: until revoked.
    pub expires_in: Option<i64>,
    pub refresh_token: Option<Secret>,
    /// Idle seconds of the refresh token (draft-ietf-oauth-refresh-token-expiration).
    pub refresh_token_timeout: Option<i64>,
    /// Seconds until what the person allowed ends.
    pub authorization_expires_in: Option<i64>,
    pub scopes: Scopes,
}

/// An access token on a person's behalf.
pub fn access_token(
    client: &Client,
    authorization: &Authorization,
    scopes: Scopes,
    secret: Secret,
    now: Timestamp,
) -> Minted<AccessToken> {
    let token = AccessToken {
        digest: secret.digest(),
        client_id: client.id.clone(),
        organization_id: authorization.organization_id.clone(),
        user_id: Some(authorization.user_id.clone()),
        grant_id: Some(authorization.grant_id.clone()),
        family_id: Some(authorization.family_id.clone()),
        scopes,
        created_at: now,
        expires_at: earlier(client.access_lifetime.map(|life| now + life.duration()), authorization.ends_at),
        first_used_at: None,
        revoked_at: None,
        refresh_digest: None,
    };
    Minted { secret, token }
}

/// An access token for the client itself (RFC 6749 §4.4): it rests on no grant.
pub fn client_access_token(client: &Client, scopes: Scopes, now: Timestamp) -> Minted<AccessToken> {
    let secret = Secret::generate(TokenKind::Access.prefix());
    let token = AccessToken {
        digest: secret.digest(),
        client_id: client.id.clone(),
        organization_id: client.organization_id.clone(),
        user_id: None,
        grant_id: None,
        family_id: None,
        scopes,
        created_at: now,
        expires_at: client.access_lifetime.map(|life| now + life.duration()),
        first_used_at: None,
        revoked_at: None,
        refresh_digest: None,
    };
    Minted { secret, token }
}

pub fn refresh_token(
    client: &Client,
    authorization: &Authorization,
    scopes: Scopes,
    secret: Secret,
    now: Timestamp,
) -> Minted<RefreshToken> {
    let token = RefreshToken {
        digest: secret.digest(),
        client_id: client.id.clone(),
        organization_id: authorization.organization_id.clone(),
        user_id: authorization.user_id.clone(),
        grant_id: authorization.grant_id.clone(),
        family_id: authorization.family_id.clone(),
        scopes,
        created_at: now,
        expires_at: earlier(client.refresh_lifetime.map(|life| now + life.duration()), authorization.ends_at),
        used_at: None,
        successor_key: None,
        delivered_at: None,
    };
    Minted { secret, token }
}

/// The answer that hands both out.
pub fn response(
    access: Minted<AccessToken>,
    refresh: Option<Minted<RefreshToken>>,
    ends_at: Option<Timestamp>,
    now: Timestamp,
) -> TokenResponse {
    let seconds_until = |end: Timestamp| (end.seconds() - now.seconds()).max(0);
    TokenResponse {
        access_token: access.secret,
        expires_in: access.token.expires_at.map(seconds_until),
        refresh_token_timeout: refresh
            .as_ref()
            .and_then(|refresh| refresh.token.expires_at)
            .map(seconds_until),
        refresh_token: refresh.map(|refresh| refresh.secret),
        authorization_expires_in: ends_at.map(seconds_until),
        scopes: access.token.scopes,
    }
}

fn earlier(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(min(a, b)),
        (end, None) | (None, end) => end,
    }
}
