//! The one writer of SQLite, and group commit.
//!
//! Units of work queue for the writer. The first opens a transaction; each works behind a SAVEPOINT of its own,
//! which its first statement brings along in the same call; when it commits and others are queued, the next one
//! goes on in the same transaction, so that one COMMIT (one wait for the disk) answers many units. A unit that is
//! dropped rolls back to its savepoint and disturbs nobody.
//!
//! Two rules keep this sound when callers vanish at any await and disks fail at any write:
//!
//! - **A call that has begun is finished.** It lives in the [`Seat`], not in its caller; when the caller is dropped
//!   a task of ours brings it to its end and then undoes it. So nothing is ever half-done without our knowing.
//! - **After an error that is not the statement's own, nothing is believed.** The connection is closed, every unit
//!   of the group is told to try again, and the next one gets a fresh connection. (sqlx's own transactions go on
//!   answering Ok after one I/O error, and lose everything.)

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::AssertSqlSafe;
use sqlx::ConnectOptions;
use sqlx::Connection;
use sqlx::SqlSafeStr;
use sqlx::SqlStr;
use sqlx::sqlite::SqliteArguments;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::sqlite::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio::sync::OwnedMutexGuard;
use tokio::sync::SetOnce;
use tokio::time::Instant;
use tokio::time::timeout;
use tokio::time::timeout_at;

use crate::store::Error;
use crate::store::Result;
use crate::store::db::query::Answer;
use crate::store::db::sqlite::fetch;
use crate::store::error::survives;

/// A group is committed when it has this many units, or is this old, or nobody is queued.
const GROUP_UNITS: usize = 256;
const GROUP_AGE: Duration = Duration::from_millis(10);

const BEGIN: &str = "BEGIN IMMEDIATE; SAVEPOINT unit";
/// Put before the first statement of a unit. The savepoint of the unit before is still open.
const NEXT: &str = "RELEASE unit; SAVEPOINT unit; ";
const NEXT_STATEMENTS: usize = 2;
const UNDO: &str = "ROLLBACK TO unit";
/// BEGIN fails inside a transaction: this proves that the COMMIT before it left none open.
const COMMIT: &str = "COMMIT; BEGIN; ROLLBACK";
const ROLLBACK: &str = "ROLLBACK";

type Call = BoxFuture<'static, (SqliteConnection, sqlx::Result<Answer<SqliteRow>>)>;
type Outcome = Arc<SetOnce<Result<()>>>;

pub(super) struct Writer {
    seat: Arc<Mutex<Seat>>,
    waiting: AtomicUsize,
    /// How long the background work of ours (COMMIT, undoing) may take.
    patience: Duration,
    runtime: Handle,
}

/// What only the unit at work may touch.
struct Seat {
    options: SqliteConnectOptions,
    line: Line,
    group: Option<Group>,
    /// First statements: each text with [`NEXT`] before it.
    firsts: HashMap<SqlStr, Arc<str>>,
    closed: bool,
}

enum Line {
    Closed,
    Idle(SqliteConnection),
    Busy(Call),
}

/// The units that one COMMIT will answer.
struct Group {
    opened: Instant,
    units: usize,
    outcome: Outcome,
}

/// A unit of work that has the writer.
pub(super) struct Turn {
    seat: Option<OwnedMutexGuard<Seat>>,
    writer: Arc<Writer>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Untouched,
    Touched,
    Failed,
}

/// A place in the queue. Whoever leaves it last, without having had a turn, must not leave a group open behind.
struct Place<'w>(Option<&'w Arc<Writer>>);

impl Writer {
    pub(super) fn new(options: SqliteConnectOptions, patience: Duration) -> Arc<Writer> {
        let seat = Seat { options, line: Line::Closed, group: None, firsts: HashMap::new(), closed: false };
        Arc::new(Writer {
            seat: Arc::new(Mutex::new(seat)),
            waiting: AtomicUsize::new(0),
            patience,
            runtime: Handle::current(),
        })
    }

