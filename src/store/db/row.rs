//! A plain struct becomes a row of both databases.

use sqlx::Column;
use sqlx::ColumnIndex;
use sqlx::Decode;
use sqlx::Row;
use sqlx::Type;

/// Reads the columns of a row by name. They stand in the order in which they are asked for, nearly always, so a name is
/// looked up only where that order breaks.
pub struct Columns<'r, R> {
    row: &'r R,
    next: usize,
}

impl<'r, R: Row> Columns<'r, R>
where
    usize: ColumnIndex<R>,
    for<'n> &'n str: ColumnIndex<R>,
{
    pub fn of(row: &'r R) -> Self {
        Self { row, next: 0 }
    }

    /// The column `name`.
    pub fn take<T>(&mut self, name: &str) -> sqlx::Result<T>
    where
        T: Decode<'r, R::Database> + Type<R::Database>,
    {
        let at = match self.row.columns().get(self.next) {
            Some(column) if column.name() == name => self.next,
            _ => name.index(self.row)?,
        };
        self.next = at + 1;
        self.row.try_get(at).map_err(|error| match error {
            sqlx::Error::ColumnDecode { source, .. } => {
                sqlx::Error::ColumnDecode { index: format!("{name:?}"), source }
            }
            other => other,
        })
    }
}

/// Reads the named columns into the fields of the same name: `row!(Client { id, name })`.
#[macro_export]
#[doc(hidden)]
macro_rules! store_row {
    ($row:path { $($field:ident),+ $(,)? }) => {
        $crate::store_row!(@one sqlx::sqlite::SqliteRow, $row { $($field),+ });
        $crate::store_row!(@one sqlx::postgres::PgRow, $row { $($field),+ });
    };
    (@one $source:path, $row:path { $($field:ident),+ }) => {
        impl<'r> sqlx::FromRow<'r, $source> for $row {
            fn from_row(row: &'r $source) -> sqlx::Result<Self> {
                let mut columns = $crate::store::db::Columns::of(row);
                Ok(Self { $($field: columns.take(stringify!($field))?),+ })
            }
        }
    };
}
