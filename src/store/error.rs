//! What can go wrong in the store, told so that a caller can act on it: try again, a meaning, or our fault.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use sqlx::error::DatabaseError;
use sqlx::error::ErrorKind;
use sqlx::postgres::PgDatabaseError;
use sqlx::sqlite::SqliteError;

pub type Result<T> = std::result::Result<T, Error>;

/// Why the store did not do what it was asked. No message ever contains a bound value.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The database could not be asked in time, or did not say how it ended. Nothing is known to be wrong
    /// with the request: it may be made again. After a failed commit the effects may or may not be there.
    #[error("the database is not available: {what}; try again")]
    Unavailable {
        what: &'static str,
        #[source]
        cause: Option<Cause>,
    },
    /// The data contradicts what is stored. The unit of work has no effect.
    #[error(transparent)]
    Constraint(Violation),
    /// The database is not one that data may be trusted to, until its operator does what `help` says.
    #[error("the database cannot be used: {what}; {help}")]
    Unfit { what: String, help: &'static str },
    /// A statement, a row or a caller broke the store's own rules. Trying again will not help.
    #[error("the store broke its own rules: {what}")]
    Broken {
        what: String,
        #[source]
        cause: Option<Cause>,
    },
}

/// Said of locks that others keep, and of deadlocks with them.
const CONTENDED: &str = "others held a lock for too long";

/// The database's own words, without those that may quote a value. Kept for the log.
#[derive(Clone)]
pub struct Cause(Arc<str>);

/// A constraint that a statement ran into.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} violated on table {}, columns [{}]", .table.as_deref().unwrap_or("unknown"), .columns.join(", "))]
pub struct Violation {
    pub kind: Constraint,
    /// Unknown for a foreign key or a check on SQLite.
    pub table: Option<String>,
    /// In the order of the constraint; known for a unique constraint, on PostgreSQL for a foreign key too.
    pub columns: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constraint {
    Unique,
    ForeignKey,
    Check,
    NotNull,
}

impl Error {
    /// Whether the row was there already.
    pub fn is_unique(&self) -> bool {
        matches!(self, Error::Constraint(Violation { kind: Constraint::Unique, .. }))
    }

    /// Whether the same request may succeed later.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Error::Unavailable { .. } | Error::Unfit { .. })
    }

    /// Whether others were in the way, who go on and will be gone.
    pub(super) fn is_contended(&self) -> bool {
        matches!(self, Error::Unavailable { what: CONTENDED, .. })
    }

    /// It was not known in time; `what` says what was waited for.
    pub fn unavailable(what: &'static str) -> Error {
        Error::Unavailable { what, cause: None }
    }

    pub(super) fn broken(what: impl Into<String>) -> Error {
        Error::Broken { what: what.into(), cause: None }
    }
}

/// Gives a violated constraint its meaning where the call is made, so that a duplicate is an answer.
pub trait OnConstraint<T> {
    /// Turns a violation of `constraint` into `meaning()`; every other error stays what it is.
    fn on_constraint<E: From<Error>>(
        self,
        constraint: Constraint,
        meaning: impl FnOnce() -> E,
    ) -> std::result::Result<T, E>;
}

impl<T> OnConstraint<T> for Result<T> {
    fn on_constraint<E: From<Error>>(
        self,
        constraint: Constraint,
        meaning: impl FnOnce() -> E,
    ) -> std::result::Result<T, E> {
        self.map_err(|error| match error {
            Error::Constraint(violation) if violation.kind == constraint => meaning(),
            other => other.into(),
        })
    }
}

/// A refusal of ours on its way through a driver's call.
impl From<Error> for sqlx::Error {
    fn from(error: Error) -> sqlx::Error {
        sqlx::Error::Configuration(Box::new(error))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        let cause = Some(Cause::of(&error));
        let unavailable = |what| Error::Unavailable { what, cause: cause.clone() };
        match &error {
            sqlx::Error::Database(refusal) => match Violation::of(refusal.as_ref()) {
                Some(violation) => Error::Constraint(violation),
                None if is_fault(refusal.as_ref()) => {
                    Error::Broken { what: "the database refused a statement".into(), cause }
                }
                None if is_contention(refusal.as_ref()) => unavailable(CONTENDED),
                None => unavailable("it refused to work"),
            },
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) => unavailable("the connection to it failed"),
            sqlx::Error::Protocol(_) => unavailable("it answered out of turn"),
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                unavailable("no connection to it is free")
            }
            sqlx::Error::Configuration(inner) => match inner.downcast_ref::<Error>() {
                Some(ours) => ours.clone(),
                None => Error::Broken { what: "the database URL cannot be understood".into(), cause },
            },
            _ => Error::Broken { what: "a statement or a row has not the expected shape".into(), cause },
        }
    }
}

