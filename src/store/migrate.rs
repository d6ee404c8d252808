//! Brings the schema up to date: each migration once, in order, all pending ones in one transaction.
//!
//! Migrations are append-only and portable, and work with the code of the release before (rolling upgrade). So a
//! node may meet a database that a newer one has migrated already, and works on.

use std::error::Error as _;
use std::time::Duration;

use sha2::Digest;
use sha2::Sha256;
use tokio::time::Instant;
use tokio::time::sleep;

use crate::store::Error;
use crate::store::Result;
use crate::store::db::Kind;
use crate::store::db::Options;
use crate::store::db::PATIENCE;
use crate::store::db::Tx;
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
pub const MIGRATIONS: &[Migration] = embed![
    "0001_foundation",
    "0002_delivered_refresh_tokens",
    "0003_powers_of_apps",
    "0004_ends",
    "0005_audit_details",
    "0006_audit_origin",
    "0007_authorizations",
    "0008_lists",
    "0010_versions",
    "0011_sessions",
    "0012_members",
    "0013_audit"
];

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, checksum TEXT NOT NULL)";

/// One number for all nodes, ours alone among the advisory locks of the database.
const LOCK: i64 = 0x636f_6e73_656e_7472;

/// The pause between two tries, in which those who queued behind the last one are served.
const PAUSE: Duration = Duration::from_secs(1);

/// Applies what is missing of `set`. Whoever comes first does the work; the others wait and find it done. A lock that
/// somebody else keeps, such as a backup's, is waited for in short tries, for [`PATIENCE`] in all.
///
/// Fails, and changes nothing, when an applied migration differs from the one in `set` or was never in it.
pub async fn run(options: &Options, set: &[Migration]) -> Result<()> {
    let started = Instant::now();
    loop {
        match once(options, set).await {
            Err(error) if error.is_contended() && started.elapsed() < PATIENCE => {
                let cause = error.source().map(ToString::to_string).unwrap_or_default();
                let seconds = started.elapsed().as_secs();
                tracing::warn!(
                    cause,
                    seconds,
                    "migrations wait for a lock that another node or a backup has; trying again"
                );
                sleep(PAUSE).await;
            }
            done => return done,
        }
    }
}

async fn once(options: &Options, set: &[Migration]) -> Result<()> {
    let mut tx = Tx::patient(options).await?;
    if tx.kind() == Kind::Postgres {
        run!(tx, "SELECT pg_advisory_xact_lock($1)", LOCK)?;
    }
    run!(tx, TABLE)?;
    let applied: Vec<(String, String)> =
        all!(tx, (String, String), "SELECT name, checksum FROM migrations ORDER BY name")?;
    for migration in pending(set, &applied)? {
        tracing::info!(migration = migration.name, "migrating the database");
        tx.script(migration.sql).await?;
        let insert = "INSERT INTO migrations (name, checksum) VALUES ($1, $2)";
        run!(tx, insert, migration.name, checksum(migration.sql))?;
    }
    tx.commit().await
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
