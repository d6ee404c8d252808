//! Links by which somebody becomes a member: for one address, with a role that the inviter may give, once.

use std::time::Duration;

use crate::app::App;
use crate::app::ChangeError;
use crate::app::Fields;
use crate::app::audit;
use crate::base::secret::Secret;
use crate::manage::members;
use crate::model::audit::Action;
use crate::model::authority::Authority;
use crate::model::authority::Fresh;
use crate::model::email::Email;
use crate::model::id::InvitationId;
use crate::model::organization::Invitation;
use crate::model::page::Listed;
use crate::model::page::Page;
use crate::model::permission::Permission;
use crate::model::role::Role;
use crate::model::token::TokenKind;
use crate::store;

/// How long a link works.
pub const LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Invitations of one organization that are open at once.
const MOST: i64 = 500;

/// An invitation and its link, which is never shown again.
#[derive(Debug)]
pub struct Invited {
    pub invitation: Invitation,
    pub link: Secret,
}

/// A page of the open invitations, newest first.
pub async fn list(app: &App, authority: &Authority, page: &Page) -> Result<Listed<Invitation>, ChangeError> {
    authority.require(Permission::Roles)?;
    let mut conn = app.db.read().await?;
    Ok(store::invitations::of_organization(&mut conn, authority.organization_id(), page, app.now()).await?)
}

/// Invites the owner of an address, who gets the link from the inviter. An earlier link for the address ends.
pub async fn invite(app: &App, authority: &Fresh, email: &str, role: Role) -> Result<Invited, ChangeError> {
    authority.require(Permission::Roles)?;
    let mut fields = Fields::default();
    let email = fields.taken::<Email, _, _>("email", email, Email::parse);
    let email = fields.finish_with(email)?;
    let inviter = authority.person().ok_or(ChangeError::NotFound("member"))?;
    let organization_id = authority.organization_id().clone();
    let (now, secret) = (app.now(), Secret::generate(TokenKind::Invitation.prefix()));
    let mut tx = app.db.begin().await?;
    store::organizations::lock(&mut tx, &organization_id).await?;
    let decider = members::decider(&mut tx, authority).await?;
    members::require_governing(decider, role)?;
    if let Some(known) = store::users::find_by_email(&mut tx, &email).await? {
        let member = store::memberships::find(&mut tx, &organization_id, &known.user.id).await?;
        let mut fields = Fields::default();
        fields.refuse_if(member.is_some(), "email", "Whoever has this address is a member already.");
        fields.finish()?;
    }
    if store::invitations::count(&mut tx, &organization_id, now).await? >= MOST {
        return Err(ChangeError::Conflict(
            "There are as many open invitations as there may be. Withdraw some first.",
        ));
    }
    let found = store::organizations::find(&mut tx, &organization_id).await?;
    let organization = found.ok_or(ChangeError::NotFound("organization"))?;
    let user = store::users::find(&mut tx, &inviter.id).await?.ok_or(ChangeError::NotFound("member"))?;
    let invitation = Invitation {
        id: InvitationId::generate(now),
        organization_id,
        email,
        role,
        invited_by: user.id,
        created_at: now,
        expires_at: now + LIFETIME,
        organization_name: organization.name,
        invited_by_name: user.name,
    };
    store::invitations::put(&mut tx, &invitation, &secret.digest()).await?;
    let (id, detail) = (invitation.id.as_str(), format!("{} as {role}", invitation.email));
    audit::record_detail(&mut tx, authority, Action::InvitationCreate, id, &detail, now).await?;
    tx.commit().await?;
    let link = app.config.issuer.join(&format!("/join?token={}", secret.reveal()));
    Ok(Invited { invitation, link: Secret::presented(link) })
}

/// Takes an invitation back: its link does not work from then on.
pub async fn withdraw(app: &App, authority: &Authority, id: &InvitationId) -> Result<(), ChangeError> {
    authority.require(Permission::Roles)?;
    let mut tx = app.db.begin().await?;
    let withdrawn = store::invitations::withdraw(&mut tx, id, authority.organization_id()).await?;
    let email = withdrawn.ok_or(ChangeError::NotFound("invitation"))?;
    let (action, now) = (Action::InvitationWithdraw, app.now());
    audit::record_detail(&mut tx, authority, action, id.as_str(), email.as_str(), now).await?;
    tx.commit().await?;
    Ok(())
}
