//! The chain that each organization's records form: each carries a hash that rests on the one before.
//!
//! Records are written loose, so that nobody who writes one waits for anybody else; a job chains them a moment later.
//! The head of the chain moves by a condition on where it was, so of two nodes that chain the same records one wins.

use constcat::concat;

use crate::base::clock::Timestamp;
use crate::base::id;
use crate::model::audit::Head;
use crate::model::audit::Record;
use crate::store::Result;
use crate::store::audit::HOUR;
use crate::store::audit::records::COLUMNS;
use crate::store::db::Conn;
use crate::store::db::all;
use crate::store::db::opt;
use crate::store::db::row;
use crate::store::db::run;

row!(Head { organization_id, position, hash });

/// Records that one call takes at most.
pub const STRETCH: usize = 500;

const HEADS: &str = "SELECT h.organization_id, h.position, h.hash FROM audit_heads h";

/// A record in its chain.
#[derive(Clone, Debug)]
pub struct Link {
    pub record: Record,
    pub position: i64,
    pub hash: String,
}

impl<'r, R> sqlx::FromRow<'r, R> for Link
where
    R: sqlx::Row,
    Record: sqlx::FromRow<'r, R>,
    for<'c> &'c str: sqlx::ColumnIndex<R>,
    i64: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    String: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        let record = Record::from_row(row)?;
        Ok(Self { record, position: row.try_get("position")?, hash: row.try_get("hash")? })
    }
}

/// The organization after `after` that has records from before `before` in no chain.
pub async fn next_loose(conn: &mut Conn, after: &str, before: Timestamp) -> Result<Option<String>> {
    let found = opt!(
        conn,
        (String,),
        "SELECT e.organization_id FROM audit_events e WHERE e.position IS NULL AND e.organization_id > $1 AND e.id < $2 \
         ORDER BY e.organization_id LIMIT 1",
        after,
        bound(before),
    )?;
    Ok(found.map(|(organization_id,)| organization_id))
}

/// The organization's records from before `before` that are in no chain, oldest first. What is counted by the hour waits
/// until its hour is over.
pub async fn loose(conn: &mut Conn, organization_id: &str, before: Timestamp) -> Result<Vec<Record>> {
    all!(
        conn,
        Record,
        concat!(
            "SELECT ",
            COLUMNS,
            " FROM audit_events e WHERE e.position IS NULL AND e.organization_id = $1 AND e.id < $2 \
             AND (e.series IS NULL OR e.created_at < $3) ORDER BY e.id LIMIT 500"
        ),
        organization_id,
        bound(before),
        before.millis() / HOUR * HOUR,
    )
}

fn bound(before: Timestamp) -> String {
    format!("evt_{}", id::least(before))
}

pub async fn head(conn: &mut Conn, organization_id: &str) -> Result<Option<Head>> {
    opt!(conn, Head, concat!(HEADS, " WHERE h.organization_id = $1"), organization_id)
}

/// The chains of the organizations after `after`.
pub async fn heads(conn: &mut Conn, after: &str) -> Result<Vec<Head>> {
    all!(
        conn,
        Head,
        concat!(HEADS, " WHERE h.organization_id > $1 ORDER BY h.organization_id LIMIT 500"),
        after,
    )
}

/// Moves the head of a chain on from `from`; `false` when it is elsewhere by now.
pub async fn advance(conn: &mut Conn, from: i64, to: &Head) -> Result<bool> {
    let moved = run!(
        conn,
        "INSERT INTO audit_heads (organization_id, position, hash) VALUES ($1, $3, $4) \
         ON CONFLICT (organization_id) DO UPDATE SET position = excluded.position, hash = excluded.hash \
         WHERE audit_heads.position = $2",
        &to.organization_id,
        from,
        to.position,
        &to.hash,
    )?;
    Ok(moved > 0)
}

/// Puts records into their places: each an identifier, a position and a hash.
pub async fn place(conn: &mut Conn, places: &[(&str, i64, String)]) -> Result<u64> {
    run!(
        conn,
        sqlite: "UPDATE audit_events SET position = p.value ->> 1, hash = p.value ->> 2 FROM json_each($1) p \
             WHERE audit_events.id = p.value ->> 0 AND audit_events.position IS NULL",
        postgres: "UPDATE audit_events SET position = (p.value ->> 1)::bigint, hash = p.value ->> 2 \
             FROM json_array_elements($1::json) p (value) WHERE audit_events.id = p.value ->> 0 AND position IS NULL",
        serde_json::json!(places).to_string(),
    )
}

/// The next stretch of a chain, after that position.
pub async fn links(conn: &mut Conn, organization_id: &str, after: i64) -> Result<Vec<Link>> {
    all!(
        conn,
        Link,
        concat!(
            "SELECT ",
            COLUMNS,
            ", e.position, e.hash FROM audit_events e WHERE e.organization_id = $1 AND e.position > $2 \
             AND e.position IS NOT NULL ORDER BY e.position LIMIT 500"
        ),
        organization_id,
        after,
    )
}
