//! The one writer of SQLite, and group commit.
//!
//! Units of work queue for the writer. The first opens a transaction; when it commits and others are queued, the next
//! one goes on in the same transaction, so that one COMMIT (one wait for the disk) answers many units.
//!
//! A unit of several texts works behind a SAVEPOINT of its own, which its first text brings along in the same call; when
//! it is dropped it rolls back to there and disturbs nobody. A unit of a single text needs none: its text has run or has
//! not, and stays when it has. When one of several statements in such a text fails, the whole group is undone and tries
//! again; our texts are such that this does not happen.
//!
//! Two rules keep this sound when callers vanish at any await and disks fail at any write:
//!
//! - **A call that has begun is finished.** It lives in the [`Seat`], not in its caller; when the caller is dropped
//!   a task of ours brings it to its end and then undoes it. So nothing is ever half-done without our knowing.
//! - **After an error that is not the statement's own, nothing is believed.** The connection is closed, every unit
//!   of the group is told to try again, and the next one gets a fresh connection. (sqlx's own transactions go on
//!   answering Ok after one I/O error, and lose everything.)

use std::ops::Deref;
use std::ops::DerefMut;
use std::pin::pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sqlx::SqlStr;
use sqlx::sqlite::SqliteArguments;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::sqlite::SqliteRow;
use tokio::runtime::Handle;
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;
use tokio::time::timeout_at;

use crate::store::Error;
use crate::store::Result;
use crate::store::db::query::Answer;
use crate::store::db::seat::Seat;
use crate::store::db::seat::State;
use crate::store::error::survives;

/// A group is committed when it has this many units, or is this old, or nobody is queued.
const GROUP_UNITS: usize = 256;
const GROUP_AGE: Duration = Duration::from_millis(10);
/// How long SQLite itself waits for another process; the [`Seat`] asks again.
const BUSY: Duration = Duration::from_millis(5);
/// How soon to look again at a unit whose time is up but which is in the middle of a call.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

pub(super) struct Writer {
    seat: Arc<tokio::sync::Mutex<Seat>>,
    waiting: AtomicUsize,
    at_work: Mutex<Option<Arc<Hold>>>,
    /// How long our own background work (COMMIT, undoing) may take.
    patience: Duration,
    runtime: Handle,
}

/// A unit of work that has the writer.
pub(super) struct Turn {
    writer: Arc<Writer>,
    hold: Arc<Hold>,
}

/// The unit's hold on the seat. It is empty when the unit has ended, or overstayed and was sent away.
struct Hold {
    seat: Mutex<Option<OwnedMutexGuard<Seat>>>,
    deadline: Instant,
}

/// The seat while the unit uses it; it goes back into the hold also when the caller is dropped.
struct Seated<'h> {
    hold: &'h Hold,
    seat: Option<OwnedMutexGuard<Seat>>,
}

/// A place in the queue. Whoever leaves it last without having had a turn must not leave a group open behind.
struct Place<'w>(Option<&'w Arc<Writer>>);

impl Writer {
    pub(super) fn new(options: SqliteConnectOptions, patience: Duration) -> Arc<Writer> {
        Arc::new(Writer {
            seat: Arc::new(tokio::sync::Mutex::new(Seat::new(options.busy_timeout(BUSY)))),
            waiting: AtomicUsize::new(0),
            at_work: Mutex::new(None),
            patience,
            runtime: Handle::current(),
        })
    }

    /// Waits until `acquire` for the writer, and for the file's write lock if somebody else has it. The unit, which may
    /// be one of a `single` text, then has until `deadline`.
    pub(super) async fn turn(
        self: &Arc<Self>,
        single: bool,
        acquire: Instant,
        deadline: Instant,
    ) -> Result<Turn> {
        let mut seat = self.queue(acquire).await?;
        seat.single = single;
        seat.state = State::Untouched;
        let hold = Arc::new(Hold { seat: Mutex::new(Some(seat)), deadline });
        *locked(&self.at_work) = Some(hold.clone());
        let turn = Turn { writer: self.clone(), hold };
        turn.open(acquire).await?;
        Ok(turn)
    }

    async fn queue(self: &Arc<Self>, acquire: Instant) -> Result<OwnedMutexGuard<Seat>> {
        let place = Place::take(self);
        let mut seat = pin!(self.seat.clone().lock_owned());
        let mut look = locked(&self.at_work).as_ref().map_or(acquire, |hold| hold.deadline);
        loop {
            match timeout_at(look.min(acquire), &mut seat).await {
                Ok(seat) => {
                    place.leave();
                    return Ok(seat);
                }
                Err(_) if Instant::now() >= acquire => return Err(Error::unavailable("the writer is busy")),
                Err(_) => {
                    self.send_away();
                    look = Instant::now() + LOOK_AGAIN;
                }
            }
        }
    }