    /// Waits for the writer, and for the file's write lock if somebody else has it.
    pub(super) async fn turn(self: &Arc<Self>, deadline: Instant) -> Result<Turn> {
        let place = Place::take(self);
        let seat = timeout_at(deadline, self.seat.clone().lock_owned()).await;
        let seat = seat.map_err(|_| Error::unavailable("the writer is busy"))?;
        place.leave();
        let mut turn = Turn { seat: Some(seat), writer: self.clone(), state: State::Untouched };
        turn.open(deadline).await?;
        Ok(turn)
    }

    /// Lets the queue run dry, moves the log into the database file and closes it.
    pub(super) async fn close(self: &Arc<Self>) {
        let mut seat = self.seat.clone().lock_owned().await;
        seat.closed = true;
        seat.conclude(self.patience).await;
        if let Line::Idle(connection) = std::mem::replace(&mut seat.line, Line::Closed) {
            let _ = timeout(self.patience, connection.close()).await;
        }
    }

    /// Commits the group if nobody goes on in it.
    fn release(self: &Arc<Self>, mut seat: OwnedMutexGuard<Seat>) {
        if self.is_over(&seat) {
            let patience = self.patience;
            self.runtime.spawn(async move { seat.conclude(patience).await });
        }
    }

    fn is_over(&self, seat: &Seat) -> bool {
        seat.group.as_ref().is_some_and(|group| {
            self.waiting.load(Ordering::SeqCst) == 0
                || group.units >= GROUP_UNITS
                || group.opened.elapsed() >= GROUP_AGE
        })
    }
}

impl<'w> Place<'w> {
    fn take(writer: &'w Arc<Writer>) -> Place<'w> {
        writer.waiting.fetch_add(1, Ordering::SeqCst);
        Place(Some(writer))
    }

    fn leave(mut self) {
        if let Some(writer) = self.0.take() {
            writer.waiting.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let Some(writer) = self.0.take() else { return };
        if writer.waiting.fetch_sub(1, Ordering::SeqCst) == 1 {
            let writer = writer.clone();
            writer.runtime.clone().spawn(async move {
                let seat = writer.seat.clone().lock_owned().await;
                writer.release(seat);
            });
        }
    }
}

impl Turn {
    /// Makes sure that a transaction is open.
    async fn open(&mut self, deadline: Instant) -> Result<()> {
        let seat = self.seat.as_mut().ok_or_else(spent)?;
        if seat.closed {
            return Err(Error::unavailable("it is closing"));
        }
        if seat.group.is_some() {
            return Ok(());
        }
        let opened = timeout_at(deadline, seat.begin()).await;
        match opened {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                seat.fail();
                Err(error.into())
            }
            // Not failed: the call goes on and ends in the background.
            Err(_) => Err(Error::unavailable("somebody else is writing to the file")),
        }
    }

    pub(super) async fn ask(
        &mut self,
        sql: SqlStr,
        arguments: SqliteArguments,
        deadline: Instant,
    ) -> Result<Answer<SqliteRow>> {
        let seat = self.seat.as_mut().ok_or_else(spent)?;
        if self.state == State::Failed {
            return Err(Error::broken("a statement followed one that failed in the same unit of work"));
        }
        let (sql, preamble) = match self.state {
            State::Untouched => (seat.first(sql), NEXT_STATEMENTS),
            _ => (sql, 0),
        };
        self.state = State::Touched;
        match timeout_at(deadline, seat.call(sql, arguments, preamble)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                self.state = State::Failed;
                if !survives(&error) {
                    seat.fail();
                }
                Err(error.into())
            }
            Err(_) => {
                self.state = State::Failed;
                seat.fail();
                Err(Error::unavailable("it did not answer in time"))
            }
        }
    }

