//! On whose authority something of an organization is changed: the [table](crate::model::permission) as it applies to
//! one actor.

use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use crate::base::clock::Timestamp;
use crate::model::client::Client;
use crate::model::client::GrantType;
use crate::model::client::GrantTypes;
use crate::model::id::ClientId;
use crate::model::id::OrganizationId;
use crate::model::id::PrivateAppId;
use crate::model::id::UserId;
use crate::model::module::Modules;
use crate::model::permission::Callers;
use crate::model::permission::Least;
use crate::model::permission::Permission;
use crate::model::role::Rights;
use crate::model::role::Role;
use crate::model::scope::Scope;
use crate::model::scope::Scopes;
use crate::model::session::Session;

/// Who acts in which organization, and with what at this moment.
#[derive(Clone, Debug)]
pub struct Authority {
    organization_id: OrganizationId,
    actor: Actor,
    scopes: Scopes,
}

#[derive(Clone, Debug)]
pub enum Actor {
    /// Signed in, with all that the role gives.
    Person(Person),
    /// A client, on a person's behalf or for itself.
    Client {
        id: ClientId,
        on_behalf_of: Option<Person>,
    },
    PrivateApp {
        id: PrivateAppId,
    },
}

/// A person as they stand in the organization now.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: UserId,
    pub rights: Rights,
    /// When they last proved who they are; for a person behind a token, which is its own proof, when it was presented.
    pub proven_at: Timestamp,
}

/// How long a proof of who somebody is lets them make secrets and decide about people.
pub const FRESH: Duration = Duration::from_secs(5 * 60);

/// An authority behind which nobody merely sits at a browser that somebody left: what secrets, roles and policies
/// demand of whoever makes or changes them.
#[derive(Clone, Debug)]
pub struct Fresh(Authority);

impl Deref for Fresh {
    type Target = Authority;

    fn deref(&self) -> &Authority {
        &self.0
    }
}

/// Why the actor may not do this. The texts are for the actor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    #[error("Your role in this organization is {role}, which does not include this ({permission}): it takes {least}.", least = permission.least())]
    Role { role: Role, permission: Permission },
    #[error("Only an operator of this installation may do this ({permission}).")]
    Operator { permission: Permission },
    #[error("This takes a password that was proved in the last {} minutes.", FRESH.as_secs() / 60)]
    NotFresh,
    #[error("The token lacks the scope {scope}.")]
    Scope { scope: Scope },
    #[error("This is for a person in their browser ({permission}); a token does not do.")]
    People { permission: Permission },
    #[error(
        "It holds {scopes}, which you do not: whoever changes its credentials, or where people are sent, could use \
         all that it holds. Ask somebody who holds this too."
    )]
    Beyond { scopes: Scopes },
    #[error("It was disabled by somebody who is {role} here, so nobody below that role can enable it.")]
    DisabledAbove { role: Role },
    #[error(
        "Your role in this organization is {decider}; it takes an owner to decide who is {role}, or what becomes of one."
    )]
    Outranked { decider: Role, role: Role },
    #[error(
        "Developers change the apps that they registered themselves; ask an admin or an owner for this one."
    )]
    NotOwn,
}

impl Authority {
    /// `granted` is what the session or token opens; what the person behind it does not hold falls away.
    pub fn new(organization_id: OrganizationId, actor: Actor, granted: &Scopes) -> Self {
        let held = |scope: &&Scope| actor.person().is_none_or(|person| person.rights.holds(scope));
        let scopes = granted.iter().filter(held).cloned().collect();
        Self { organization_id, actor, scopes }
    }

    /// What a signed-in person may do in the organization that their session shows.
    pub fn of_session(session: &Session, modules: &Modules) -> Self {
        let person = Person {
            id: session.user_id.clone(),
            rights: session.rights(),
            proven_at: session.authenticated_at,
        };
        Self::new(session.organization_id.clone(), Actor::Person(person), &modules.scopes())
    }

    pub fn organization_id(&self) -> &OrganizationId {
        &self.organization_id
    }

    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What the actor may do now, which is also the most that it can hand on.
    pub fn scopes(&self) -> &Scopes {
        &self.scopes
    }

    /// The person who acts, if one does.
    pub fn person(&self) -> Option<&Person> {
        self.actor.person()
    }

