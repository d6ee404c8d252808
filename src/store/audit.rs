//! What was done, by whom, to what: written in the same unit of work as the effect, and on hot paths in the same text.

pub mod chain;
pub mod records;

use crate::base::clock::Timestamp;
use crate::base::id;
use crate::base::origin::Origin;
use crate::model::audit::Action;
use crate::model::audit::Change;
use crate::model::authority::VIA;
use crate::model::id::OrganizationId;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::run;

/// Stands for the organization of what belongs to none.
const INSTALLATION: &str = "installation";

/// The actor who is not known, and the object of what was tried on nobody.
const NOBODY: &str = "nobody";

pub(in crate::store) const HOUR: i64 = 60 * 60 * 1000;

/// One thing done. None of the texts ever holds a secret.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    pub organization_id: &'a OrganizationId,
    /// The identifier of the person, client or private app that did it, as
    /// [`Actor`](crate::model::authority::Actor) prints it: of a person perhaps with the app through which.
    pub actor: &'a str,
    pub action: Action,
    /// The identifier of what it was done to.
    pub object: &'a str,
    /// What about it is worth telling; may be empty.
    pub detail: &'a str,
}

/// What every record carries besides what was done: its name, and where the request came from that did it. A text that
/// records its own effect binds all three.
pub(super) struct Stamp {
    pub id: String,
    pub address: Option<String>,
    pub request_id: Option<String>,
}

impl Stamp {
    /// For what is done now, by this task.
    pub fn new(now: Timestamp) -> Self {
        let Origin { address, request } = Origin::current();
        Self {
            id: format!("evt_{}", id::generate(now)),
            address: address.map(|address| address.to_string()),
            request_id: request.map(|id| id.to_string()),
        }
    }
}

pub async fn append(conn: &mut Conn, event: &Event<'_>, now: Timestamp) -> Result<()> {
    append_changes(conn, event, &[], now).await
}

/// As [`append`], with what an edit changed.
pub async fn append_changes(
    conn: &mut Conn,
    event: &Event<'_>,
    changes: &[Change],
    now: Timestamp,
) -> Result<()> {
    let stamp = Stamp::new(now);
    let (actor, through) =
        event.actor.split_once(VIA).map_or((event.actor, None), |(one, app)| (one, Some(app)));
    run!(
        conn,
        "INSERT INTO audit_events \
         (id, organization_id, actor, action, object, detail, created_at, address, request_id, through, changes) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        stamp.id,
        event.organization_id,
        actor,
        event.action.as_str(),
        event.object,
        event.detail,
        now,
        stamp.address,
        stamp.request_id,
        through,
        changes.first().map(|_| serde_json::json!(changes).to_string()),
    )?;
    Ok(())
}

/// What somebody at the machine did to the whole installation; the object is never a person.
pub async fn append_installation(
    conn: &mut Conn,
    action: Action,
    object: &str,
    now: Timestamp,
) -> Result<()> {
    run!(
        conn,
        "INSERT INTO audit_events (id, organization_id, actor, action, object, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        Stamp::new(now).id,
        INSTALLATION,
        "operator",
        action.as_str(),
        object,
        now,
    )?;
    Ok(())
}

/// Counts what strangers can do as often as they like: one row an hour for each object, and one for all that was tried
/// on nobody, so that made-up names never make the log grow. The address and the request are the last one's.
pub async fn count(conn: &mut Conn, action: Action, object: Option<&str>, now: Timestamp) -> Result<()> {
    let object = object.unwrap_or(NOBODY);
    let stamp = Stamp::new(now);
    run!(
        conn,
        "INSERT INTO audit_events \
         (id, organization_id, actor, action, object, created_at, series, address, request_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (series) DO UPDATE SET times = audit_events.times + 1, address = excluded.address, \
         request_id = excluded.request_id",
        stamp.id,
        INSTALLATION,
        NOBODY,
        action.as_str(),
        object,
        now,
        format!("{action} {object} {}", now.millis() / HOUR),
        stamp.address,
        stamp.request_id,
    )?;
    Ok(())
}
