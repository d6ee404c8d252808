//! How a statement is asked: four macros that build it for the database at hand.
//!
//! `opt!`, `one!` and `all!` read rows, `run!` counts them. The SQL is one text with `$1` placeholders for both
//! databases, or `sqlite: "..", postgres: ".."` where they must differ:
//!
//! ```ignore
//! opt!(conn, Code, concat!("SELECT ", COLUMNS, " FROM codes WHERE digest = $1"), digest)?
//! run!(conn, "DELETE FROM codes WHERE expires_at < $1", now)?
//! ```
//!
//! `page!` reads one page of a list. `forget!` deletes a bounded number of rows. On PostgreSQL it leaves out those that somebody else holds.
//!
//! Each call takes effect as a whole or not at all. On SQLite one text may hold several statements separated by
//! `;`, which share the numbered binds; the rows are those of whichever statement returns any. On PostgreSQL the
//! same is one statement with data-modifying CTEs. In a text of several statements `run!` counts the rows of the
//! **last** one, as PostgreSQL counts those of the main statement.

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use sqlx::Either;
use sqlx::FromRow;
use sqlx::Row;

use crate::store::Error;
use crate::store::Result;

/// What came back from one text.
#[doc(hidden)]
#[derive(Debug)]
pub struct Answer<R> {
    rows: Vec<R>,
    /// Rows that the last statement changed.
    pub affected: u64,
}

impl<R: Row> Answer<R> {
    /// Reads a driver's stream to its end. The first `preamble` statements are ours; when one of them fails
    /// the connection is not in the state that we believe it in, which is an error of the protocol.
    pub(super) async fn collect<D>(
        mut stream: BoxStream<'_, sqlx::Result<Either<D, R>>>,
        mut preamble: usize,
        count: fn(&D) -> u64,
    ) -> sqlx::Result<Answer<R>> {
        let mut answer = Answer { rows: Vec::new(), affected: 0 };
        while let Some(item) = stream.next().await {
            match item {
                Ok(Either::Right(row)) => answer.rows.push(row),
                Ok(Either::Left(_)) if preamble > 0 => preamble -= 1,
                Ok(Either::Left(done)) => answer.affected = count(&done),
                Err(error) if preamble > 0 => return Err(sqlx::Error::Protocol(error.to_string())),
                Err(error) => return Err(error),
            }
        }
        Ok(answer)
    }

    pub fn opt<T: for<'r> FromRow<'r, R>>(self) -> Result<Option<T>> {
        Ok(self.rows.first().map(T::from_row).transpose()?)
    }

    pub fn one<T: for<'r> FromRow<'r, R>>(self) -> Result<T> {
        self.opt()?.ok_or_else(|| Error::broken("a statement that always returns a row returned none"))
    }

    pub fn all<T: for<'r> FromRow<'r, R>>(self) -> Result<Vec<T>> {
        Ok(self.rows.iter().map(T::from_row).collect::<sqlx::Result<_>>()?)
    }
}

#[macro_export]
#[doc(hidden)]
macro_rules! store_ask {
    ($conn:expr, $take:expr, $sqlite:expr, $postgres:expr, $($bind:expr),*) => {{
        let conn: &mut $crate::store::db::Conn = $conn.reborrow();
        match conn.kind() {
            $crate::store::db::Kind::Sqlite => {
                let sql: &'static str = $sqlite;
                let query = sqlx::query::<sqlx::Sqlite>(sql)$(.bind($bind))*;
                conn.sqlite(query).await.and_then($take)
            }
            $crate::store::db::Kind::Postgres => {
                let sql: &'static str = $postgres;
                let query = sqlx::query::<sqlx::Postgres>(sql)$(.bind($bind))*;
                conn.postgres(query).await.and_then($take)
            }
        }
    }};
}

/// The first row, if there is one: `opt!(conn, Type, SQL, binds..)? -> Option<Type>`.
#[macro_export]
#[doc(hidden)]
macro_rules! store_opt {
    ($conn:expr, $row:ty, sqlite: $sqlite:expr, postgres: $postgres:expr $(, $bind:expr)* $(,)?) => {
        $crate::store_ask!($conn, |answer| answer.opt::<$row>(), $sqlite, $postgres, $($bind),*)
    };
    ($conn:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store_opt!($conn, $row, sqlite: $sql, postgres: $sql $(, $bind)*)
    };
}

