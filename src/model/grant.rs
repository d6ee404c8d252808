//! What a person allowed a client in an organization: the root of its codes and tokens.

use crate::base::clock::Timestamp;
use crate::model::id::ClientId;
use crate::model::id::GrantId;
use crate::model::id::LogoId;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::scope::Scopes;

/// A live grant: there is at most one per person, organization and client.
#[derive(Clone, Debug)]
pub struct Grant {
    pub id: GrantId,
    pub user_id: UserId,
    pub organization_id: OrganizationId,
    pub client_id: ClientId,
    pub scopes: Scopes,
    pub created_at: Timestamp,
    /// The end the person chose; `None`: until revoked.
    pub expires_at: Option<Timestamp>,
}

/// A grant as its owner sees it in the list of connected apps.
#[derive(Clone, Debug)]
pub struct ConnectedApp {
    pub id: GrantId,
    pub client_id: ClientId,
    pub client_name: String,
    pub logo_id: Option<LogoId>,
    pub publisher: String,
    pub organization_name: String,
    pub scopes: Scopes,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
}
