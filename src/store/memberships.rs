//! Who belongs to which organization, as what.

use constcat::concat;

use crate::base::clock::Timestamp;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::organization::Member;
use crate::model::organization::Membership;
use crate::model::page::Listed;
use crate::model::page::Page;
use crate::model::role::Role;
use crate::model::search::Search;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::all;
use crate::store::db::one;
use crate::store::db::opt;
use crate::store::db::page;
use crate::store::db::row;
use crate::store::db::run;

const SELECT: &str = "SELECT m.user_id, m.organization_id, o.name AS organization_name, m.role \
     FROM memberships m JOIN organizations o ON o.id = m.organization_id";

row!(Membership { user_id, organization_id, organization_name, role });

const MEMBERS: &str = "SELECT m.user_id, u.email, u.name, m.role, m.created_at AS joined_at, m.seen_at, u.disabled_at \
     FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.organization_id = ";

row!(Member { user_id, email, name, role, joined_at, seen_at, disabled_at });

/// A person's organizations, by name.
pub async fn of_user(conn: &mut Conn, user_id: &UserId) -> Result<Vec<Membership>> {
    all!(conn, Membership, concat!(SELECT, " WHERE m.user_id = $1 ORDER BY o.name, o.id"), user_id)
}

/// A page of the organization's members: those that are searched for, by their name or address. Whatever is searched
/// for, no more is looked at than this organization's.
pub async fn of_organization(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    search: Option<&Search>,
    page: &Page,
) -> Result<Listed<Member>> {
    macro_rules! named {
        ($($word:literal)+) => {
            concat!(MEMBERS, "$3" $(, " AND EXISTS (SELECT 1 FROM search_terms s WHERE s.list = 'people' AND s.term = ",
                $word, " AND s.object = m.user_id)")+)
        };
    }
    const NAMED: &str = named!("$4" "$5" "$6" "$7" "$8");
    let Some(search) = search else {
        return Ok(page!(conn, Member, page, "m.user_id", concat!(MEMBERS, "$3"), organization_id));
    };
    let [first, second, third, fourth, fifth] = search.words();
    Ok(page!(conn, Member, page, "m.user_id", NAMED, organization_id, first, second, third, fourth, fifth))
}

pub async fn find(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    user_id: &UserId,
) -> Result<Option<Member>> {
    opt!(conn, Member, concat!(MEMBERS, "$1 AND m.user_id = $2"), organization_id, user_id)
}

/// How many owners the organization has who can sign in.
pub async fn count_owners(conn: &mut Conn, organization_id: &OrganizationId) -> Result<i64> {
    let (count,) = one!(
        conn,
        (i64,),
        "SELECT COUNT(*) FROM memberships m JOIN users u ON u.id = m.user_id AND u.disabled_at IS NULL \
         WHERE m.organization_id = $1 AND m.role = $2",
        organization_id,
        Role::Owner,
    )?;
    Ok(count)
}

/// Makes somebody a member, who gets nothing of what was theirs here before; `false` when they are one already, whose
/// role stays as it is.
pub async fn insert(
    conn: &mut Conn,
    user_id: &UserId,
    organization_id: &OrganizationId,
    role: Role,
    now: Timestamp,
) -> Result<bool> {
    let added = run!(
        conn,
        "INSERT INTO memberships (user_id, organization_id, role, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (user_id, organization_id) DO NOTHING",
        user_id,
        organization_id,
        role,
        now,
    )?;
    if added > 0 {
        disown(conn, user_id, organization_id, now).await?;
    }
    Ok(added > 0)
}

/// `false` when they are no member.
pub async fn set_role(
    conn: &mut Conn,
    user_id: &UserId,
    organization_id: &OrganizationId,
    role: Role,
) -> Result<bool> {
    let changed = run!(
        conn,
        "UPDATE memberships SET role = $3 WHERE user_id = $1 AND organization_id = $2",
        user_id,
        organization_id,
        role,
    )?;
    Ok(changed > 0)
}

/// Ends a membership and whatever rests on it: what the person allowed apps here, what they alone might change, and
/// that their sessions show the organization. `false` when they are no member.
pub async fn delete(
    conn: &mut Conn,
    user_id: &UserId,
    organization_id: &OrganizationId,
    now: Timestamp,
) -> Result<bool> {
    let deleted = run!(
        conn,
        "DELETE FROM memberships WHERE user_id = $1 AND organization_id = $2",
        user_id,
        organization_id,
    )?;
    if deleted == 0 {
        return Ok(false);
    }
    disown(conn, user_id, organization_id, now).await?;
    run!(
        conn,
        "UPDATE sessions SET organization_id = (SELECT m.organization_id FROM memberships m \
         JOIN organizations o ON o.id = m.organization_id WHERE m.user_id = $1 ORDER BY o.name, o.id LIMIT 1) \
         WHERE user_id = $1 AND organization_id = $2 AND EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = $1)",
        user_id,
        organization_id,
    )?;
    run!(conn, "DELETE FROM sessions WHERE user_id = $1 AND organization_id = $2", user_id, organization_id,)?;
    Ok(true)
}

/// What the person made here is the organization's alone, and what they allowed here has ended.
async fn disown(
    conn: &mut Conn,
    user_id: &UserId,
    organization_id: &OrganizationId,
    now: Timestamp,
) -> Result<()> {
    run!(
        conn,
        "UPDATE grants SET revoked_at = $3 WHERE user_id = $1 AND organization_id = $2 AND revoked_at IS NULL",
        user_id,
        organization_id,
        now,
    )?;
    for made in [
        "UPDATE clients SET created_by = NULL WHERE organization_id = $2 AND created_by = $1",
        "UPDATE private_apps SET created_by = NULL WHERE organization_id = $2 AND created_by = $1",
    ] {
        run!(conn, made, user_id, organization_id)?;
    }
    Ok(())
}
