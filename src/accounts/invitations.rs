//! Accepting an invitation: by somebody who has an account with its address, or who gets one with it.

use crate::accounts::device::Device;
use crate::accounts::sessions;
use crate::accounts::sign_in::SignedIn;
use crate::app::App;
use crate::app::ChangeError;
use crate::app::Fields;
use crate::app::NewPerson;
use crate::app::TypedPerson;
use crate::base::clock::Timestamp;
use crate::base::password::Busy;
use crate::base::secret::Secret;
use crate::model::audit::Action;
use crate::model::id::UserId;
use crate::model::organization::Invitation;
use crate::model::session::Session;
use crate::model::token::TokenKind;
use crate::model::user::User;
use crate::store;
use crate::store::Constraint;
use crate::store::OnConstraint;
use crate::store::audit::Event;
use crate::store::db::Conn;

/// What somebody types who has no account yet.
pub struct Newcomer<'a> {
    pub name: &'a str,
    pub password: Secret,
    /// What their browser calls itself.
    pub agent: Option<&'a str>,
}

/// Why nobody became a member.
#[derive(Debug, thiserror::Error)]
pub enum NotAccepted {
    #[error("the link was used or withdrawn, has expired or is none of ours")]
    Link,
    #[error("whoever invited may not do so any more")]
    Inviter,
    #[error("the invitation is for another address")]
    Address,
    #[error("the address has an account, which must sign in")]
    Account,
    #[error("is a member already")]
    Member,
    #[error(transparent)]
    Refused(#[from] ChangeError),
    #[error("the server is busy at this moment; try again")]
    Busy,
}

impl From<store::Error> for NotAccepted {
    fn from(error: store::Error) -> Self {
        NotAccepted::Refused(error.into())
    }
}

impl From<Busy> for NotAccepted {
    fn from(_: Busy) -> Self {
        NotAccepted::Busy
    }
}

/// The open invitation behind a link, and whether its address has an account.
pub async fn open(app: &App, token: &str) -> store::Result<Option<(Invitation, bool)>> {
    let Some(digest) = TokenKind::Invitation.digest(token) else { return Ok(None) };
    let mut conn = app.db.read().await?;
    let Some(invitation) = store::invitations::find(&mut conn, &digest, app.now()).await? else {
        return Ok(None);
    };
    let known = store::users::find_by_email(&mut conn, &invitation.email).await?;
    Ok(Some((invitation, known.is_some())))
}

/// Makes the signed-in person a member, and shows them the organization.
pub async fn accept(app: &App, session: &Session, token: &str) -> Result<(), NotAccepted> {
    let (invitation, _) = open(app, token).await?.ok_or(NotAccepted::Link)?;
    if invitation.email != session.email {
        return Err(NotAccepted::Address);
    }
    let now = app.now();
    let mut tx = app.db.begin().await?;
    take(&mut tx, &invitation, now).await?;
    let joined = enter(&mut tx, &invitation, &session.user_id, now).await?;
    let (user, organization) = (&session.user_id, &invitation.organization_id);
    store::sessions::switch_organization(&mut tx, &session.id, user, organization, now).await?;
    tx.commit().await?;
    app.standing_changed();
    if joined { Ok(()) } else { Err(NotAccepted::Member) }
}

/// Makes an account with the invitation's address, a member of the organization, and signs them in.
pub async fn register(app: &App, token: &str, newcomer: Newcomer<'_>) -> Result<SignedIn, NotAccepted> {
    let (invitation, known) = open(app, token).await?.ok_or(NotAccepted::Link)?;
    if known {
        return Err(NotAccepted::Account);
    }
    let Newcomer { name, password, agent } = newcomer;
    let mut fields = Fields::default();
    let email = invitation.email.as_str();
    let person = fields.person(TypedPerson { name, email, password: Some(&password) });
    let NewPerson { name, email } = fields.finish_with(person)?;
    let password = app.passwords.hash(password).await?;
    let now = app.now();
    let user = User::new(name, email, now);
    let mut tx = app.db.begin().await?;
    take(&mut tx, &invitation, now).await?;
    let inserted = store::users::insert(&mut tx, &user, &password).await;
    inserted.on_constraint(Constraint::Unique, || NotAccepted::Account)?;
    enter(&mut tx, &invitation, &user.id, now).await?;
    let organization = &invitation.organization_id;
    let cookie = sessions::open(&mut tx, &user.id, organization, agent, None, now).await?;
    tx.commit().await?;
    Ok(SignedIn { cookie, device: Device::new(&user.id, now).seal(app, now) })
}

/// Uses the invitation up, if whoever invited may still give that role.
async fn take(conn: &mut Conn, invitation: &Invitation, now: Timestamp) -> Result<(), NotAccepted> {
    let organization = &invitation.organization_id;
    store::organizations::lock(conn, organization).await?;
    if !store::invitations::take(conn, &invitation.id, now).await? {
        return Err(NotAccepted::Link);
    }
    let inviter = store::memberships::find(conn, organization, &invitation.invited_by).await?;
    let may = |role| inviter.is_some_and(|one| one.disabled_at.is_none() && one.role.governs(role));
    if may(invitation.role) { Ok(()) } else { Err(NotAccepted::Inviter) }
}

/// `false` when they were a member already, and so stay what they are.
async fn enter(
    conn: &mut Conn,
    invitation: &Invitation,
    user_id: &UserId,
    now: Timestamp,
) -> store::Result<bool> {
    let organization_id = &invitation.organization_id;
    if !store::memberships::insert(conn, user_id, organization_id, invitation.role, now).await? {
        return Ok(false);
    }
    let detail = format!("{} by invitation of {}", invitation.role, invitation.invited_by);
    let event = Event {
        organization_id,
        actor: user_id.as_str(),
        action: Action::MemberAdd,
        object: user_id.as_str(),
        detail: &detail,
    };
    store::audit::append(conn, &event, now).await?;
    Ok(true)
}
