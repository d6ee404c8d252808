//! Private apps: scoped tokens that an organization's own scripts use without a redirect.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::model::id::LogoId;
use crate::model::id::OrganizationId;
use crate::model::id::PrivateAppId;
use crate::model::id::PrivateAppTokenId;
use crate::model::id::UserId;
use crate::model::lifetime::Seconds;
use crate::model::page::Keyed;
use crate::model::scope::Scopes;
use crate::model::shape::Shape;
use crate::model::shape::Shaped;
use crate::model::version::Version;

/// A private app. The organization owns it, so that nothing breaks when the person who made it leaves.
#[derive(Clone, Debug)]
pub struct PrivateApp {
    pub id: PrivateAppId,
    pub organization_id: OrganizationId,
    pub name: String,
    pub description: String,
    pub logo_id: Option<LogoId>,
    pub scopes: Scopes,
    /// Addresses that may use its tokens; empty: any.
    pub allowed_ips: Networks,
    pub created_by: Option<UserId>,
    pub created_by_name: Option<String>,
    pub created_at: Timestamp,
    pub version: Version,
}

impl Keyed for PrivateApp {
    fn key(&self) -> &str {
        self.id.as_str()
    }
}

/// One of a private app's tokens; two live at once so that rotation has an overlap.
#[derive(Clone, Debug)]
pub struct PrivateAppToken {
    pub id: PrivateAppTokenId,
    pub private_app_id: PrivateAppId,
    pub digest: Digest,
    pub hint: String,
    pub created_at: Timestamp,
    /// `None`: until revoked.
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    /// Written at most once per some minutes.
    pub last_used_at: Option<Timestamp>,
    pub last_used_ip: Option<String>,
    /// Method and path, never a query.
    pub last_used_call: Option<String>,
}

impl PrivateAppToken {
    /// Tokens of one private app that may live at once.
    pub const MOST: usize = 2;

    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// A presented private app token with all that decides whether it works, read in one statement.
#[derive(Clone, Debug)]
pub struct PrivateAppAccess {
    pub token: PrivateAppToken,
    pub app: PrivateApp,
    pub organization_name: String,
    /// The organization's policy on the age of such tokens.
    pub most_age: Option<Seconds>,
}

/// Why a known private app token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrivateAppRefusal {
    #[error("the token was revoked")]
    Revoked,
    #[error("the token has expired")]
    Expired,
    #[error(
        "the token is older than the organization's policy allows; create a fresh one for this private app"
    )]
    OverAge,
    #[error("the token may not be used from this address")]
    Address,
}

impl PrivateAppAccess {
    /// Whether the token works at `now` from `address`; an unknown address passes only where any does.
    pub fn check(&self, now: Timestamp, address: Option<IpAddr>) -> Result<(), PrivateAppRefusal> {
        if self.token.revoked_at.is_some() {
            return Err(PrivateAppRefusal::Revoked);
        }
        if !self.token.is_live(now) {
            return Err(PrivateAppRefusal::Expired);
        }
        if self.most_age.is_some_and(|age| self.token.created_at + age.duration() <= now) {
            return Err(PrivateAppRefusal::OverAge);
        }
        if !self.app.allowed_ips.allow(address) {
            return Err(PrivateAppRefusal::Address);
        }
        Ok(())
    }
}

/// Addresses and networks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

/// One address or network as text. The outer form only: whether there can be such an address is for
/// [`Networks::parse`].
pub enum Network {}

impl Shaped for Network {
    const SHAPE: Shape = Shape::up_to(49, "^[0-9A-Fa-f.:/]+$").filled();
    type Refusal = NotANetwork;

    fn check(text: &str) -> Result<(), NotANetwork> {
        let allowed = |byte: u8| byte.is_ascii_hexdigit() || b".:/".contains(&byte);
        let fits = Self::SHAPE.fits(text) && text.bytes().all(allowed);
        if fits { Ok(()) } else { Err(NotANetwork::of(text)) }
    }
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is neither an address nor a network: expected something like 203.0.113.7 or 203.0.113.0/24")]
pub struct NotANetwork(String);

impl NotANetwork {
    fn of(text: &str) -> Self {
        Self(text.chars().take(64).collect())
    }
}

impl Networks {
    /// Entries of one list.
    pub const MOST: usize = 100;

    fn split(text: &str) -> Vec<String> {
        let entries = text.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty());
        entries.map(str::to_owned).collect()
    }

    /// Reads one entry each.
    pub fn of(entries: &[String]) -> Result<Self, NotANetwork> {
        entries.iter().map(|entry| Self::entry(entry)).collect::<Result<Vec<_>, _>>().map(Self)
    }

    /// Reads a list with commas, spaces or line breaks between its entries.
    pub fn parse(text: &str) -> Result<Self, NotANetwork> {
        Self::of(&Self::split(text))
    }

    /// The entries as they are written.
    pub fn entries(&self) -> Vec<String> {
        Self::split(&self.to_string())
    }

    fn entry(text: &str) -> Result<IpNet, NotANetwork> {
        let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network.map(|network| network.trunc()).map_err(|_| NotANetwork::of(text))
    }

    pub fn allow(&self, address: Option<IpAddr>) -> bool {
        self.0.is_empty()
            || address
                .is_some_and(|address| self.0.iter().any(|network| network.contains(&address.to_canonical())))
    }

    pub fn iter(&self) -> impl Iterator<Item = &IpNet> {
        self.0.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, network) in self.0.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            if network.prefix_len() == network.max_prefix_len() {
                write!(f, "{space}{}", network.addr())?;
            } else {
                write!(f, "{space}{network}")?;
            }
        }
        Ok(())
    }
}

impl TryFrom<String> for Networks {
    type Error = NotANetwork;

    fn try_from(text: String) -> Result<Self, NotANetwork> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_allows_any_and_a_list_only_its_own() {
        assert!(Networks::default().allow(None));
        let list = Networks::parse("203.0.113.0/24, 2001:db8::1\n198.51.100.7").unwrap();
        assert_eq!(list.to_string(), "203.0.113.0/24 2001:db8::1 198.51.100.7");
        assert!(list.allow("203.0.113.9".parse().ok()));
        assert!(list.allow("::ffff:198.51.100.7".parse().ok()));
        assert!(!list.allow("198.51.100.8".parse().ok()));
        assert!(!list.allow(None));
        assert!(Networks::parse("10.0.0.0/33").is_err());
    }
}