    /// Passes when the actor may do this, at least with what is their own.
    pub fn require(&self, permission: Permission) -> Result<(), Denied> {
        let allowed = match (&self.actor, permission.callers()) {
            (Actor::Person(person), _) => permission.is_open_to(person.rights),
            (_, Callers::AnyToken) => true,
            (_, Callers::People) => false,
            (_, Callers::Tokens) => permission.scope().is_some_and(|scope| self.scopes.allow(&scope)),
        };
        if allowed { Ok(()) } else { Err(self.denied(permission)) }
    }

    /// Whether the actor may do this, at least with what is their own.
    pub fn may(&self, permission: Permission) -> bool {
        self.require(permission).is_ok()
    }

    /// The same, fit for what takes a fresh proof.
    ///
    /// # Errors
    /// [`Denied::NotFresh`] when a person in their browser proved who they are longer than [`FRESH`] ago.
    pub fn fresh(&self, now: Timestamp) -> Result<Fresh, Denied> {
        match &self.actor {
            Actor::Person(person) if now > person.proven_at + FRESH => Err(Denied::NotFresh),
            _ => Ok(Fresh(self.clone())),
        }
    }

    fn denied(&self, permission: Permission) -> Denied {
        match (&self.actor, permission.scope()) {
            (Actor::Person(_), _) if permission.least() == Least::Operator => Denied::Operator { permission },
            (Actor::Person(person), _) => Denied::Role { role: person.rights.role, permission },
            (_, Some(scope)) => Denied::Scope { scope },
            (_, None) => Denied::People { permission },
        }
    }

    /// Whether the actor reaches only what they made themselves.
    fn is_narrow_for(&self, permission: Permission) -> bool {
        self.narrowed_to(permission).is_some()
    }

    /// The person to whose own doings the permission is narrowed, if it is.
    pub fn narrowed_to(&self, permission: Permission) -> Option<&UserId> {
        self.person().filter(|person| permission.is_narrow_for(person.rights)).map(|person| &person.id)
    }

    /// Passes when the actor may change this client: developers their own, everybody else any of the organization.
    pub fn require_change_of(&self, client: &Client) -> Result<(), Denied> {
        self.require(Permission::AppsWrite)?;
        let own = |person: &Person| client.created_by.as_ref() == Some(&person.id);
        match self.is_narrow_for(Permission::AppsWrite) && !self.person().is_some_and(own) {
            true => Err(Denied::NotOwn),
            false => Ok(()),
        }
    }

    /// What of `scopes` the actor cannot give to an app with these grant types.
    ///
    /// An app that acts for itself is bound by nobody's role: a developer, who reaches only apps of their own, must
    /// not make one that reaches them all.
    pub fn cannot_give(&self, scopes: &Scopes, grant_types: &GrantTypes) -> Scopes {
        let for_itself = grant_types.contains(GrantType::ClientCredentials);
        let beyond = |scope: &&Scope| {
            let widens = Permission::of(scope).is_some_and(|permission| self.is_narrow_for(permission));
            !self.scopes.allow(scope) || (widens && for_itself)
        };
        scopes.iter().filter(beyond).cloned().collect()
    }

    /// What of the client's scopes the actor does not hold. Whoever has any of it must not change the client's
    /// secrets, redirect URIs, PKCE, grant types or distribution: each of these is a way to use what the client holds.
    /// Ending a secret, disabling and deleting only take away, and so need no more than [`Authority::require_change_of`].
    /// Scopes of modules that were removed open nothing, and nobody can hold them.
    pub fn lacks(&self, client: &Client, modules: &Modules) -> Scopes {
        let open = client.scopes.iter().filter(|scope| modules.of(scope).is_some()).cloned().collect();
        self.cannot_give(&open, &client.grant_types)
    }

    /// How high the actor stands when something is disabled. Apps that act for themselves and private apps are made by
    /// admins, and never stand above them.
    pub fn rank(&self) -> Role {
        self.person().map_or(Role::Admin, |person| person.rights.role)
    }

    /// Whether the actor stands as high as whoever disabled the client. Nobody knows who did before that was written
    /// down: it takes an admin then.
    pub fn may_enable(&self, client: &Client) -> bool {
        client.disabled_at.is_none() || self.rank() >= client.disabled_role.unwrap_or(Role::Admin)
    }