/// Whether the connection is as good as before after this error.
pub(super) fn survives(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(refusal) = error else { return false };
    is_fault(refusal.as_ref())
        || Violation::of(refusal.as_ref()).is_some()
        || is_contention(refusal.as_ref())
        || refusal.try_downcast_ref::<PgDatabaseError>().is_some_and(|pg| pg.code() == "57014")
}

/// Whether PostgreSQL gave up because of what others hold: a lock, or one of ours in a circle.
fn is_contention(refusal: &dyn DatabaseError) -> bool {
    refusal.try_downcast_ref::<PgDatabaseError>().is_some_and(|pg| ["40", "55"].contains(&class(pg.code())))
}

/// Whether somebody else has the lock of the SQLite file.
pub(super) fn is_locked(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(refusal) = error else { return false };
    refusal.try_downcast_ref::<SqliteError>().is_some() && sqlite_code(refusal.as_ref()) & 0xff == 5
}

/// Whether the statement itself is wrong, as opposed to the state the database is in.
fn is_fault(refusal: &dyn DatabaseError) -> bool {
    match refusal.try_downcast_ref::<PgDatabaseError>() {
        Some(pg) => ["0A", "21", "22", "26", "42"].contains(&class(pg.code())),
        // SQLITE_ERROR, TOOBIG, MISMATCH, RANGE and the constraints that are none of ours.
        None => matches!(sqlite_code(refusal) & 0xff, 1 | 18 | 19 | 20 | 25),
    }
}

fn class(sqlstate: &str) -> &str {
    sqlstate.get(..2).unwrap_or_default()
}

fn sqlite_code(refusal: &dyn DatabaseError) -> i32 {
    refusal.code().and_then(|code| code.parse().ok()).unwrap_or_default()
}

impl Violation {
    fn of(refusal: &dyn DatabaseError) -> Option<Violation> {
        let kind = match refusal.kind() {
            ErrorKind::UniqueViolation => Constraint::Unique,
            ErrorKind::ForeignKeyViolation => Constraint::ForeignKey,
            ErrorKind::CheckViolation => Constraint::Check,
            ErrorKind::NotNullViolation => Constraint::NotNull,
            _ => return None,
        };
        let (table, columns) = match refusal.try_downcast_ref::<PgDatabaseError>() {
            Some(pg) => (pg.table().map(str::to_owned), postgres_columns(pg)),
            None => sqlite_columns(refusal.message()),
        };
        Some(Violation { kind, table, columns })
    }
}

/// Only the names out of `Key (a, b)=(its, values) already exists.`
fn postgres_columns(refusal: &PgDatabaseError) -> Vec<String> {
    if let Some(column) = refusal.column() {
        return vec![column.to_owned()];
    }
    let names = refusal.detail().and_then(|detail| detail.strip_prefix("Key (")?.split_once(")="));
    names.map(|(names, _)| names.split(", ").map(str::to_owned).collect()).unwrap_or_default()
}

/// From `UNIQUE constraint failed: t.a, t.b`.
fn sqlite_columns(message: &str) -> (Option<String>, Vec<String>) {
    let Some((_, names)) = message.split_once("constraint failed: ") else { return (None, Vec::new()) };
    let pairs: Vec<_> = names.split(", ").filter_map(|name| name.split_once('.')).collect();
    let table = pairs.first().map(|(table, _)| (*table).to_owned());
    (table, pairs.into_iter().map(|(_, column)| column.to_owned()).collect())
}

impl Cause {
    fn of(error: &sqlx::Error) -> Cause {
        let text = match error {
            sqlx::Error::Database(refusal) => {
                let code = refusal.code().unwrap_or_default().into_owned();
                let postgres = refusal.try_downcast_ref::<PgDatabaseError>().is_some();
                // Class 22 quotes the value that it could not take.
                if postgres && class(&code) == "22" { code } else { format!("{code}: {}", refusal.message()) }
            }
            other => other.to_string(),
        };
        Cause(text.into())
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Cause {}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Constraint::Unique => "a unique constraint",
            Constraint::ForeignKey => "a foreign key",
            Constraint::Check => "a check",
            Constraint::NotNull => "a not-null constraint",
        })
    }
}
