//! The SQLite side: how its file is opened, and the readers. The one writer has a file of its own.

use std::path::Path;
use std::str::FromStr;

use sqlx::ConnectOptions;
use sqlx::Connection;
use sqlx::Executor;
use sqlx::SqlStr;
use sqlx::Sqlite;
use sqlx::sqlite::SqliteArguments;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::sqlite::SqliteConnection;
use sqlx::sqlite::SqliteJournalMode;
use sqlx::sqlite::SqliteQueryResult;
use sqlx::sqlite::SqliteRow;
use sqlx::sqlite::SqliteSynchronous;
use tokio::time::Instant;
use tokio::time::timeout_at;

use crate::store::Error;
use crate::store::Result;
use crate::store::db::Options;
use crate::store::db::pool::Debt;
use crate::store::db::pool::Lease;
use crate::store::db::pool::Pooled;
use crate::store::db::query::Answer;
use crate::store::error::survives;

/// Enough for every statement that we have, in both of the writer's forms.
const STATEMENTS: usize = 1024;

/// Readers never wait for the writer, so a few suffice.
pub(super) const READERS: u32 = 4;

impl Pooled for SqliteConnection {
    const REMOTE: bool = false;

    async fn settle(&mut self) -> sqlx::Result<()> {
        self.ping().await
    }
}

/// Options of the writer; the file is created when it is missing, readable for its owner only.
pub(super) fn connect_options(options: &Options) -> Result<SqliteConnectOptions> {
    let url = &options.url;
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(Error::broken("the database URL names an in-memory SQLite, expected a file"));
    }
    let parsed = match url.strip_prefix("sqlite:") {
        Some(_) => SqliteConnectOptions::from_str(url)?,
        None => SqliteConnectOptions::new().filename(url),
    };
    create_private(parsed.get_filename());
    Ok(parsed
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // Less than the time to acquire, so that a foreign lock is an answer and not a silence.
        .busy_timeout(options.acquire * 3 / 4)
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging())
}

/// An error here shows again, with its cause, when SQLite opens the file.
fn create_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(path);
}

/// Runs one text; the first `preamble` statements in it are ours.
pub(super) async fn fetch(
    connection: &mut SqliteConnection,
    sql: SqlStr,
    arguments: SqliteArguments,
    preamble: usize,
) -> sqlx::Result<Answer<SqliteRow>> {
    let query = sqlx::query_with::<Sqlite, _>(sql, arguments);
    Answer::collect(connection.fetch_many(query), preamble, SqliteQueryResult::rows_affected).await
}

/// Asks a reader.
pub(super) async fn read(
    lease: &mut Lease<SqliteConnection>,
    sql: SqlStr,
    arguments: SqliteArguments,
    deadline: Instant,
) -> Result<Answer<SqliteRow>> {
    lease.debt = Debt::Settle;
    match timeout_at(deadline, fetch(lease, sql, arguments, 0)).await {
        Ok(Ok(answer)) => {
            lease.debt = Debt::Nothing;
            Ok(answer)
        }
        Ok(Err(error)) => {
            lease.debt = if survives(&error) { Debt::Nothing } else { Debt::Close };
            Err(error.into())
        }
        Err(_) => {
            lease.debt = Debt::Close;
            Err(Error::unavailable("it did not answer in time"))
        }
    }
}
