//! What a verb did, for the audit log, in the same unit of work as the effect.

use crate::base::clock::Timestamp;
use crate::model::audit::Action;
use crate::model::audit::Change;
use crate::model::authority::Authority;
use crate::store;
use crate::store::audit::Event;
use crate::store::db::Conn;

/// Writes down what the authority did in its own organization to the object of that identifier.
pub async fn record(
    conn: &mut Conn,
    authority: &Authority,
    action: Action,
    object: &str,
    now: Timestamp,
) -> store::Result<()> {
    record_detail(conn, authority, action, object, "", now).await
}

/// As [`record`], with what about it is worth telling.
pub async fn record_detail(
    conn: &mut Conn,
    authority: &Authority,
    action: Action,
    object: &str,
    detail: &str,
    now: Timestamp,
) -> store::Result<()> {
    let actor = authority.actor().to_string();
    let event = Event { organization_id: authority.organization_id(), actor: &actor, action, object, detail };
    store::audit::append(conn, &event, now).await
}

/// As [`record`], of an edit: what it changed.
pub async fn record_changes(
    conn: &mut Conn,
    authority: &Authority,
    action: Action,
    object: &str,
    changes: &[Change],
    now: Timestamp,
) -> store::Result<()> {
    let actor = authority.actor().to_string();
    let organization_id = authority.organization_id();
    let event = Event { organization_id, actor: &actor, action, object, detail: "" };
    store::audit::append_changes(conn, &event, changes, now).await
}
