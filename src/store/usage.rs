//! When credentials were used last: many rows of one table in one statement.
//!
//! The rows are locked in the order of their keys, so that nodes that write the same ones wait for each other and
//! never in a circle. An older use never overwrites a newer one.

use constcat::concat;
use serde_json::json;

use crate::base::clock::Timestamp;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::run;

/// The latest use of one credential.
#[derive(Clone, Debug)]
pub struct LastUse {
    /// What its row is found by: an identifier or a digest.
    pub row: String,
    pub at: Timestamp,
    /// The caller's address and what it called, for tokens of private apps.
    pub place: Option<(String, String)>,
}

/// The update of `$table`, whose rows are found by `$key`.
macro_rules! mark {
    ($conn:expr, $uses:expr, $table:literal, $key:literal) => {
        mark!($conn, $uses, $table, $key, sqlite: "", postgres: "")
    };
    ($conn:expr, $uses:expr, $table:literal, $key:literal, sqlite: $sqlite:literal, postgres: $postgres:literal) => {
        run!(
            $conn,
            sqlite: concat!(
                "UPDATE ", $table, " SET last_used_at = n.value ->> 'at'", $sqlite, " FROM json_each($1) n \
                 WHERE ", $table, ".", $key, " = n.value ->> 'key' \
                 AND COALESCE(", $table, ".last_used_at, 0) < n.value ->> 'at'"
            ),
            postgres: concat!(
                "WITH held AS (SELECT n.* FROM json_to_recordset($1::json) AS n(key TEXT, at BIGINT, ip TEXT, call TEXT) \
                 JOIN ", $table, " t ON t.", $key, " = n.key ORDER BY n.key FOR NO KEY UPDATE OF t) \
                 UPDATE ", $table, " SET last_used_at = held.at", $postgres, " FROM held \
                 WHERE ", $table, ".", $key, " = held.key AND COALESCE(", $table, ".last_used_at, 0) < held.at"
            ),
            rows($uses),
        )
    };
}

/// Notes that tokens below grants were used.
pub async fn grants(conn: &mut Conn, uses: &[LastUse]) -> Result<u64> {
    mark!(conn, uses, "grants", "id")
}

pub async fn client_secrets(conn: &mut Conn, uses: &[LastUse]) -> Result<u64> {
    mark!(conn, uses, "client_secrets", "id")
}

/// Notes from where and for what, too.
pub async fn private_app_tokens(conn: &mut Conn, uses: &[LastUse]) -> Result<u64> {
    mark!(
        conn,
        uses,
        "private_app_tokens",
        "digest",
        sqlite: ", last_used_ip = n.value ->> 'ip', last_used_call = n.value ->> 'call'",
        postgres: ", last_used_ip = held.ip, last_used_call = held.call"
    )
}

/// The rows as both databases unpack them.
fn rows(uses: &[LastUse]) -> String {
    let row = |LastUse { row, at, place }: &LastUse| {
        let (ip, call) = place.as_ref().map(|(ip, call)| (ip.as_str(), call.as_str())).unzip();
        json!({ "key": row, "at": at.millis(), "ip": ip, "call": call })
    };
    uses.iter().map(row).collect::<serde_json::Value>().to_string()
}
