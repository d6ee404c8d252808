//! OAuth clients (pages say "app").

use std::fmt;

use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::model::id::ClientId;
use crate::model::id::ClientSecretId;
use crate::model::id::LogoId;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::lifetime::Seconds;
use crate::model::page::Keyed;
use crate::model::redirect_uri::RedirectUris;
use crate::model::role::Role;
use crate::model::scope::Scopes;
use crate::model::version::Version;

/// A registered client and its policy.
#[derive(Clone, Debug)]
pub struct Client {
    pub id: ClientId,
    pub organization_id: OrganizationId,
    /// Who publishes it: the organization's name.
    pub organization_name: String,
    pub name: String,
    pub description: String,
    pub logo_id: Option<LogoId>,
    pub kind: ClientKind,
    pub redirect_uris: RedirectUris,
    pub grant_types: GrantTypes,
    /// What it may ask for, and what it gets when a request names no scope.
    pub scopes: Scopes,
    pub pkce: Pkce,
    pub distribution: Distribution,
    /// Life of an access token; `None`: until revoked.
    pub access_lifetime: Option<Seconds>,
    /// Idle life of a refresh token; `None`: until revoked.
    pub refresh_lifetime: Option<Seconds>,
    /// How long a rotated refresh token may be presented again freely.
    pub refresh_window: Seconds,
    /// May introspect the tokens of every client: the platform's own resource servers.
    pub resource_server: bool,
    pub created_by: Option<UserId>,
    pub created_at: Timestamp,
    /// When it last got a redirect URI that it did not have before.
    pub redirected_at: Option<Timestamp>,
    pub disabled_at: Option<Timestamp>,
    /// The person, app or private app that disabled it.
    pub disabled_by: Option<String>,
    /// What they were in the organization then: who is less cannot enable it.
    pub disabled_role: Option<Role>,
    /// When an operator stopped it: only an operator lifts that.
    pub stopped_at: Option<Timestamp>,
    pub stopped_by: Option<UserId>,
    /// Why, for the app's owner.
    pub stop_reason: Option<String>,
    pub version: Version,
}

impl Keyed for Client {
    fn key(&self) -> &str {
        self.id.as_str()
    }
}

impl Client {
    /// The longest life of an access token that ends at all.
    pub const LONGEST_ACCESS: Seconds = Seconds::days(30);

    /// Neither disabled by its organization nor stopped by an operator.
    pub fn is_in_service(&self) -> bool {
        self.disabled_at.is_none() && self.stopped_at.is_none()
    }

    pub fn state(&self) -> State {
        match (self.stopped_at, self.disabled_at) {
            (Some(_), _) => State::Stopped,
            (None, Some(_)) => State::Disabled,
            (None, None) => State::Enabled,
        }
    }

    pub fn may_use(&self, grant_type: GrantType) -> bool {
        self.grant_types.contains(grant_type)
    }

    pub fn is_confidential(&self) -> bool {
        self.kind == ClientKind::Confidential
    }

    /// Whether the app may have people sent to `requested`: a registered URI, byte for byte. Programs on people's
    /// computers get their port when they run (RFC 8252 §7.3), and no secret keeps others from it: only for these,
    /// which are public clients, the port of a loopback URI may be another.
    pub fn returns_to(&self, requested: &str) -> bool {
        self.redirect_uris.iter().any(|registered| {
            registered.as_str() == requested
                || !self.is_confidential() && registered.differs_in_loopback_port(requested)
        })
    }
}

/// One of a client's secrets; two live at once so that rotation needs no outage.
#[derive(Clone, Debug)]
pub struct ClientSecret {
    pub id: ClientSecretId,
    pub digest: Digest,
    pub hint: String,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
}

impl ClientSecret {
    /// Secrets of one client that may live at once.
    pub const MOST: usize = 2;

    pub fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $expected:literal { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl TryFrom<&str> for $name {
            type Error = Unexpected;

            fn try_from(text: &str) -> Result<Self, Unexpected> {
                match text { $($text => Ok($name::$variant),)+ _ => Err(Unexpected { expected: $expected }) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = Unexpected;

            fn try_from(text: String) -> Result<Self, Unexpected> {
                Self::try_from(text.as_str())
            }
        }
    };
}

/// A word that is none of those expected.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("is unknown: expected {expected}")]
pub struct Unexpected {
    pub expected: &'static str,
}

words! {
    /// RFC 6749 §2.1.
    ClientKind, "confidential or public" {
        /// Keeps a secret: a server.
        Confidential = "confidential",
        /// Cannot: a native app, a browser app, an MCP client.
        Public = "public",
    }
}

words! {
    /// Whether an authorization request must carry a code challenge (RFC 7636). Public clients always must.
    Pkce, "required or optional" {
        Required = "required",
        /// For connectors that cannot; a challenge that is sent is still enforced.
        Optional = "optional",
    }
}

words! {
    /// Whether the app works.
    State, "enabled, disabled or stopped" {
        Enabled = "enabled",
        /// Its organization disabled it.
        Disabled = "disabled",
        /// An operator stopped it, whatever its organization did.
        Stopped = "stopped",
    }
}

words! {
    /// Who may allow the app.
    Distribution, "private or public" {
        /// Members of the organization that owns it.
        Private = "private",
        /// Anybody.
        Public = "public",
    }
}

words! {
    /// What `/token` does for the client.
    GrantType, "authorization_code, refresh_token or client_credentials" {
        AuthorizationCode = "authorization_code",
        RefreshToken = "refresh_token",
        ClientCredentials = "client_credentials",
    }
}

/// The grant types a client may use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrantTypes(Vec<GrantType>);

impl GrantTypes {
    pub fn contains(&self, grant_type: GrantType) -> bool {
        self.0.contains(&grant_type)
    }

    pub fn iter(&self) -> impl Iterator<Item = GrantType> {
        self.0.iter().copied()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<GrantType> for GrantTypes {
    fn from_iter<I: IntoIterator<Item = GrantType>>(iter: I) -> Self {
        let wanted = iter.into_iter().collect::<Vec<_>>();
        Self(GrantType::ALL.iter().copied().filter(|grant_type| wanted.contains(grant_type)).collect())
    }
}

impl TryFrom<String> for GrantTypes {
    type Error = Unexpected;

    fn try_from(text: String) -> Result<Self, Unexpected> {
        text.split_whitespace().map(GrantType::try_from).collect()
    }
}

impl fmt::Display for GrantTypes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, grant_type) in self.0.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(f, "{space}{grant_type}")?;
        }
        Ok(())
    }
}
