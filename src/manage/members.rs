//! Who belongs to an organization, as what, and until when.
//!
//! Whoever changes that holds the organization's row, so that of two who decide at once the second sees what the first
//! has done: an organization always keeps an owner, and nobody decides by a role that they have lost meanwhile.

mod add;

use crate::app::App;
use crate::app::ChangeError;
use crate::app::audit;
use crate::base::clock::Timestamp;
use crate::model::audit::Action;
use crate::model::authority::Authority;
use crate::model::authority::Denied;
use crate::model::authority::Fresh;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::organization::LeftBehind;
use crate::model::organization::Member;
use crate::model::page::Listed;
use crate::model::page::Page;
use crate::model::permission::Permission;
use crate::model::role::Role;
use crate::model::search::Search;
use crate::store;
use crate::store::db::Conn;

pub use self::add::AddError;
pub use self::add::Added;
pub use self::add::NewMember;
pub use self::add::add;

const LAST_OWNER: &str =
    "This is the organization's last owner. Make somebody else an owner first; every organization keeps one.";

/// A page of the organization's members, those who joined the installation last first: those who are searched for by
/// name or address.
pub async fn list(
    app: &App,
    authority: &Authority,
    search: Option<&Search>,
    page: &Page,
) -> Result<Listed<Member>, ChangeError> {
    authority.require(Permission::Members)?;
    let mut conn = app.db.read().await?;
    let organization = authority.organization_id();
    let listed = store::memberships::of_organization(&mut conn, organization, search, page).await?;
    Ok(listed.map(|member| seen(member, authority)))
}

/// A member of the organization.
pub async fn find(app: &App, authority: &Authority, id: &UserId) -> Result<Member, ChangeError> {
    authority.require(Permission::Members)?;
    let member = get(&mut app.db.read().await?, authority.organization_id(), id).await?;
    Ok(seen(member, authority))
}

/// The secrets that former members made, and so have seen, and that work all the same: newest first, two hundred at
/// most. Each is ended where it belongs.
pub async fn left_behind(app: &App, authority: &Authority) -> Result<Vec<LeftBehind>, ChangeError> {
    authority.require(Permission::Roles)?;
    let mut conn = app.db.read().await?;
    Ok(store::left_behind::of_organization(&mut conn, authority.organization_id(), app.now()).await?)
}

/// When somebody was here last is for those who look after the members.
fn seen(member: Member, authority: &Authority) -> Member {
    match authority.may(Permission::Roles) {
        true => member,
        false => Member { seen_at: None, ..member },
    }
}

/// Gives a member another role; the same one changes nothing.
pub async fn change_role(
    app: &App,
    authority: &Fresh,
    id: &UserId,
    role: Role,
) -> Result<Member, ChangeError> {
    authority.require(Permission::Roles)?;
    let organization = authority.organization_id();
    let mut tx = app.db.begin().await?;
    let (decider, member) = hold(&mut tx, authority, id).await?;
    require_governing(decider, member.role)?;
    require_governing(decider, role)?;
    if role != member.role {
        keep_an_owner(&mut tx, organization, &member).await?;
        store::memberships::set_role(&mut tx, id, organization, role).await?;
        store::invitations::withdraw_beyond(&mut tx, organization, id, Some(role)).await?;
        let change = format!("{} to {role}", member.role);
        audit::record_detail(&mut tx, authority, Action::MemberEdit, id.as_str(), &change, app.now()).await?;
    }
    tx.commit().await?;
    app.standing_changed();
    Ok(Member { role, ..member })
}

/// Ends somebody's membership. What they made stays with the organization; what they allowed apps here ends.
pub async fn remove(app: &App, authority: &Fresh, id: &UserId) -> Result<(), ChangeError> {
    authority.require(Permission::Roles)?;
    let mut tx = app.db.begin().await?;
    let (decider, member) = hold(&mut tx, authority, id).await?;
    require_governing(decider, member.role)?;
    end(&mut tx, authority, &member, Action::MemberRemove, app.now()).await?;
    tx.commit().await?;
    app.standing_changed();
    Ok(())
}

/// Ends the membership of whoever acts. As [`remove`] otherwise.
pub async fn leave(app: &App, authority: &Authority) -> Result<(), ChangeError> {
    authority.require(Permission::Members)?;
    let person = authority.person().ok_or(ChangeError::NotFound("member"))?;
    let mut tx = app.db.begin().await?;
    let (_, member) = hold(&mut tx, authority, &person.id).await?;
    end(&mut tx, authority, &member, Action::MemberLeave, app.now()).await?;
    tx.commit().await?;
    app.standing_changed();
    Ok(())
}

/// Holds the organization's memberships until the unit ends: the role that the actor has there now, and the member.
pub(super) async fn hold(
    conn: &mut Conn,
    authority: &Authority,
    id: &UserId,
) -> Result<(Role, Member), ChangeError> {
    let organization = authority.organization_id();
    store::organizations::lock(conn, organization).await?;
    let decider = decider(conn, authority).await?;
    Ok((decider, get(conn, organization, id).await?))
}

/// The role that the actor has by now.
pub(super) async fn decider(conn: &mut Conn, authority: &Authority) -> Result<Role, ChangeError> {
    let person = authority.person().ok_or(ChangeError::NotFound("member"))?;
    Ok(get(conn, authority.organization_id(), &person.id).await?.role)
}

async fn get(conn: &mut Conn, organization: &OrganizationId, id: &UserId) -> Result<Member, ChangeError> {
    let found = store::memberships::find(conn, organization, id).await?;
    found.ok_or(ChangeError::NotFound("member"))
}

/// Passes when somebody of the role `decider` decides about one of that `role`.
pub(super) fn require_governing(decider: Role, role: Role) -> Result<(), Denied> {
    if decider.governs(role) { Ok(()) } else { Err(Denied::Outranked { decider, role }) }
}

async fn end(
    conn: &mut Conn,
    authority: &Authority,
    member: &Member,
    action: Action,
    now: Timestamp,
) -> Result<(), ChangeError> {
    let organization = authority.organization_id();
    let id = &member.user_id;
    keep_an_owner(conn, organization, member).await?;
    store::memberships::delete(conn, id, organization, now).await?;
    store::invitations::withdraw_beyond(conn, organization, id, None).await?;
    audit::record_detail(conn, authority, action, id.as_str(), member.role.as_str(), now).await?;
    Ok(())
}

/// Passes unless it takes this member to keep an owner who can sign in.
async fn keep_an_owner(
    conn: &mut Conn,
    organization: &OrganizationId,
    member: &Member,
) -> Result<(), ChangeError> {
    let counts = member.role == Role::Owner && member.disabled_at.is_none();
    if counts && store::memberships::count_owners(conn, organization).await? <= 1 {
        return Err(ChangeError::Conflict(LAST_OWNER));
    }
    Ok(())
}
