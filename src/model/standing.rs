//! Whether a credential still counts: one rule for every path that accepts one.

use crate::base::clock::Timestamp;
use crate::model::id::UserId;
use crate::model::role::Rights;
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
    pub user_operator: Option<bool>,
    /// What the app may ask for today; `None` once it was deleted.
    pub client_scopes: Option<Scopes>,
    /// When it was disabled, or stopped by an operator.
    pub client_disabled_at: Option<Timestamp>,
    /// What the person allows the app today in the credential's organization.
    pub grant_scopes: Option<Scopes>,
    pub grant_revoked_at: Option<Timestamp>,
    pub grant_expires_at: Option<Timestamp>,
    /// When what it rests on was ended on its own, by the app or after a replay.
    pub authorization_revoked_at: Option<Timestamp>,
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
    #[error("the app is disabled or stopped")]
    ClientDisabled,
    #[error("the person's account is disabled")]
    UserDisabled,
    #[error("the person is no longer a member of the organization")]
    NotAMember,
    #[error("none of its scopes is left to the app, to the connection and to the person's role")]
    NoScopes,
}

impl Standing {
    /// What of the scopes `granted` to a credential counts at `now`: all that it rests on is alive, the app may still
    /// ask for it, the person still allows it and still holds it. The one function that decides this, for every path.
    ///
    /// # Errors
    /// Why the credential counts no more. Where nothing is left of its scopes, so is the credential: an empty scope
    /// must never be mistaken for all.
    pub fn scopes(&self, granted: &Scopes, now: Timestamp) -> Result<Scopes, Dead> {
        let client = self.client_scopes.as_ref().ok_or(Dead::ClientDeleted)?;
        if self.client_disabled_at.is_some() {
            return Err(Dead::ClientDisabled);
        }
        if self.authorization_revoked_at.is_some() {
            return Err(Dead::Revoked);
        }
        let mut left = granted.within(client);
        if self.user_id.is_some() {
            left = self.person()?.of(&left.within(self.grant(now)?));
        }
        if left.is_empty() && !granted.is_empty() { Err(Dead::NoScopes) } else { Ok(left) }
    }

    fn person(&self) -> Result<Rights, Dead> {
        match self.user_disabled_at {
            Some(_) => Err(Dead::UserDisabled),
            None => {
                let role = self.role.ok_or(Dead::NotAMember)?;
                Ok(Rights { role, operator: self.user_operator == Some(true) })
            }
        }
    }

    fn grant(&self, now: Timestamp) -> Result<&Scopes, Dead> {
        if self.grant_revoked_at.is_some() {
            return Err(Dead::GrantRevoked);
        }
        if self.grant_expires_at.is_some_and(|end| end <= now) {
            return Err(Dead::GrantExpired);
        }
        self.grant_scopes.as_ref().ok_or(Dead::GrantRevoked)
    }
}
