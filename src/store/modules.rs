//! The platform's modules that were added by API or console.

use constcat::concat;

use crate::base::clock::Timestamp;
use crate::model::module::Module;
use crate::model::module::Origin;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::all;
use crate::store::db::one;
use crate::store::db::opt;
use crate::store::db::run;
use crate::store::db::table;

table! {
    Module in "modules" as "m" {
        key { name }
        edited { title, description, read_description, write_description, sensitive }
        versioned { version }
        besides { created_at: Timestamp }
        given { origin = Origin::Api }
    }
}

pub async fn list(conn: &mut Conn) -> Result<Vec<Module>> {
    all!(conn, Module, concat!("SELECT ", COLUMNS, " FROM modules m ORDER BY m.name"))
}

/// The module of that name, held against every other unit of work that would change it until this one ends.
pub async fn hold(conn: &mut Conn, name: &str) -> Result<Option<Module>> {
    run!(conn, "UPDATE modules SET name = name WHERE name = $1", name)?;
    opt!(conn, Module, concat!("SELECT ", COLUMNS, " FROM modules m WHERE m.name = $1"), name)
}

/// How many there are.
pub async fn count(conn: &mut Conn) -> Result<i64> {
    let (count,) = one!(conn, (i64,), "SELECT COUNT(*) FROM modules")?;
    Ok(count)
}

/// A duplicate name is a unique violation.
pub async fn insert(conn: &mut Conn, module: &Module, now: Timestamp) -> Result<()> {
    insert_row(conn, module, now).await
}

pub async fn update(conn: &mut Conn, module: &Module) -> Result<bool> {
    update_row(conn, module).await
}

pub async fn delete(conn: &mut Conn, name: &str) -> Result<bool> {
    Ok(run!(conn, "DELETE FROM modules WHERE name = $1", name)? > 0)
}
