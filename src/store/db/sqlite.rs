//! The SQLite side: how its file is opened, and the readers. The one writer has a file of its own.

use std::num::NonZero;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread::available_parallelism;
use std::time::Duration;

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

/// Enough for every statement that we have, in each of the writer's forms.
const STATEMENTS: usize = 1024;
/// So many steps of SQLite's machine pass between two looks at whether the caller is still there.
const STEPS: i32 = 20_000;

/// As many readers as there are cores to work on. They never wait for the writer, so a few suffice; and a commit makes
/// each of them read its pages anew, so more would only be slower.
pub(super) fn readers() -> u32 {
    let cores = available_parallelism().map_or(1, NonZero::get);
    u32::try_from(cores).unwrap_or(u32::MAX).clamp(2, 8)
}

/// An open file. Dropping it stops the statement that it may be running.
pub(super) struct File {
    connection: SqliteConnection,
    _running: Running,
}

struct Running(Arc<AtomicBool>);

impl File {
    /// Runs one text; the first `preamble` statements in it are ours.
    pub(super) async fn fetch(
        &mut self,
        sql: SqlStr,
        arguments: SqliteArguments,
        preamble: usize,
    ) -> sqlx::Result<Answer<SqliteRow>> {
        let query = sqlx::query_with::<Sqlite, _>(sql, arguments);
        let stream = self.connection.fetch_many(query);
        Answer::collect(stream, preamble, SqliteQueryResult::rows_affected).await
    }
}

impl Pooled for File {
    type Options = SqliteConnectOptions;

    async fn open(options: &SqliteConnectOptions) -> sqlx::Result<File> {
        let mut connection = options.connect().await?;
        let running = Arc::new(AtomicBool::new(true));
        let goes_on = running.clone();
        connection.lock_handle().await?.set_progress_handler(STEPS, move || goes_on.load(Ordering::Relaxed));
        Ok(File { connection, _running: Running(running) })
    }

    async fn is_alive(&mut self, _rested: Duration) -> bool {
        true
    }

    async fn settle(&mut self) -> sqlx::Result<()> {
        self.connection.ping().await
    }

    async fn close(self) -> sqlx::Result<()> {
        self.connection.close().await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
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
        // Less than the time to acquire, so that a lock is an answer and not a silence.
        .busy_timeout(options.acquire * 3 / 4)
        .statement_cache_capacity(STATEMENTS)
        // Pages that change often go back into the file once instead of four times.
        .pragma("wal_autocheckpoint", "4000")
        // A long read may let the log grow; this much of it is kept.
        .pragma("journal_size_limit", "67108864")
        .disable_statement_logging())
}

/// An error here shows again, with its cause, when SQLite opens the file. A file that is there already is not opened:
/// closing it again would take away the locks that SQLite holds on it in this process, and another program would then
/// remove the log under us.
fn create_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.create_new(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(path);
}

/// Asks a reader.
pub(super) async fn read(
    file: &mut Lease<File>,
    sql: SqlStr,
    arguments: SqliteArguments,
    deadline: Instant,
) -> Result<Answer<SqliteRow>> {
    file.debt = Debt::Settle;
    match timeout_at(deadline, file.fetch(sql, arguments, 0)).await {
        Ok(Ok(answer)) => {
            file.debt = Debt::Nothing;
            Ok(answer)
        }
        Ok(Err(error)) => {
            file.debt = if survives(&error) { Debt::Nothing } else { Debt::Close };
            Err(error.into())
        }
        Err(_) => {
            file.debt = Debt::Close;
            Err(Error::unavailable("it did not answer in time"))
        }
    }
}
