//! The browser's session: nothing else in Consentry is called a session.

use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::model::email::Email;
use crate::model::grant::Place;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::role::Rights;
use crate::model::role::Role;
use crate::model::shape::Shape;
use crate::model::shape::Shaped;

/// A signed-in browser, together with what every page needs to know of the person.
#[derive(Clone, Debug)]
pub struct Session {
    /// The digest of the cookie.
    pub id: Digest,
    pub user_id: UserId,
    pub email: Email,
    pub name: String,
    pub operator: bool,
    /// The organization the console shows now.
    pub organization_id: OrganizationId,
    pub organization_name: String,
    pub role: Role,
    pub created_at: Timestamp,
    /// When the person last proved who they are.
    pub authenticated_at: Timestamp,
    /// Written at most once per some minutes; the idle end counts from here.
    pub seen_at: Timestamp,
    /// The person's organizations by name, each with what they allow there the app that asks, if one does.
    pub places: Vec<Place>,
}

/// The name of a session.
impl Shaped for Digest {
    const SHAPE: Shape =
        Shape { least: Digest::LENGTH, most: Digest::LENGTH, pattern: "^[A-Za-z0-9_-]*$", format: None };
    type Refusal = &'static str;

    fn check(text: &str) -> Result<(), &'static str> {
        Digest::parse(text).map(drop).ok_or("is not the id of a session")
    }
}

/// One of a person's sessions, as they know it again.
#[derive(Clone, Debug)]
pub struct OpenSession {
    pub id: Digest,
    /// The organization that its console shows.
    pub organization_name: String,
    /// Where it was opened from, if that was known.
    pub address: Option<String>,
    /// What the browser called itself then, as far as it is kept.
    pub agent: Option<String>,
    pub created_at: Timestamp,
    /// As of [`Session`].
    pub seen_at: Timestamp,
}

impl Session {
    /// In the organization that the console shows.
    pub fn rights(&self) -> Rights {
        Rights { role: self.role, operator: self.operator }
    }
}
