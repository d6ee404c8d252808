//! What was authorized, and the codes and tokens that rest on it, as they are kept: by their digests.

use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::base::secret;
use crate::model::id::AuthorizationId;
use crate::model::id::ClientId;
use crate::model::id::GrantId;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::scope::Scopes;

/// The kinds of generated secrets; each is looked up in its own table only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    Access,
    Refresh,
    PrivateApp,
    ClientSecret,
    Setup,
    Invitation,
}

impl TokenKind {
    pub const fn prefix(self) -> &'static str {
        match self {
            TokenKind::Access => "OAUTH2",
            TokenKind::Refresh => "REFRESH",
            TokenKind::PrivateApp => "PRIVATE",
            TokenKind::ClientSecret => "SECRET",
            TokenKind::Setup => "SETUP",
            TokenKind::Invitation => "INVITE",
        }
    }

    /// The digest to look `text` up by; `None` when its shape or checksum says that it never was of this kind.
    pub fn digest(self, text: &str) -> Option<Digest> {
        secret::is_well_formed(self.prefix(), text).then(|| Digest::of(text))
    }
}

/// What was authorized: one consent or sign-in that was answered with a code. The code and all tokens that come of it
/// rest on it and end with it.
#[derive(Clone, Debug)]
pub struct Authorization {
    pub id: AuthorizationId,
    pub client_id: ClientId,
    pub organization_id: OrganizationId,
    /// Who allowed it; `None`: the client acts for itself (RFC 6749 §4.4).
    pub consent: Option<Consent>,
    pub scopes: Scopes,
    pub created_at: Timestamp,
}

/// The person on whose behalf, and the grant by which they allow it.
#[derive(Clone, Debug)]
pub struct Consent {
    pub user_id: UserId,
    pub grant_id: GrantId,
}

/// An authorization code (RFC 6749 §4.1.2) and what is bound to it alone.
#[derive(Clone, Debug)]
pub struct AuthorizationCode {
    pub digest: Digest,
    /// A replay of the code ends it.
    pub authorization_id: AuthorizationId,
    /// Where the code was sent.
    pub redirect_uri: String,
    /// Whether the authorization request named it; then the token request must too.
    pub redirect_uri_named: bool,
    /// The S256 challenge (RFC 7636 §4.2), when there was one.
    pub code_challenge: Option<String>,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

/// An access token (RFC 6749 §1.4).
#[derive(Clone, Debug)]
pub struct AccessToken {
    pub digest: Digest,
    pub authorization_id: AuthorizationId,
    pub scopes: Scopes,
    pub created_at: Timestamp,
    /// `None`: until revoked.
    pub expires_at: Option<Timestamp>,
    pub first_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    /// The refresh token that a refresh gave out with it.
    pub refresh_digest: Option<Digest>,
}

/// A refresh token (RFC 6749 §1.5) with exactly one successor at most.
#[derive(Clone, Debug)]
pub struct RefreshToken {
    pub digest: Digest,
    pub authorization_id: AuthorizationId,
    pub scopes: Scopes,
    pub created_at: Timestamp,
    /// The idle end; `None`: until revoked.
    pub expires_at: Option<Timestamp>,
    /// When it was rotated.
    pub used_at: Option<Timestamp>,
    /// The master key its successor was derived with.
    pub successor_key: Option<String>,
    /// When its client first showed that it got it, by presenting an access token that came with it.
    pub delivered_at: Option<Timestamp>,
}
