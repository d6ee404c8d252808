//! Who may do what: one table. The scopes of the management API, what its verbs refuse, the navigation and buttons of
//! the pages, and the test that walks every operation as everybody come out of it.

use std::fmt;

use crate::model::role::Rights;
use crate::model::role::Role;
use crate::model::scope::Scope;

use self::Callers::AnyToken;
use self::Callers::People;
use self::Callers::Tokens;
use self::Least::As;
use self::Least::AsOrOperator;
use self::Least::Operator;
use self::Least::OwnAs;

macro_rules! table {
    ($($permission:ident, $name:literal, $least:expr, $callers:expr, $meaning:literal;)+) => {
        /// What somebody may do: a row of the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Permission {
            $(#[doc = $meaning] $permission,)+
        }

        impl Permission {
            pub const ALL: &[Permission] = &[$(Permission::$permission,)+];

            const fn row(self) -> Row {
                match self {
                    $(Permission::$permission => {
                        Row { name: $name, least: $least, callers: $callers, meaning: $meaning }
                    })+
                }
            }
        }
    };
}

#[rustfmt::skip]
table! {
    // permission      name                  least                               callers   meaning
    Identity,          "identity",           As(Role::Member),               AnyToken, "See who is calling";
    Session,           "session",            As(Role::Member),               People,   "See and change the own account and its browser sessions";
    Grants,            "grants",             As(Role::Member),               People,   "See and end what one allowed apps to do";
    AppsRead,          "apps.read",          As(Role::Developer),            Tokens,   "See the organization's OAuth apps and their settings";
    AppsWrite,         "apps.write",         OwnAs(Role::Developer),         Tokens,   "Register, change and delete the organization's OAuth apps and their secrets";
    PrivateAppsRead,   "private_apps.read",  As(Role::Admin),                Tokens,   "See the organization's private apps and when they were used";
    PrivateAppsWrite,  "private_apps.write", As(Role::Admin),                Tokens,   "Create, change and revoke the organization's private apps and their tokens";
    ModulesRead,       "modules.read",       AsOrOperator(Role::Developer),  Tokens,   "See the platform's modules";
    ModulesWrite,      "modules.write",      Operator,                       Tokens,   "Add, change and remove the platform's modules";
    AuditRead,         "audit.read",         OwnAs(Role::Member),            Tokens,   "See what was done in the organization, by whom and from where";
    Members,           "members",            As(Role::Member),               People,   "See who belongs to the organization, and leave it";
    Roles,             "roles",              As(Role::Admin),                People,   "Invite people to the organization, set their roles and remove them";
    Organization,      "organization",       As(Role::Admin),                People,   "Rename the organization and set what it demands";
    InstanceApps,      "instance.apps",      Operator,                       People,   "See every app of the installation, and stop it";
}

struct Row {
    name: &'static str,
    least: Least,
    callers: Callers,
    meaning: &'static str,
}

/// The least that a person must be in the organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Least {
    As(Role),
    /// As [`Least::As`]; whoever is less than an admin reaches only what they made themselves.
    OwnAs(Role),
    AsOrOperator(Role),
    /// An operator of the installation, whatever their role here.
    Operator,
}

/// Who may act, beside a person in their own browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callers {
    /// Nobody else.
    People,
    /// Tokens with the scope of the permission's name, as far as the person behind them could do it.
    Tokens,
    /// Whoever has a token that works.
    AnyToken,
}

impl Permission {
    /// What it is called, which is also its scope where it has one.
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// What it opens, in words.
    pub const fn meaning(self) -> &'static str {
        self.row().meaning
    }

    pub const fn least(self) -> Least {
        self.row().least
    }

    pub const fn callers(self) -> Callers {
        self.row().callers
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|permission| permission.name() == name)
    }

    /// The scope that opens it to tokens.
    pub fn scope(self) -> Option<Scope> {
        match self.callers() {
            Callers::Tokens => Scope::parse(self.name()).ok(),
            Callers::People | Callers::AnyToken => None,
        }
    }

    /// The permission that `scope` opens; `None` for scopes of the platform's own modules.
    pub fn of(scope: &Scope) -> Option<Self> {
        Self::named(scope.as_str()).filter(|permission| permission.callers() == Callers::Tokens)
    }

    /// Whether a person may do this, at least with what is their own.
    pub fn is_open_to(self, rights: Rights) -> bool {
        match self.least() {
            Least::As(role) | Least::OwnAs(role) => rights.role >= role,
            Least::AsOrOperator(role) => rights.operator || rights.role >= role,
            Least::Operator => rights.operator,
        }
    }

    /// Whether a person who may do this reaches only what is their own.
    pub fn is_narrow_for(self, rights: Rights) -> bool {
        matches!(self.least(), Least::OwnAs(_)) && rights.role < Role::Admin
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// As in "This takes ...".
impl fmt::Display for Least {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let role = match self {
            Least::Operator => return f.write_str("an operator of this installation"),
            Least::As(role) | Least::OwnAs(role) | Least::AsOrOperator(role) => role,
        };
        let article = if matches!(role, Role::Owner | Role::Admin) { "an" } else { "a" };
        match role {
            Role::Owner => write!(f, "{article} {role}"),
            _ => write!(f, "{article} {role} or more"),
        }?;
        if matches!(self, Least::AsOrOperator(_)) { write!(f, ", or {}", Least::Operator) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_one_row() {
        for permission in Permission::ALL {
            assert_eq!(Permission::named(permission.name()), Some(*permission));
            assert_eq!(permission.scope().is_some(), permission.callers() == Callers::Tokens, "{permission}");
        }
    }
}
