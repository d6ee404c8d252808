//! A plain struct becomes a row of both databases.

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
                use sqlx::Row as _;
                Ok(Self { $($field: row.try_get(stringify!($field))?),+ })
            }
        }
    };
}
