//! A table, declared once: its columns are read, inserted and updated by one list of names.
//!
//! ```ignore
//! table! {
//!     Pet in "pets" as "p" {
//!         key { id, owner_id }                 // finds the row; written once
//!         once { born_at }                     // written once
//!         edited { name, color }               // written by insert and by update
//!         versioned { version }                // raised by update: a `Version` out of two columns
//!         read { owner_name = "o.name" }       // never written here: of a join, or by statements of its own
//!     }
//! }
//! ```
//!
//! gives the file of the table
//! - `COLUMNS`, for `SELECT`: `p.id AS p_id, .., o.name AS p_owner_name`. The alias stands before each name, so that
//!   rows of several tables are read out of one row of a join;
//! - `FromRow` of `Pet`, from those names;
//! - `insert_row(conn, &pet)`, and `update_row(conn, &pet)`, which is `false` when there is no row of that key.
//!
//! `besides { code: &str }` are columns that the struct does not have, and further arguments of `insert_row`; `given {
//! kind = Kind::Pet }` are fields that no column holds.

/// SQL that is written while the program is compiled.
#[doc(hidden)]
pub struct Text {
    bytes: [u8; Self::MOST],
    length: usize,
}

impl Text {
    const MOST: usize = 2048;

    const fn of(text: &str) -> Self {
        Self { bytes: [0; Self::MOST], length: 0 }.push(text)
    }

    const fn push(mut self, text: &str) -> Self {
        let mut at = 0;
        while at < text.len() {
            self.bytes[self.length] = text.as_bytes()[at];
            self.length += 1;
            at += 1;
        }
        self
    }

    /// The placeholder of that number.
    const fn bind(mut self, number: usize) -> Self {
        self = self.push("$");
        if number >= 10 {
            self.bytes[self.length] = b'0' + (number / 10) as u8;
            self.length += 1;
        }
        self.bytes[self.length] = b'0' + (number % 10) as u8;
        self.length += 1;
        self
    }

    pub const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => panic!("names of columns are text"),
        }
    }
}

/// `INSERT INTO table (..) VALUES ($1, ..)`.
#[doc(hidden)]
pub const fn insert(table: &str, columns: &[&str]) -> Text {
    let mut text = Text::of("INSERT INTO ").push(table).push(" (");
    let mut at = 0;
    while at < columns.len() {
        text = text.push(if at == 0 { "" } else { ", " }).push(columns[at]);
        at += 1;
    }
    text = text.push(") VALUES (");
    at = 0;
    while at < columns.len() {
        text = text.push(if at == 0 { "" } else { ", " }).bind(at + 1);
        at += 1;
    }
    text.push(")")
}

/// `UPDATE table SET .. WHERE key = $1 AND ..`: the values of the key come first. `also` is set besides.
#[doc(hidden)]
pub const fn update(table: &str, key: &[&str], edited: &[&str], also: &str) -> Text {
    let mut text = Text::of("UPDATE ").push(table).push(" SET ");
    let mut at = 0;
    while at < edited.len() {
        text = text.push(if at == 0 { "" } else { ", " }).push(edited[at]);
        text = text.push(" = ").bind(key.len() + at + 1);
        at += 1;
    }
    text = text.push(also);
    at = 0;
    while at < key.len() {
        text = text.push(if at == 0 { " WHERE " } else { " AND " }).push(key[at]).push(" = ").bind(at + 1);
        at += 1;
    }
    text
}