    /// Whether an operator is signed in.
    pub fn is_operator(&self) -> bool {
        matches!(&self.actor, Actor::Person(person) if person.rights.operator)
    }
}

impl Actor {
    fn person(&self) -> Option<&Person> {
        match self {
            Actor::Person(person) | Actor::Client { on_behalf_of: Some(person), .. } => Some(person),
            Actor::Client { on_behalf_of: None, .. } | Actor::PrivateApp { .. } => None,
        }
    }
}

/// Stands between a person and the app through which they act.
pub const VIA: &str = " via ";

/// For the audit log.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::Person(person) => write!(f, "{}", person.id),
            Actor::Client { id, on_behalf_of: Some(person) } => write!(f, "{}{VIA}{id}", person.id),
            Actor::Client { id, on_behalf_of: None } => write!(f, "{id}"),
            Actor::PrivateApp { id } => write!(f, "{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(role: Role, operator: bool) -> Person {
        let proven_at = Timestamp::from_millis(0);
        Person { id: UserId::generate(proven_at), rights: Rights { role, operator }, proven_at }
    }

    fn authority(actor: Actor, granted: &str) -> Authority {
        let organization = OrganizationId::generate(Timestamp::from_millis(0));
        Authority::new(organization, actor, &Scopes::parse(granted).unwrap())
    }

    const ALL: &str =
        "apps.read apps.write private_apps.read private_apps.write modules.read modules.write crm.write";

    #[test]
    fn a_person_holds_what_the_role_gives_and_an_operator_the_modules() {
        let held =
            |role, operator| authority(Actor::Person(person(role, operator)), ALL).scopes().to_string();
        assert_eq!(held(Role::Member, false), "crm.write");
        assert_eq!(held(Role::Developer, false), "apps.read apps.write modules.read crm.write");
        assert_eq!(
            held(Role::Owner, false),
            "apps.read apps.write private_apps.read private_apps.write modules.read crm.write"
        );
        assert_eq!(held(Role::Owner, true), ALL);
    }

    #[test]
    fn a_token_opens_no_more_than_the_person_behind_it_holds() {
        let id = ClientId::generate(Timestamp::from_millis(0));
        let developer = Some(person(Role::Developer, false));
        let delegated = authority(Actor::Client { id: id.clone(), on_behalf_of: developer }, ALL);
        assert_eq!(delegated.require(Permission::AppsWrite), Ok(()));
        assert!(!delegated.may(Permission::PrivateAppsWrite));
        assert!(!delegated.may(Permission::ModulesWrite));
        assert!(!delegated.may(Permission::Grants), "it is for people");
        let own = authority(Actor::Client { id, on_behalf_of: None }, "modules.write");
        assert_eq!(own.require(Permission::ModulesWrite), Ok(()));
    }

    #[test]
    fn a_proof_of_a_person_is_fresh_for_five_minutes() {
        let browser = authority(Actor::Person(person(Role::Owner, false)), ALL);
        let at = |seconds: i64| browser.fresh(Timestamp::from_millis(seconds * 1000)).is_ok();
        assert!(at(0) && at(300) && browser.fresh(Timestamp::from_millis(300_001)).is_err());
        let id = ClientId::generate(Timestamp::from_millis(0));
        let token =
            authority(Actor::Client { id, on_behalf_of: Some(person(Role::Owner, false)) }, "apps.write");
        assert!(token.fresh(Timestamp::from_millis(i64::MAX / 2)).is_ok());
    }

    #[test]
    fn nobody_gives_what_they_do_not_hold() {
        let asked = Scopes::parse("crm.read crm.write deals.read apps.write").unwrap();
        let code: GrantTypes = [GrantType::AuthorizationCode].into_iter().collect();
        let itself: GrantTypes = [GrantType::ClientCredentials].into_iter().collect();
        let developer = authority(Actor::Person(person(Role::Developer, false)), "crm.write apps.write");
        assert_eq!(developer.cannot_give(&asked, &code).to_string(), "deals.read");
        assert_eq!(developer.cannot_give(&asked, &itself).to_string(), "deals.read apps.write");
        let admin = authority(Actor::Person(person(Role::Admin, false)), "crm.write apps.write");
        assert_eq!(admin.cannot_give(&asked, &itself).to_string(), "deals.read");
    }
}
