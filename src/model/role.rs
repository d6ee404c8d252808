//! What a member may do in an organization.

use std::fmt;

use crate::model::module;
use crate::model::permission::Permission;
use crate::model::scope::Scope;
use crate::model::scope::Scopes;

/// Roles from the least to the most: each may do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Uses the platform and allows apps.
    Member,
    /// Registers OAuth apps and looks after their own.
    Developer,
    /// Looks after every app and every private app of the organization.
    Admin,
    /// An admin who also decides about the organization itself.
    Owner,
}

/// What a person may do in one organization.
#[derive(Clone, Copy, Debug)]
pub struct Rights {
    pub role: Role,
    /// Whether they may change what belongs to the whole installation, whatever their role here.
    pub operator: bool,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a role: expected owner, admin, developer or member")]
pub struct NotARole;

impl Role {
    pub const ALL: [Role; 4] = [Role::Owner, Role::Admin, Role::Developer, Role::Member];

    pub fn parse(text: &str) -> Result<Self, NotARole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(NotARole)
    }

    /// Whether somebody of this role decides about who is of that `other` role: admins up to admins, owners all.
    pub fn governs(self, other: Role) -> bool {
        self >= Role::Admin && other <= self
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Admin => "admin",
            Role::Developer => "developer",
            Role::Member => "member",
        }
    }
}

impl Rights {
    /// Whether the person holds a scope, and so may use it and hand it to an app. The platform's own modules are open to
    /// every member; of Consentry's, what the table does not have is open to nobody.
    pub fn holds(self, scope: &Scope) -> bool {
        let of_the_platform = || scope.parts().is_none_or(|(module, _)| !module::RESERVED.contains(&module));
        Permission::of(scope).map_or_else(of_the_platform, |permission| permission.is_open_to(self))
    }

    /// What of `scopes` the person holds.
    pub fn of(self, scopes: &Scopes) -> Scopes {
        scopes.iter().filter(|scope| self.holds(scope)).cloned().collect()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for Role {
    type Error = NotARole;

    fn try_from(text: String) -> Result<Self, NotARole> {
        Self::parse(&text)
    }
}
