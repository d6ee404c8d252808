//! Tokens of private apps: two at most, so that one can be replaced without an outage.

use crate::app::App;
use crate::app::ChangeError;
use crate::app::Fields;
use crate::app::audit;
use crate::app::require_holding;
use crate::base::clock::Timestamp;
use crate::base::secret::Secret;
use crate::manage::private_apps::changeable;
use crate::model::audit::Action;
use crate::model::authority::Authority;
use crate::model::authority::Fresh;
use crate::model::client::GrantTypes;
use crate::model::id::PrivateAppId;
use crate::model::id::PrivateAppTokenId;
use crate::model::lifetime::Seconds;
use crate::model::organization::Organization;
use crate::model::private_app::PrivateAppToken;
use crate::model::token::TokenKind;
use crate::store;
use crate::store::db::Conn;

/// How long a token is to live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenLife {
    Days30,
    /// The usual one.
    #[default]
    Days90,
    Year,
    /// Until it is revoked.
    Never,
}

impl TokenLife {
    pub const ALL: [TokenLife; 4] = [TokenLife::Days30, TokenLife::Days90, TokenLife::Year, TokenLife::Never];

    pub const fn as_str(self) -> &'static str {
        match self {
            TokenLife::Days30 => "30d",
            TokenLife::Days90 => "90d",
            TokenLife::Year => "1y",
            TokenLife::Never => "never",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|life| life.as_str() == text)
    }

    /// The span; `None`: until revoked.
    pub const fn span(self) -> Option<Seconds> {
        match self {
            TokenLife::Days30 => Some(Seconds::days(30)),
            TokenLife::Days90 => Some(Seconds::days(90)),
            TokenLife::Year => Some(Seconds::days(365)),
            TokenLife::Never => None,
        }
    }

    /// Whether it keeps to an organization's limit; `None` is no limit.
    pub fn fits(self, most: Option<Seconds>) -> bool {
        match (self.span(), most) {
            (_, None) => true,
            (Some(span), Some(most)) => span <= most,
            (None, Some(_)) => false,
        }
    }
}

/// A token in clear, at the only moment when it is known, beside what is kept of it.
#[derive(Debug)]
pub struct NewToken {
    pub kept: PrivateAppToken,
    pub token: Secret,
}

/// The lives that the organization's policy allows.
pub fn lives_allowed(organization: &Organization) -> impl Iterator<Item = TokenLife> {
    let most = organization.private_token_age;
    TokenLife::ALL.into_iter().filter(move |life| life.fits(most))
}

/// Adds a token. Whoever holds it has all that the private app has, so nobody makes one who does not hold it already.
pub async fn add_token(
    app: &App,
    authority: &Fresh,
    id: &PrivateAppId,
    life: TokenLife,
) -> Result<NewToken, ChangeError> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let private_app = changeable(&mut tx, authority, id).await?;
    require_holding(&authority.cannot_give(&private_app.scopes, &GrantTypes::default()))?;
    let mut fields = Fields::default();
    check_life(&mut tx, authority, life, &mut fields).await?;
    fields.finish()?;
    let live = store::private_app_tokens::count_live(&mut tx, id, now).await?;
    if live >= PrivateAppToken::MOST as i64 {
        return Err(ChangeError::Conflict("The private app has two live tokens. Revoke one of them first."));
    }
    let token = generate(&mut tx, authority, id, life, now).await?;
    audit::record(&mut tx, authority, Action::PrivateAppTokenCreate, token.kept.id.as_str(), now).await?;
    tx.commit().await?;
    Ok(token)
}

/// Revokes a token at once.
pub async fn revoke_token(
    app: &App,
    authority: &Authority,
    id: &PrivateAppId,
    token_id: &PrivateAppTokenId,
) -> Result<(), ChangeError> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    changeable(&mut tx, authority, id).await?;
    let tokens = store::private_app_tokens::of_app(&mut tx, id).await?;
    let token =
        tokens.into_iter().find(|token| token.id == *token_id).ok_or(ChangeError::NotFound("token"))?;
    store::private_app_tokens::revoke(&mut tx, id, token_id, now).await?;
    audit::record(&mut tx, authority, Action::PrivateAppTokenRevoke, token_id.as_str(), now).await?;
    tx.commit().await?;
    app.token_changed(&token.digest);
    Ok(())
}

/// Notes when the organization's policy forbids so long a life.
pub(super) async fn check_life(
    conn: &mut Conn,
    authority: &Authority,
    life: TokenLife,
    fields: &mut Fields,
) -> store::Result<()> {
    let organization = store::organizations::find(conn, authority.organization_id()).await?;
    let most = organization.and_then(|organization| organization.private_token_age);
    if let Some(days) = most.filter(|_| !life.fits(most)).map(|most| most.get() / 86_400) {
        let message = format!("The organization lets tokens of private apps live {days} days at most.");
        fields.refuse("expiry", message);
    }
    Ok(())
}

pub(super) async fn generate(
    conn: &mut Conn,
    authority: &Authority,
    id: &PrivateAppId,
    life: TokenLife,
    now: Timestamp,
) -> store::Result<NewToken> {
    let token = Secret::generate(TokenKind::PrivateApp.prefix());
    let kept = PrivateAppToken {
        id: PrivateAppTokenId::generate(now),
        private_app_id: id.clone(),
        digest: token.digest(),
        hint: token.hint(),
        created_at: now,
        expires_at: life.span().map(|span| now + span.duration()),
        revoked_at: None,
        last_used_at: None,
        last_used_ip: None,
        last_used_call: None,
    };
    store::private_app_tokens::insert(conn, &kept, authority.person().map(|person| &person.id)).await?;
    Ok(NewToken { kept, token })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_keeps_to_the_limit_and_never_needs_none() {
        let fitting = |most| TokenLife::ALL.into_iter().filter(|life| life.fits(most)).count();
        assert_eq!(fitting(None), 4);
        assert_eq!(fitting(Some(Seconds::days(365))), 3);
        assert_eq!(fitting(Some(Seconds::days(89))), 1);
        assert_eq!(fitting(Some(Seconds::days(1))), 0);
    }
}
