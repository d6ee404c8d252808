//! Invitations to organizations.

use constcat::concat;

use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::model::email::Email;
use crate::model::id::InvitationId;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::organization::Invitation;
use crate::model::page::Listed;
use crate::model::page::Page;
use crate::model::role::Role;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::forget;
use crate::store::db::one;
use crate::store::db::opt;
use crate::store::db::page;
use crate::store::db::run;
use crate::store::db::table;

table! {
    Invitation in "invitations" as "i" {
        key { id }
        once { organization_id, email, role, invited_by, created_at, expires_at }
        read { organization_name = "o.name", invited_by_name = "u.name" }
        besides { digest: &Digest }
    }
}

const SELECT: &str = concat!(
    "SELECT ",
    COLUMNS,
    " FROM invitations i JOIN organizations o ON o.id = i.organization_id JOIN users u ON u.id = i.invited_by"
);

/// Writes an invitation in place of the one that the address had.
pub async fn put(conn: &mut Conn, invitation: &Invitation, digest: &Digest) -> Result<()> {
    run!(
        conn,
        "DELETE FROM invitations WHERE organization_id = $1 AND email = $2",
        &invitation.organization_id,
        &invitation.email,
    )?;
    insert_row(conn, invitation, digest).await
}

/// A page of the organization's invitations that may still be accepted.
pub async fn of_organization(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    page: &Page,
    now: Timestamp,
) -> Result<Listed<Invitation>> {
    Ok(page!(
        conn,
        Invitation,
        page,
        "i.id",
        concat!(SELECT, " WHERE i.organization_id = $3 AND i.expires_at > $4"),
        organization_id,
        now,
    ))
}

/// How many invitations of the organization may still be accepted.
pub async fn count(conn: &mut Conn, organization_id: &OrganizationId, now: Timestamp) -> Result<i64> {
    let (count,) = one!(
        conn,
        (i64,),
        "SELECT COUNT(*) FROM invitations WHERE organization_id = $1 AND expires_at > $2",
        organization_id,
        now,
    )?;
    Ok(count)
}

/// The invitation behind a link, while it may be accepted.
pub async fn find(conn: &mut Conn, digest: &Digest, now: Timestamp) -> Result<Option<Invitation>> {
    opt!(conn, Invitation, concat!(SELECT, " WHERE i.digest = $1 AND i.expires_at > $2"), digest, now,)
}

/// Uses an invitation up, which one caller wins under any concurrency; `false` when it is gone or has run out.
pub async fn take(conn: &mut Conn, id: &InvitationId, now: Timestamp) -> Result<bool> {
    let taken = run!(conn, "DELETE FROM invitations WHERE id = $1 AND expires_at > $2", id, now)?;
    Ok(taken > 0)
}

/// Takes an invitation back: its address, or `None` when the organization has no such invitation.
pub async fn withdraw(
    conn: &mut Conn,
    id: &InvitationId,
    organization_id: &OrganizationId,
) -> Result<Option<Email>> {
    let withdrawn = opt!(
        conn,
        (Email,),
        "DELETE FROM invitations WHERE id = $1 AND organization_id = $2 RETURNING email",
        id,
        organization_id,
    )?;
    Ok(withdrawn.map(|(email,)| email))
}

/// Takes back what the inviter may not give any more, now that they are of that role here, or no member.
pub async fn withdraw_beyond(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    invited_by: &UserId,
    inviter: Option<Role>,
) -> Result<()> {
    for role in Role::ALL.into_iter().filter(|role| !inviter.is_some_and(|inviter| inviter.governs(*role))) {
        run!(
            conn,
            "DELETE FROM invitations WHERE organization_id = $1 AND invited_by = $2 AND role = $3",
            organization_id,
            invited_by,
            role,
        )?;
    }
    Ok(())
}

/// Forgets invitations that ran out before `before`.
pub async fn sweep(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    forget!(conn, "invitations", "id", "expires_at < $1", before)
}
