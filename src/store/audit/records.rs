//! The log as it is read: a page at a time, and what the things in it are called.

use constcat::concat;

use crate::base::id;
use crate::model::audit::Action;
use crate::model::audit::Record;
use crate::model::audit::Wanted;
use crate::model::page::Listed;
use crate::model::page::Page;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::all;
use crate::store::db::row;

pub(super) const COLUMNS: &str = "e.id, e.organization_id, e.actor, e.through, e.action, e.object, e.detail, \
     e.changes, e.created_at, e.times, e.address, e.request_id";

row!(Record {
    id,
    organization_id,
    actor,
    through,
    action,
    object,
    detail,
    changes,
    created_at,
    times,
    address,
    request_id,
});

/// Greater than every identifier.
const NEVER: &str = "zzzz";

/// A page of an organization's records, newest first. One index hands them out in order: that of the actor, of the object
/// or of the action, whichever is asked for first, or that of the organization.
pub async fn list(
    conn: &mut Conn,
    organization_id: &str,
    wanted: &Wanted,
    page: &Page,
) -> Result<Listed<Record>> {
    let rows = read(conn, organization_id, wanted, page).await?;
    Ok(match page.reached_the_newest(&rows) {
        // Then the first page is shown whole.
        true => page.first().of(read(conn, organization_id, wanted, &page.first()).await?),
        false => page.of(rows),
    })
}

/// The rows of the page in the direction of reading, out of one stretch of an index. Were there two bounds on one side, an
/// index would be entered at either of them.
async fn read(conn: &mut Conn, organization_id: &str, wanted: &Wanted, page: &Page) -> Result<Vec<Record>> {
    // No identifier lies between such a beginning and the first identifier of its moment.
    let beginning = |moment| format!("evt_{}", id::least(moment).trim_end_matches('0'));
    let since = wanted.since.map(beginning).unwrap_or_default();
    let until = wanted.until.map_or_else(|| NEVER.to_owned(), beginning);
    let (above, below) = match page.is_backward() {
        true => (page.bound().max(&since), until.as_str()),
        false => (since.as_str(), page.bound().min(&until)),
    };
    macro_rules! select {
        ($from:expr, $actor:literal, $action:literal, $object:literal, $order:literal) => {
            concat!(
                "SELECT ",
                COLUMNS,
                " FROM audit_events e",
                $from,
                " WHERE e.organization_id = $4 AND ",
                $actor,
                " AND ",
                $action,
                " AND ",
                $object,
                " AND e.id > $1 AND e.id < $2 ORDER BY e.id",
                $order,
                " LIMIT $3"
            )
        };
    }
    let (actor, object) = (wanted.actor.as_deref(), wanted.object.as_deref());
    let action = wanted.action.map(Action::as_str);
    // SQLite knows nothing of how many records somebody has, and takes any index that begins with the organization.
    macro_rules! rows {
        ($order:literal, $index:literal, $($narrowed:literal),+) => {
            all!(
                conn,
                Record,
                sqlite: select!(concat!(" INDEXED BY ", $index), $($narrowed),+, $order),
                postgres: select!("", $($narrowed),+, $order),
                above,
                below,
                page.rows(),
                organization_id,
                actor,
                action,
                object,
            )
        };
    }
    macro_rules! ordered {
        ($($narrowed:literal),+) => {
            if page.is_backward() { rows!("", $($narrowed),+) } else { rows!(" DESC", $($narrowed),+) }
        };
    }
    match (actor, object, action) {
        (Some(_), ..) => ordered!(
            "audit_events_by_actor",
            "e.actor = $5",
            "($6 IS NULL OR e.action = $6)",
            "($7 IS NULL OR e.object = $7)"
        ),
        (None, Some(_), _) => {
            ordered!("audit_events_by_object", "$5 IS NULL", "($6 IS NULL OR e.action = $6)", "e.object = $7")
        }
        (None, None, Some(_)) => {
            ordered!("audit_events_by_action", "$5 IS NULL", "e.action = $6", "$7 IS NULL")
        }
        (None, None, None) => {
            ordered!("audit_events_by_organization", "$5 IS NULL", "$6 IS NULL", "$7 IS NULL")
        }
    }
}

/// What the things of these identifiers are called: people, apps, private apps, and what belongs to an app by the app's
/// name. Whatever is gone has no name any more.
pub async fn names(conn: &mut Conn, ids: &[&str]) -> Result<Vec<(String, String)>> {
    macro_rules! names {
        ($of:literal) => {
            concat!(
                "SELECT u.id, u.name FROM users u WHERE u.id IN (", $of, ") \
                 UNION ALL SELECT c.id, c.name FROM clients c WHERE c.id IN (", $of, ") \
                 UNION ALL SELECT p.id, p.name FROM private_apps p WHERE p.id IN (", $of, ") \
                 UNION ALL SELECT o.id, o.name FROM organizations o WHERE o.id IN (", $of, ") \
                 UNION ALL SELECT s.id, c.name FROM client_secrets s JOIN clients c ON c.id = s.client_id WHERE s.id IN (", $of, ") \
                 UNION ALL SELECT t.id, p.name FROM private_app_tokens t JOIN private_apps p ON p.id = t.private_app_id \
                 WHERE t.id IN (", $of, ") \
                 UNION ALL SELECT g.id, c.name FROM grants g JOIN clients c ON c.id = g.client_id WHERE g.id IN (", $of, ")"
            )
        };
    }
    all!(
        conn,
        (String, String),
        sqlite: names!("SELECT value FROM json_each($1)"),
        postgres: names!("SELECT json_array_elements_text($1::json)"),
        serde_json::Value::from_iter(ids.iter().copied()).to_string(),
    )
}
