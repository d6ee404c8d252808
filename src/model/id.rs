//! One type per kind of identifier, so that none is ever passed for another.

use std::fmt;

use crate::base::clock::Timestamp;
use crate::base::id;
use crate::model::shape::Shape;
use crate::model::shape::Shaped;

/// The text is not an identifier of this kind.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier that begins with `{prefix}_`")]
pub struct NotAnId {
    pub prefix: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            pub fn generate(now: Timestamp) -> Self {
                Self(format!(concat!($prefix, "_{}"), id::generate(now)))
            }

            pub fn parse(text: &str) -> Result<Self, NotAnId> {
                match text.strip_prefix(concat!($prefix, "_")) {
                    Some(rest) if id::is_well_formed(rest) => Ok(Self(text.to_owned())),
                    _ => Err(NotAnId { prefix: $prefix }),
                }
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Shaped for $name {
            const SHAPE: Shape = Shape {
                least: $prefix.len() + 1 + id::LENGTH,
                ..Shape::up_to($prefix.len() + 1 + id::LENGTH, concat!("^", $prefix, "_[0-9a-hjkmnp-tv-z]+$"))
            };
            type Refusal = NotAnId;

            fn check(text: &str) -> Result<(), NotAnId> {
                Self::parse(text).map(drop)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;

            fn try_from(text: String) -> Result<Self, NotAnId> {
                Self::parse(&text)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::try_from(text).map_err(serde::de::Error::custom)
            }
        }
    )+};
}

ids! {
    /// A tenant: people who work together and own apps.
    OrganizationId = "org";
    /// A person.
    UserId = "usr";
    /// An OAuth client; this is its `client_id` on the wire (RFC 6749 §2.2).
    ClientId = "app";
    /// One of a client's secrets.
    ClientSecretId = "sec";
    /// What a person allowed a client in an organization.
    GrantId = "grt";
    /// One consent or sign-in that was answered with a code, or what a client is by itself.
    AuthorizationId = "aut";
    /// A private app.
    PrivateAppId = "pri";
    /// One of a private app's tokens.
    PrivateAppTokenId = "pat";
    /// An invitation to an organization.
    InvitationId = "inv";
    /// The picture of an app.
    LogoId = "pic";
}

impl AuthorizationId {
    /// The one that a client has without any person (RFC 6749 §4.4): it bears the client's own number.
    pub fn of_client(id: &ClientId) -> Self {
        let number = id.0.trim_start_matches(|letter| letter != '_');
        Self(format!("aut{number}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_one_kind_is_not_of_another() {
        let user = UserId::generate(Timestamp::from_millis(0));
        assert_eq!(UserId::parse(user.as_str()), Ok(user.clone()));
        assert!(ClientId::parse(user.as_str()).is_err());
        assert!(UserId::parse("usr_").is_err());
        assert!(UserId::parse(&format!("{user}x")).is_err());
    }
}
