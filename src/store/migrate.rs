//! Brings the schema up to date: each migration once, in order, all pending ones in one transaction.
//!
//! Migrations are append-only and portable, and work with the code of the release before (rolling upgrade). So a
//! node may meet a database that a newer one has migrated already, and works on.

use sha2::Digest;
use sha2::Sha256;

use crate::store::Error;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::Kind;
use crate::store::db::Options;
use crate::store::db::all;
use crate::store::db::run;

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Its file's name without `.sql`. The number in front says when it is its turn.
    pub name: &'static str,
    /// Portable SQL: TEXT, BIGINT and BOOLEAN only.
    pub sql: &'static str,
}

macro_rules! embed {
    ($($name:literal),* $(,)?) => {
        &[$(Migration { name: $name, sql: include_str!(concat!("../../migrations/", $name, ".sql")) }),*]
    };
}

/// Every migration of this release, oldest first.
pub const MIGRATIONS: &[Migration] =
    embed!["0001_foundation", "0002_delivered_refresh_tokens", "0003_powers_of_apps", "0004_ends"];

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, checksum TEXT NOT NULL)";

/// One number for all nodes, ours alone among the advisory locks of the database.
const LOCK: i64 = 0x636f_6e73_656e_7472;

/// Applies what is missing of `set`. Whoever comes first does the work; the others wait and find it done.
///
/// Fails, and changes nothing, when an applied migration differs from the one in `set` or was never in it.
pub async fn run(options: &Options, set: &[Migration]) -> Result<()> {
    let mut conn = Conn::patient(options).await?;
    run!(conn, sqlite: "BEGIN IMMEDIATE", postgres: "BEGIN")?;
    if conn.kind() == Kind::Postgres {
        run!(conn, "SELECT pg_advisory_xact_lock($1)", LOCK)?;
    }
    run!(conn, TABLE)?;
    let applied: Vec<(String, String)> =
        all!(conn, (String, String), "SELECT name, checksum FROM migrations ORDER BY name")?;
    for migration in pending(set, &applied)? {
        tracing::info!(migration = migration.name, "migrating the database");
        conn.script(migration.sql).await?;
        let insert = "INSERT INTO migrations (name, checksum) VALUES ($1, $2)";
        run!(conn, insert, migration.name, checksum(migration.sql))?;
    }
    run!(conn, "COMMIT")?;
    Ok(())
}

/// The migrations that are not applied yet.
fn pending<'s>(set: &'s [Migration], applied: &[(String, String)]) -> Result<Vec<&'s Migration>> {
    let newest = set.last().map_or("", |migration| migration.name);
    for (name, found) in applied {
        match set.iter().find(|migration| migration.name == name) {
            Some(migration) if *found == checksum(migration.sql) => {}
            Some(migration) => {
                return Err(Error::broken(format!(
                    "migration {name} was changed after it was applied: the database has checksum {found}, this \
                     release {}; run a release with the original file, and make the change a new migration",
                    checksum(migration.sql)
                )));
            }
            None if name.as_str() > newest => {
                tracing::warn!(migration = name, newest, "the database was migrated by a newer release");
            }
            None => {
                return Err(Error::broken(format!(
                    "migration {name} is applied to the database but unknown to this release, whose newest is \
                     {newest}; the database belongs to another program or branch"
                )));
            }
        }
    }
    let is_applied = |migration: &&Migration| applied.iter().any(|(name, _)| name == migration.name);
    Ok(set.iter().filter(|migration| !is_applied(migration)).collect())
}

fn checksum(sql: &str) -> String {
    Sha256::digest(sql).iter().map(|byte| format!("{byte:02x}")).collect()
}
