//! What was done, by whom, to what: written in the same unit of work as the effect.

use crate::base::clock::Timestamp;
use crate::base::id;
use crate::model::id::OrganizationId;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::run;

/// One thing done. None of the texts ever holds a secret.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    pub organization_id: &'a OrganizationId,
    /// The identifier of the person, client or private app that did it.
    pub actor: &'a str,
    /// `client.create`, `secret.end` ...
    pub action: &'static str,
    /// The identifier of what it was done to.
    pub object: &'a str,
}

pub async fn append(conn: &mut Conn, event: &Event<'_>, now: Timestamp) -> Result<()> {
    run!(
        conn,
        "INSERT INTO audit_events (id, organization_id, actor, action, object, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        format!("evt_{}", id::generate(now)),
        event.organization_id,
        event.actor,
        event.action,
        event.object,
        now,
    )?;
    Ok(())
}