    /// Ends the unit at work if its time is up, for its caller may be waiting for something else.
    fn send_away(self: &Arc<Self>) {
        let hold = locked(&self.at_work).clone();
        let overdue = hold.filter(|hold| hold.deadline <= Instant::now());
        if let Some(seat) = overdue.and_then(|hold| locked(&hold.seat).take()) {
            self.undo(seat);
        }
    }

    /// Lets the queue run dry and closes the file, which moves the log into it.
    pub(super) async fn close(&self) {
        self.seat.lock().await.close(self.patience).await;
    }

    /// Gives the seat to the next in the queue, or commits the group if nobody goes on in it.
    fn release(self: &Arc<Self>, mut seat: OwnedMutexGuard<Seat>) {
        let is_alone = self.waiting.load(Ordering::SeqCst) == 0;
        let is_over = |units, age| is_alone || units >= GROUP_UNITS || age >= GROUP_AGE;
        if seat.group().is_some_and(|(units, age)| is_over(units, age)) {
            let patience = self.patience;
            self.runtime.spawn(async move { seat.conclude(patience).await });
        }
    }

    /// Takes back what the unit at work did, then releases the seat.
    fn undo(self: &Arc<Self>, mut seat: OwnedMutexGuard<Seat>) {
        let writer = self.clone();
        self.runtime.spawn(async move {
            seat.undo(writer.patience).await;
            writer.release(seat);
        });
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
    fn seat(&self) -> Result<Seated<'_>> {
        let seat = locked(&self.hold.seat).take();
        let seat = seat.ok_or_else(|| Error::unavailable("the unit of work took too long"))?;
        Ok(Seated { hold: &self.hold, seat: Some(seat) })
    }

    /// Makes sure that a transaction is open.
    async fn open(&self, acquire: Instant) -> Result<()> {
        let mut seat = self.seat()?;
        match timeout_at(acquire, seat.open()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                seat.fail();
                Err(error.into())
            }
            // Not a failure of the connection: the call goes on, and is undone in the background.
            Err(_) => Err(Error::unavailable("somebody else is writing to the file")),
        }
    }

    pub(super) async fn ask(&self, sql: SqlStr, arguments: SqliteArguments) -> Result<Answer<SqliteRow>> {
        let mut seat = self.seat()?;
        if seat.state == State::Failed {
            return Err(Error::broken("a statement followed one that failed in the same unit of work"));
        }
        // A statement that fails undoes itself, and nothing before it.
        let may_be_half_done = seat.single && sql.as_str().contains(';');
        match timeout_at(self.hold.deadline, seat.ask(sql, arguments)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                seat.state = State::Failed;
                if may_be_half_done || !survives(&error) {
                    seat.fail();
                }
                Err(error.into())
            }
            Err(_) => {
                seat.state = State::Failed;
                seat.fail();
                Err(Error::unavailable("it did not answer in time"))
            }
        }
    }

    /// Resolves when the unit is on the disk together with its group.
    pub(super) async fn commit(self) -> Result<()> {
        let mut seat = self.seat()?;
        match seat.state {
            State::Untouched => return Ok(()),
            State::Failed => {
                return Err(Error::broken("a unit of work was to be committed although a statement failed"));
            }
            State::Touched => {}
        }
        let outcome = seat.accept()?;
        if let Some(seat) = seat.seat.take() {
            self.writer.release(seat);
        }
        let late = |_| Error::unavailable("the disk did not confirm in time");
        timeout_at(self.hold.deadline, outcome.wait()).await.map_err(late)?.clone()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(seat) = locked(&self.hold.seat).take() else { return };
        if seat.is_clean() { self.writer.release(seat) } else { self.writer.undo(seat) }
    }
}

impl Deref for Seated<'_> {
    type Target = Seat;

    fn deref(&self) -> &Seat {
        self.seat.as_ref().expect("the seat is here until it is released")
    }
}

impl DerefMut for Seated<'_> {
    fn deref_mut(&mut self) -> &mut Seat {
        self.seat.as_mut().expect("the seat is here until it is released")
    }
}

impl Drop for Seated<'_> {
    fn drop(&mut self) {
        if let Some(seat) = self.seat.take() {
            *locked(&self.hold.seat) = Some(seat);
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