/// The row that is always there: `one!(conn, Type, SQL, binds..)? -> Type`.
#[macro_export]
#[doc(hidden)]
macro_rules! store_one {
    ($conn:expr, $row:ty, sqlite: $sqlite:expr, postgres: $postgres:expr $(, $bind:expr)* $(,)?) => {
        $crate::store_ask!($conn, |answer| answer.one::<$row>(), $sqlite, $postgres, $($bind),*)
    };
    ($conn:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store_one!($conn, $row, sqlite: $sql, postgres: $sql $(, $bind)*)
    };
}

/// Every row: `all!(conn, Type, SQL, binds..)? -> Vec<Type>`.
#[macro_export]
#[doc(hidden)]
macro_rules! store_all {
    ($conn:expr, $row:ty, sqlite: $sqlite:expr, postgres: $postgres:expr $(, $bind:expr)* $(,)?) => {
        $crate::store_ask!($conn, |answer| answer.all::<$row>(), $sqlite, $postgres, $($bind),*)
    };
    ($conn:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store_all!($conn, $row, sqlite: $sql, postgres: $sql $(, $bind)*)
    };
}

/// One page of a list, newest first: `page!(conn, Type, &page, "key", SELECT, binds..)`. `SELECT` ends
/// in a condition to which that of the page is added; its binds begin at `$3`.
#[macro_export]
#[doc(hidden)]
macro_rules! store_page {
    ($conn:expr, $row:ty, $page:expr, $key:literal, $select:expr $(, $bind:expr)* $(,)?) => {{
        const OLDER: &str = constcat::concat!($select, " AND ", $key, " < $1 ORDER BY ", $key, " DESC LIMIT $2");
        const NEWER: &str = constcat::concat!($select, " AND ", $key, " > $1 ORDER BY ", $key, " LIMIT $2");
        let page: &$crate::model::page::Page = $page;
        let rows = match page.is_backward() {
            true => $crate::store_all!($conn, $row, NEWER, page.bound(), page.rows() $(, $bind)*)?,
            false => $crate::store_all!($conn, $row, OLDER, page.bound(), page.rows() $(, $bind)*)?,
        };
        match page.reached_the_newest(&rows) {
            // Then the first page is shown whole.
            true => {
                let first = page.first();
                let rows = $crate::store_all!($conn, $row, OLDER, first.bound(), first.rows() $(, $bind)*)?;
                first.of(rows)
            }
            false => page.of(rows),
        }
    }};
}

/// How many rows the (last) statement changed: `run!(conn, SQL, binds..)? -> u64`.
#[macro_export]
#[doc(hidden)]
macro_rules! store_run {
    ($conn:expr, sqlite: $sqlite:expr, postgres: $postgres:expr $(, $bind:expr)* $(,)?) => {
        $crate::store_ask!($conn, |answer| Ok(answer.affected), $sqlite, $postgres, $($bind),*)
    };
    ($conn:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store_run!($conn, sqlite: $sql, postgres: $sql $(, $bind)*)
    };
}

/// Deletes some of the rows: `forget!(conn, "table", "key", "condition", binds..)? -> u64`. Zero when none is left.
#[macro_export]
#[doc(hidden)]
macro_rules! store_forget {
    ($conn:expr, $table:literal, $key:literal, $which:expr $(, $bind:expr)* $(,)?) => {
        $crate::store_run!(
            $conn,
            sqlite: constcat::concat!(
                "DELETE FROM ", $table, " WHERE ", $key, " IN (SELECT t.", $key, " FROM ", $table, " t WHERE ", $which,
                " LIMIT 500)"
            ),
            postgres: constcat::concat!(
                "DELETE FROM ", $table, " WHERE ", $key, " = ANY (ARRAY(SELECT t.", $key, " FROM ", $table, " t WHERE ",
                $which, " LIMIT 500 FOR UPDATE SKIP LOCKED))"
            )
            $(, $bind)*
        )
    };
}

/// The last key of the next stretch of a table: `stretch!(conn, "table", "key", "condition", after)? -> Option<String>`.
#[macro_export]
#[doc(hidden)]
macro_rules! store_stretch {
    ($conn:expr, $table:literal, $key:literal, $which:literal, $after:expr) => {
        $crate::store_one!(
            $conn,
            (Option<String>,),
            constcat::concat!(
                "SELECT MAX(s.",
                $key,
                ") FROM (SELECT ",
                $key,
                " FROM ",
                $table,
                " WHERE ",
                $which,
                " AND ",
                $key,
                " > $1 ORDER BY ",
                $key,
                " LIMIT 500) s"
            ),
            $after,
        )
        .map(|(last,)| last)
    };
}
