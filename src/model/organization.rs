//! Organizations and who belongs to them.

use crate::base::clock::Timestamp;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::lifetime::Seconds;
use crate::model::role::Role;

/// A tenant.
#[derive(Clone, Debug)]
pub struct Organization {
    pub id: OrganizationId,
    pub name: String,
    /// Private app tokens older than this are blocked, with a reason; `None` sets no limit.
    pub private_token_age: Option<Seconds>,
    pub created_at: Timestamp,
}

/// One person's place in one organization.
#[derive(Clone, Debug)]
pub struct Membership {
    pub user_id: UserId,
    pub organization_id: OrganizationId,
    pub organization_name: String,
    pub role: Role,
}
