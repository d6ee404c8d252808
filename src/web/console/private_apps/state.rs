//! Whether the tokens of private apps work, in words.

use crate::base::clock::Timestamp;
use crate::manage::private_apps;
use crate::manage::private_apps::TokenLife;
use crate::model::lifetime::Seconds;
use crate::model::organization::Organization;
use crate::model::private_app::PrivateAppToken;
use crate::store;
use crate::web::console::refusals::Result;
use crate::web::console::visitor::Visitor;
use crate::web::pages::fields::Choice;
use crate::web::pages::fields::Select;
use crate::web::pages::parts::Badge;
use crate::web::pages::parts::Tone;
use crate::web::words;

/// A token that ends this soon is marked.
const SOON: Seconds = Seconds::days(14);

/// What the organization says of its tokens.
pub struct Policy {
    organization: Option<Organization>,
}

impl Policy {
    /// The policy of the visitor's organization.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn of(visitor: &Visitor<'_>) -> Result<Self> {
        let mut conn = visitor.app.db.read().await?;
        let organization = store::organizations::find(&mut conn, visitor.authority.organization_id()).await?;
        Ok(Self { organization })
    }

    fn most_age(&self) -> Option<Seconds> {
        self.organization.as_ref().and_then(|organization| organization.private_token_age)
    }

    fn is_over_age(&self, token: &PrivateAppToken, now: Timestamp) -> bool {
        self.most_age().is_some_and(|age| token.created_at + age.duration() <= now)
    }

    /// Whether one token works.
    pub fn state(&self, token: &PrivateAppToken, now: Timestamp) -> Badge {
        let badge = |tone, text: String| Badge { tone, text };
        if !token.is_live(now) {
            return badge(Tone::Plain, "Ended".to_owned());
        }
        if self.is_over_age(token, now) {
            return badge(Tone::Bad, "Blocked".to_owned());
        }
        match token.expires_at {
            Some(end) if end <= now + SOON.duration() => {
                badge(Tone::Warn, format!("Ends {}", words::ahead(end, now)))
            }
            _ => badge(Tone::Good, "Works".to_owned()),
        }
    }

    /// Whether a private app with these tokens works: the one that lasts longest decides.
    pub fn state_of_all(&self, tokens: &[PrivateAppToken], now: Timestamp) -> Badge {
        let live = tokens.iter().filter(|token| token.is_live(now));
        let (blocked, working): (Vec<_>, Vec<_>) = live.partition(|token| self.is_over_age(token, now));
        let end = |token: &&PrivateAppToken| token.expires_at.map_or(i64::MAX, Timestamp::millis);
        match working.into_iter().max_by_key(end) {
            Some(token) => self.state(token, now),
            None if blocked.is_empty() => Badge { tone: Tone::Bad, text: "No token".to_owned() },
            None => Badge { tone: Tone::Bad, text: "Blocked".to_owned() },
        }
    }

    /// Why none of the live tokens works, and what to do.
    pub fn blocked(&self, tokens: &[PrivateAppToken], now: Timestamp) -> Option<String> {
        let mut live = tokens.iter().filter(|token| token.is_live(now)).peekable();
        live.peek()?;
        let age = self.most_age().filter(|_| live.all(|token| self.is_over_age(token, now)))?;
        Some(format!(
            "The organization lets tokens of private apps live {} at most, and this one is older. Create a fresh \
             token, switch over, and revoke the old one.",
            words::lifetime(age)
        ))
    }

    /// The lives of a new token to choose from; what the policy forbids is closed and says why.
    pub fn lives(&self, wished: TokenLife) -> Select {
        let allowed = match &self.organization {
            Some(organization) => private_apps::lives_allowed(organization).collect::<Vec<_>>(),
            None => TokenLife::ALL.to_vec(),
        };
        let chosen = allowed.iter().find(|life| **life == wished).or(allowed.last()).copied();
        let choice = |life: TokenLife| {
            let closed = !allowed.contains(&life);
            let hint = if closed { "longer than the organization allows" } else { hint(life) };
            Choice {
                value: life.as_str().to_owned(),
                label: label(life).to_owned(),
                hint: hint.to_owned(),
                chosen: chosen == Some(life),
                closed,
            }
        };
        Select { choices: TokenLife::ALL.into_iter().map(choice).collect(), error: None }
    }
}

fn label(life: TokenLife) -> &'static str {
    match life {
        TokenLife::Days30 => "30 days",
        TokenLife::Days90 => "90 days",
        TokenLife::Year => "1 year",
        TokenLife::Never => "It never ends",
    }
}

fn hint(life: TokenLife) -> &'static str {
    match life {
        TokenLife::Days90 => "advised",
        TokenLife::Never => "only if you will watch over it",
        TokenLife::Days30 | TokenLife::Year => "",
    }
}