    /// Resolves when the unit is on the disk together with its group.
    pub(super) async fn commit(mut self, deadline: Instant) -> Result<()> {
        let mut seat = self.seat.take().ok_or_else(spent)?;
        let group = match (self.state, &mut seat.group) {
            (State::Failed, _) => {
                self.seat = Some(seat);
                return Err(Error::broken("a unit of work was to be committed although a statement failed"));
            }
            (State::Untouched, _) | (_, None) => {
                self.writer.release(seat);
                return Ok(());
            }
            (State::Touched, Some(group)) => group,
        };
        group.units += 1;
        let outcome = group.outcome.clone();
        self.writer.release(seat);
        let late = |_| Error::unavailable("the disk did not confirm in time");
        timeout_at(deadline, outcome.wait()).await.map_err(late)?.clone()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(mut seat) = self.seat.take() else { return };
        if self.state == State::Untouched && !matches!(seat.line, Line::Busy(_)) {
            return self.writer.release(seat);
        }
        let (writer, state) = (self.writer.clone(), self.state);
        self.writer.runtime.spawn(async move {
            seat.undo(state, writer.patience).await;
            writer.release(seat);
        });
    }
}

impl Seat {
    /// Opens the connection if there is none, and on it a transaction.
    async fn begin(&mut self) -> sqlx::Result<()> {
        if let Line::Closed = self.line {
            self.line = Line::Idle(self.options.connect().await?);
        }
        self.call(BEGIN.into_sql_str(), SqliteArguments::default(), 0).await?;
        let outcome = Arc::new(SetOnce::new());
        self.group = Some(Group { opened: Instant::now(), units: 0, outcome });
        Ok(())
    }

    /// The text with [`NEXT`] before it, built once.
    fn first(&mut self, sql: SqlStr) -> SqlStr {
        let first = self.firsts.entry(sql).or_insert_with_key(|sql| [NEXT, sql.as_str()].concat().into());
        AssertSqlSafe(first.clone()).into_sql_str()
    }

    /// Runs one text. If the caller goes away the call stays here, to be finished by [`Seat::undo`].
    async fn call(
        &mut self,
        sql: SqlStr,
        arguments: SqliteArguments,
        preamble: usize,
    ) -> sqlx::Result<Answer<SqliteRow>> {
        match std::mem::replace(&mut self.line, Line::Closed) {
            Line::Idle(mut connection) => {
                self.line = Line::Busy(Box::pin(async move {
                    let answer = fetch(&mut connection, sql, arguments, preamble).await;
                    (connection, answer)
                }));
                self.finish().await
            }
            _ => Err(sqlx::Error::WorkerCrashed),
        }
    }

    async fn finish(&mut self) -> sqlx::Result<Answer<SqliteRow>> {
        let Line::Busy(call) = &mut self.line else { return Err(sqlx::Error::WorkerCrashed) };
        let (connection, answer) = call.await;
        self.line = Line::Idle(connection);
        answer
    }

    /// Undoes what a unit did that was dropped, maybe in the middle of a call.
    async fn undo(&mut self, state: State, patience: Duration) {
        let undone = timeout(patience, async {
            if let Line::Busy(_) = self.line {
                let left = self.finish().await;
                if left.is_err_and(|error| !survives(&error)) {
                    return Err(sqlx::Error::WorkerCrashed);
                }
            }
            match (state, &self.group) {
                // The call was the BEGIN of a group that nobody was waiting for any more.
                (State::Untouched, None) => self.call(ROLLBACK.into_sql_str(), Default::default(), 0).await,
                (State::Untouched, Some(_)) | (_, None) => return Ok(()),
                _ => self.call(UNDO.into_sql_str(), Default::default(), 0).await,
            }
            .map(drop)
        });
        if !matches!(undone.await, Ok(Ok(()))) {
            self.fail();
        }
    }

    /// Ends the transaction and tells the whole group how.
    async fn conclude(&mut self, patience: Duration) {
        let Some(group) = self.group.take() else { return };
        let end = if group.units > 0 { COMMIT } else { ROLLBACK };
        let outcome = match timeout(patience, self.call(end.into_sql_str(), Default::default(), 0)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(Error::unavailable("the disk did not confirm in time")),
        };
        if outcome.is_err() {
            self.fail();
        }
        let _ = group.outcome.set(outcome);
    }

    /// Closes the connection; the group in it is lost.
    fn fail(&mut self) {
        self.line = Line::Closed;
        self.group = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Nothing happens when the outcome is known already.
        let _ = self.outcome.set(Err(Error::unavailable("the writer failed before the commit")));
    }
}

fn spent() -> Error {
    Error::broken("a unit of work was used after it had ended")
}
