//! The writer's seat: the one connection that writes, and the group of units in its open transaction.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::AssertSqlSafe;
use sqlx::SqlSafeStr;
use sqlx::SqlStr;
use sqlx::sqlite::SqliteArguments;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::sqlite::SqliteRow;
use tokio::sync::SetOnce;
use tokio::time::Instant;
use tokio::time::sleep;
use tokio::time::timeout;

use crate::store::Error;
use crate::store::Result;
use crate::store::db::pool::Pooled;
use crate::store::db::query::Answer;
use crate::store::db::sqlite::File;
use crate::store::error::is_locked;
use crate::store::error::survives;

const BEGIN: &str = "BEGIN IMMEDIATE";
/// Put before the first text of a unit of several.
const FIRST: &str = "SAVEPOINT unit; ";
/// The same where the savepoint of a unit before it is still open.
const NEXT: &str = "RELEASE unit; SAVEPOINT unit; ";
const UNDO: &str = "ROLLBACK TO unit";
/// BEGIN fails inside a transaction: this proves that the COMMIT before it left none open.
const COMMIT: &str = "COMMIT; BEGIN; ROLLBACK";
const ROLLBACK: &str = "ROLLBACK";

/// The pause between two attempts to get a lock that another process has. SQLite's own waiting has pauses so long
/// that a busy server starves a command beside it.
const AGAIN: Duration = Duration::from_millis(1);

type Call = BoxFuture<'static, (File, sqlx::Result<Answer<SqliteRow>>)>;

/// How the COMMIT of a group ended, for all who wait for it.
pub(super) type Outcome = Arc<SetOnce<Result<()>>>;

/// What only the unit at work may touch.
pub(super) struct Seat {
    options: SqliteConnectOptions,
    line: Line,
    group: Option<Group>,
    /// Whether the unit at work is one text, which is not undone: it fails as a whole or stays.
    pub(super) single: bool,
    /// What the unit at work has done so far.
    pub(super) state: State,
    /// Each text with [`FIRST`] or [`NEXT`] before it.
    firsts: HashMap<(&'static str, SqlStr), Arc<str>>,
    closed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Untouched,
    Touched,
    Failed,
}

enum Line {
    Closed,
    Idle(File),
    Busy(Call),
}

/// The units that one COMMIT will answer.
struct Group {
    opened: Instant,
    units: usize,
    /// Whether one of its units opened the savepoint.
    has_savepoint: bool,
    outcome: Outcome,
}

impl Seat {
    pub(super) fn new(options: SqliteConnectOptions) -> Seat {
        let (line, state, firsts) = (Line::Closed, State::Untouched, HashMap::new());
        Seat { options, line, group: None, single: false, state, firsts, closed: false }
    }

    /// The units in the open group and its age.
    pub(super) fn group(&self) -> Option<(usize, Duration)> {
        self.group.as_ref().map(|group| (group.units, group.opened.elapsed()))
    }

    /// Whether the unit at work leaves nothing to undo.
    pub(super) fn is_clean(&self) -> bool {
        self.state == State::Untouched && !matches!(self.line, Line::Busy(_))
    }

    /// Opens the connection if there is none, and on it a transaction if there is none; waits for ever while
    /// another process writes to the file.
    pub(super) async fn open(&mut self) -> sqlx::Result<()> {
        if self.closed {
            return Err(sqlx::Error::PoolClosed);
        }
        while self.group.is_none() {
            match self.begin().await {
                Err(error) if is_locked(&error) => sleep(AGAIN).await,
                begun => begun?,
            }
        }
        Ok(())
    }

    async fn begin(&mut self) -> sqlx::Result<()> {
        if let Line::Closed = self.line {
            self.line = Line::Idle(File::open(&self.options).await?);
        }
        self.call(BEGIN.into_sql_str(), SqliteArguments::default(), 0).await?;
        let outcome = Arc::new(SetOnce::new());
        self.group = Some(Group { opened: Instant::now(), units: 0, has_savepoint: false, outcome });
        Ok(())
    }

