//! Organizations, who belongs to them, and who is invited to.

use crate::base::clock::Timestamp;
use crate::model::email::Email;
use crate::model::id::InvitationId;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::lifetime::Seconds;
use crate::model::page::Keyed;
use crate::model::role::Role;
use crate::model::version::Version;

/// A tenant.
#[derive(Clone, Debug)]
pub struct Organization {
    pub id: OrganizationId,
    pub name: String,
    /// Private app tokens older than this are blocked, with a reason; `None` sets no limit.
    pub private_token_age: Option<Seconds>,
    pub created_at: Timestamp,
    pub version: Version,
}

/// One person's place in one organization.
#[derive(Clone, Debug)]
pub struct Membership {
    pub user_id: UserId,
    pub organization_id: OrganizationId,
    pub organization_name: String,
    pub role: Role,
}

/// A member as the others see them.
#[derive(Clone, Debug)]
pub struct Member {
    pub user_id: UserId,
    pub email: Email,
    pub name: String,
    pub role: Role,
    pub joined_at: Timestamp,
    /// When they used this organization's console last, give or take minutes.
    pub seen_at: Option<Timestamp>,
    /// When an operator of the installation kept them from signing in.
    pub disabled_at: Option<Timestamp>,
}

impl Keyed for Member {
    fn key(&self) -> &str {
        self.user_id.as_str()
    }
}

/// A link that makes the owner of one address a member, once.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub id: InvitationId,
    pub organization_id: OrganizationId,
    pub email: Email,
    /// At most what the inviter is when it is accepted.
    pub role: Role,
    pub invited_by: UserId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub organization_name: String,
    pub invited_by_name: String,
}

impl Keyed for Invitation {
    fn key(&self) -> &str {
        self.id.as_str()
    }
}

/// A secret that works although whoever made it has left.
#[derive(Clone, Debug)]
pub struct LeftBehind {
    /// Of the client's secret, or of the private app's token.
    pub id: String,
    /// The client or the private app.
    pub owner_id: String,
    pub owner_name: String,
    /// What lists show of the secret.
    pub hint: String,
    /// The name of whoever made it.
    pub made_by: String,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}
