//! The browser's session: nothing else in Consentry is called a session.

use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::model::email::Email;
use crate::model::grant::Place;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::role::Rights;
use crate::model::role::Role;

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

impl Session {
    /// In the organization that the console shows.
    pub fn rights(&self) -> Rights {
        Rights { role: self.role, operator: self.operator }
    }
}
