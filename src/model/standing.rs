//! Whether a credential still counts: one rule for every path that accepts one.

use crate::base::clock::Timestamp;
use crate::model::id::UserId;
use crate::model::role::Role;
use crate::model::scope::Scopes;

/// Everything above a credential that can end it, read together with it in one statement. Whoever is missing
/// (a deleted client, a person who left the organization) shows as `None`.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The person on whose behalf; `None` for a client on its own.
    pub user_id: Option<UserId>,
    /// The person's role in the credential's organization now.
    pub role: Option<Role>,
    pub user_disabled_at: Option<Timestamp>,
    pub client_known: bool,
    pub client_disabled_at: Option<Timestamp>,
    pub grant_revoked_at: Option<Timestamp>,
    pub grant_expires_at: Option<Timestamp>,
    pub family_revoked_at: Option<Timestamp>,
}

/// Why a credential no longer counts. The texts are for the log and the app's owner; strangers learn only that
/// it is not active.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Dead {
    #[error("its time is over")]
    Expired,
    #[error("it was revoked")]
    Revoked,
    #[error("the person revoked what they had allowed")]
    GrantRevoked,
    #[error("what the person allowed has ended")]
    GrantExpired,
    #[error("the app was deleted")]
    ClientDeleted,
    #[error("the app is disabled")]
    ClientDisabled,
    #[error("the person's account is disabled")]
    UserDisabled,
    #[error("the person is no longer a member of the organization")]
    NotAMember,
    #[error("the person's role holds none of its scopes any more")]
    NoScopes,
}

impl Standing {
    /// Passes when all that the credential rests on is alive at `now`.
    pub fn check(&self, now: Timestamp) -> Result<(), Dead> {
        if !self.client_known {
            return Err(Dead::ClientDeleted);
        }
        if self.client_disabled_at.is_some() {
            return Err(Dead::ClientDisabled);
        }
        if self.family_revoked_at.is_some() {
            return Err(Dead::Revoked);
        }
        if self.user_id.is_none() {
            return Ok(());
        }
        if self.user_disabled_at.is_some() {
            return Err(Dead::UserDisabled);
        }
        if self.role.is_none() {
            return Err(Dead::NotAMember);
        }
        if self.grant_revoked_at.is_some() {
            return Err(Dead::GrantRevoked);
        }
        if self.grant_expires_at.is_some_and(|end| end <= now) {
            return Err(Dead::GrantExpired);
        }
        Ok(())
    }

    /// What of the granted scopes the granter still holds. Where nothing is left, so is the credential: an empty
    /// scope must never be mistaken for all.
    pub fn scopes_held(&self, granted: &Scopes) -> Result<Scopes, Dead> {
        let Some(role) = self.role else { return Ok(granted.clone()) };
        let held = role.of(granted);
        if held.is_empty() && !granted.is_empty() { Err(Dead::NoScopes) } else { Ok(held) }
    }
}