    /// Runs a text for the unit at work.
    pub(super) async fn ask(
        &mut self,
        sql: SqlStr,
        arguments: SqliteArguments,
    ) -> sqlx::Result<Answer<SqliteRow>> {
        let first = self.state == State::Untouched;
        self.state = State::Touched;
        if !first || self.single {
            return self.call(sql, arguments, 0).await;
        }
        let Some(group) = &mut self.group else { return Err(sqlx::Error::WorkerCrashed) };
        let (before, statements) = match std::mem::replace(&mut group.has_savepoint, true) {
            true => (NEXT, 2),
            false => (FIRST, 1),
        };
        let text = self.firsts.entry((before, sql));
        let text = text.or_insert_with_key(|(before, sql)| [before, sql.as_str()].concat().into());
        let text = AssertSqlSafe(text.clone()).into_sql_str();
        self.call(text, arguments, statements).await
    }

    /// Counts the unit at work into the group.
    pub(super) fn accept(&mut self) -> Result<Outcome> {
        let lost = || Error::unavailable("the writer failed before the commit");
        let group = self.group.as_mut().ok_or_else(lost)?;
        group.units += 1;
        Ok(group.outcome.clone())
    }

    /// Undoes what the unit at work did, maybe in the middle of a call. A single text that has run stays.
    pub(super) async fn undo(&mut self, patience: Duration) {
        if !matches!(timeout(patience, self.undo_unbounded()).await, Ok(Ok(()))) {
            self.fail();
        }
    }

    async fn undo_unbounded(&mut self) -> sqlx::Result<()> {
        if let Line::Busy(_) = self.line
            && let Err(error) = self.finish().await
            && (self.single || !survives(&error))
        {
            return Err(error);
        }
        let text = match (self.state, &mut self.group) {
            (State::Untouched, None) => ROLLBACK,
            (State::Untouched, Some(_)) | (_, None) => return Ok(()),
            (state, Some(group)) if self.single => {
                group.units += usize::from(state == State::Touched);
                return Ok(());
            }
            _ => UNDO,
        };
        self.call(text.into_sql_str(), SqliteArguments::default(), 0).await.map(drop)
    }

    /// Ends the transaction and tells the whole group how.
    pub(super) async fn conclude(&mut self, patience: Duration) {
        let Some(group) = self.group.take() else { return };
        let text = if group.units > 0 { COMMIT } else { ROLLBACK };
        let call = self.call(text.into_sql_str(), SqliteArguments::default(), 0);
        let outcome = match timeout(patience, call).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(Error::from(error)),
            Err(_) => Err(Error::unavailable("the disk did not confirm in time")),
        };
        if let Err(error) = &outcome {
            tracing::error!(error = error as &dyn std::error::Error, units = group.units, "a commit failed");
            self.fail();
        }
        let _ = group.outcome.set(outcome);
    }

    /// Closes the connection; the group in it is lost.
    pub(super) fn fail(&mut self) {
        self.line = Line::Closed;
        self.group = None;
    }

    /// Ends what is open and closes the file for good.
    pub(super) async fn close(&mut self, patience: Duration) {
        self.closed = true;
        self.conclude(patience).await;
        if let Line::Idle(file) = std::mem::replace(&mut self.line, Line::Closed) {
            let _ = timeout(patience, file.close()).await;
        }
    }

    /// Runs one text. If the caller goes away the call stays here, to be finished by [`Seat::undo`].
    async fn call(
        &mut self,
        sql: SqlStr,
        arguments: SqliteArguments,
        preamble: usize,
    ) -> sqlx::Result<Answer<SqliteRow>> {
        match std::mem::replace(&mut self.line, Line::Closed) {
            Line::Idle(mut file) => {
                self.line = Line::Busy(Box::pin(async move {
                    let answer = file.fetch(sql, arguments, preamble).await;
                    (file, answer)
                }));
                self.finish().await
            }
            _ => Err(sqlx::Error::WorkerCrashed),
        }
    }

    async fn finish(&mut self) -> sqlx::Result<Answer<SqliteRow>> {
        let Line::Busy(call) = &mut self.line else { return Err(sqlx::Error::WorkerCrashed) };
        let (file, answer) = call.await;
        self.line = Line::Idle(file);
        answer
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Nothing happens when the outcome is known already.
        let _ = self.outcome.set(Err(Error::unavailable("the writer failed before the commit")));
    }
}