#[macro_export]
#[doc(hidden)]
macro_rules! store_table {
    ($row:ident in $table:literal as $alias:literal {
        key { $first:ident $(, $key:ident)* }
        $(once { $($once:ident),+ $(,)? })?
        $(edited { $($edited:ident),+ $(,)? })?
        $(versioned { $version:ident })?
        $(read { $($read:ident $(= $from:literal)?),+ $(,)? })?
        $(besides { $($besides:ident: $type:ty),+ })?
        $(given { $($given:ident = $value:expr),+ })?
    }) => {
        pub(super) const COLUMNS: &str = constcat::concat!(
            $crate::store_table!(@column $alias, $first)
            $(, ", ", $crate::store_table!(@column $alias, $key))*
            $($(, ", ", $crate::store_table!(@column $alias, $once))+)?
            $($(, ", ", $crate::store_table!(@column $alias, $edited))+)?
            $(, ", ", $crate::store_table!(@column $alias, $version), ", ", $alias, ".edits AS ", $alias, "_edits")?
            $($(, ", ", $crate::store_table!(@column $alias, $read $(= $from)?))+)?
        );

        $crate::store_table!(@reader sqlx::sqlite::SqliteRow, $row, $alias, { $first $(, $key)* $($(, $once)+)?
            $($(, $edited)+)? $($(, $read)+)? } { $($($given = $value),+)? } { $($version)? });
        $crate::store_table!(@reader sqlx::postgres::PgRow, $row, $alias, { $first $(, $key)* $($(, $once)+)?
            $($(, $edited)+)? $($(, $read)+)? } { $($($given = $value),+)? } { $($version)? });

        async fn insert_row(
            conn: &mut $crate::store::db::Conn,
            row: &$row,
            $($($besides: $type),+)?
        ) -> $crate::store::Result<()> {
            const INSERT: &$crate::store::db::table::Text = &$crate::store::db::table::insert(
                $table,
                &[stringify!($first) $(, stringify!($key))* $($(, stringify!($once))+)?
                    $($(, stringify!($edited))+)? $($(, stringify!($besides))+)?],
            );
            $crate::store_run!(
                conn, INSERT.as_str(), &row.$first $(, &row.$key)* $($(, &row.$once)+)? $($(, &row.$edited)+)?
                $($(, $besides)+)?
            )?;
            Ok(())
        }

        $crate::store_table!(@update $row, $table, { $first $(, $key)* } $({ $($edited),+ })? $(by $version)?);
    };

    (@column $alias:literal, $column:ident = $from:literal) => {
        concat!($from, " AS ", $alias, "_", stringify!($column))
    };
    (@column $alias:literal, $column:ident) => {
        concat!($alias, ".", stringify!($column), " AS ", $alias, "_", stringify!($column))
    };

    (@reader $source:path, $row:ident, $alias:literal, { $($field:ident),+ }
        { $($given:ident = $value:expr),* } { $($version:ident)? }) => {
        impl<'r> sqlx::FromRow<'r, $source> for $row {
            fn from_row(row: &'r $source) -> sqlx::Result<Self> {
                let mut columns = $crate::store::db::Columns::of(row);
                Ok(Self {
                    $($field: columns.take(concat!($alias, "_", stringify!($field)))?,)+
                    $($given: $value,)*
                    $($version: $crate::model::version::Version {
                        number: columns.take(concat!($alias, "_", stringify!($version)))?,
                        edits: columns.take(concat!($alias, "_edits"))?,
                    },)?
                })
            }
        }
    };

    (@edits $version:ident) => { "edits" };

    (@update $row:ident, $table:literal, { $($key:ident),+ }) => {};
    (@update $row:ident, $table:literal, { $($key:ident),+ } { $($edited:ident),+ } $(by $version:ident)?) => {
        async fn update_row(conn: &mut $crate::store::db::Conn, row: &$row) -> $crate::store::Result<bool> {
            const UPDATE: &$crate::store::db::table::Text = &$crate::store::db::table::update(
                $table,
                &[$(stringify!($key)),+],
                &[$(stringify!($edited)),+ $(, $crate::store_table!(@edits $version))?],
                concat!("" $(, ", ", stringify!($version), " = ", stringify!($version), " + 1")?),
            );
            let changed = $crate::store_run!(
                conn, UPDATE.as_str() $(, &row.$key)+ $(, &row.$edited)+ $(, &row.$version.edits)?
            )?;
            Ok(changed > 0)
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_name_and_number_every_column() {
        let columns = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"];
        assert_eq!(
            insert("t", &columns).as_str(),
            "INSERT INTO t (a, b, c, d, e, f, g, h, i, j, k) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        );
        assert_eq!(
            update("t", &["a", "b"], &["c", "d"], ", e = e + 1").as_str(),
            "UPDATE t SET c = $3, d = $4, e = e + 1 WHERE a = $1 AND b = $2"
        );
    }
}
