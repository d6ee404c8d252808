//! The only place where codes and tokens are minted. Nothing is written here: the caller hands what was minted to
//! the one store call that also uses up what it was minted for.

use std::cmp::min;

use crate::base::clock::Timestamp;
use crate::base::secret::Secret;
use crate::model::client::Client;
use crate::model::id::AuthorizationId;
use crate::model::scope::Scopes;
use crate::model::token::AccessToken;
use crate::model::token::RefreshToken;

/// What a token rests on, and the end that it has from there.
#[derive(Clone, Debug)]
pub struct Basis {
    pub authorization_id: AuthorizationId,
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

pub fn access_token(
    client: &Client,
    basis: &Basis,
    scopes: Scopes,
    secret: Secret,
    now: Timestamp,
) -> Minted<AccessToken> {
    let token = AccessToken {
        digest: secret.digest(),
        authorization_id: basis.authorization_id.clone(),
        scopes,
        created_at: now,
        expires_at: earlier(client.access_lifetime.map(|life| now + life.duration()), basis.ends_at),
        first_used_at: None,
        revoked_at: None,
        refresh_digest: None,
    };
    Minted { secret, token }
}

pub fn refresh_token(
    client: &Client,
    basis: &Basis,
    scopes: Scopes,
    secret: Secret,
    now: Timestamp,
) -> Minted<RefreshToken> {
    let token = RefreshToken {
        digest: secret.digest(),
        authorization_id: basis.authorization_id.clone(),
        scopes,
        created_at: now,
        expires_at: earlier(client.refresh_lifetime.map(|life| now + life.duration()), basis.ends_at),
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
