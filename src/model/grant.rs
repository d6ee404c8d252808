//! What a person allowed a client in an organization: the root of its codes and tokens.

use crate::base::clock::Timestamp;
use crate::model::client::Client;
use crate::model::id::ClientId;
use crate::model::id::GrantId;
use crate::model::id::LogoId;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::organization::Membership;
use crate::model::page::Keyed;
use crate::model::scope::Scope;
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
    /// When the person decided last.
    pub consented_at: Timestamp,
    /// The end the person chose; `None`: until revoked.
    pub expires_at: Option<Timestamp>,
}

impl Grant {
    /// Whether the person decided after the app got the last address that it may return to. An older decision is
    /// not one about that address, and so answers no request by itself.
    pub fn knows_where(&self, client: &Client) -> bool {
        client.redirected_at.is_none_or(|moved| moved < self.consented_at)
    }

    /// Writes down a decision: of what was `asked`, what is `allowed` is given and the rest is taken, together with
    /// whatever would include it. What was not asked, and so not shown, is neither given nor taken.
    pub fn decide(&mut self, asked: &Scopes, allowed: &Scopes) {
        let refused = asked.beyond(allowed);
        let stays = |held: &&Scope| !refused.iter().any(|scope| held.includes(scope));
        let kept = self.scopes.iter().filter(stays).cloned().collect();
        self.scopes = allowed.union(&kept);
    }
}

/// A person's place in an organization, and what they allow a client there.
#[derive(Clone, Debug)]
pub struct Place {
    pub membership: Membership,
    pub grant: Option<Grant>,
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

impl Keyed for ConnectedApp {
    fn key(&self) -> &str {
        self.id.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_unticked_is_taken_and_what_was_not_asked_stays() {
        let now = Timestamp::from_millis(0);
        let scopes = |text: &str| Scopes::parse(text).unwrap();
        let decided = |held: &str, asked: &str, allowed: &str| {
            let mut grant = Grant {
                id: GrantId::generate(now),
                user_id: UserId::generate(now),
                organization_id: OrganizationId::generate(now),
                client_id: ClientId::generate(now),
                scopes: scopes(held),
                created_at: now,
                consented_at: now,
                expires_at: None,
            };
            grant.decide(&scopes(asked), &scopes(allowed));
            grant.scopes.to_string()
        };
        assert_eq!(decided("a.read b.read", "a.read b.read", "a.read"), "a.read");
        assert_eq!(decided("a.read b.read", "b.read c.read", "c.read"), "c.read a.read");
        assert_eq!(decided("a.write", "b.read", "b.read"), "b.read a.write");
        assert_eq!(
            decided("a.write b.read", "a.read b.read", "b.read"),
            "b.read",
            "writing includes reading"
        );
        assert_eq!(decided("a.read a.write", "a.write", ""), "a.read");
    }
}
