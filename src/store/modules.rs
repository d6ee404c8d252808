//! The platform's modules that were added by API or console.

use constcat::concat;

use crate::base::clock::Timestamp;
use crate::model::module::Module;
use crate::model::module::Origin;
use crate::store::Result;
use crate::store::db::Conn;
use crate::store::db::all;
use crate::store::db::one;
use crate::store::db::row;
use crate::store::db::run;

const COLUMNS: &str = "name, title, description, read_description, write_description, sensitive";

struct Row {
    name: String,
    title: String,
    description: String,
    read_description: String,
    write_description: String,
    sensitive: bool,
}

row!(Row { name, title, description, read_description, write_description, sensitive });

pub async fn list(conn: &mut Conn) -> Result<Vec<Module>> {
    let rows = all!(conn, Row, concat!("SELECT ", COLUMNS, " FROM modules ORDER BY name"))?;
    let module = |row: Row| Module {
        name: row.name,
        title: row.title,
        description: row.description,
        read_description: row.read_description,
        write_description: row.write_description,
        sensitive: row.sensitive,
        origin: Origin::Api,
    };
    Ok(rows.into_iter().map(module).collect())
}

/// How many there are.
pub async fn count(conn: &mut Conn) -> Result<i64> {
    let (count,) = one!(conn, (i64,), "SELECT COUNT(*) FROM modules")?;
    Ok(count)
}

/// A duplicate name is a unique violation.
pub async fn insert(conn: &mut Conn, module: &Module, now: Timestamp) -> Result<()> {
    run!(
        conn,
        "INSERT INTO modules (name, title, description, read_description, write_description, sensitive, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &module.name,
        &module.title,
        &module.description,
        &module.read_description,
        &module.write_description,
        module.sensitive,
        now,
    )?;
    Ok(())
}

pub async fn update(conn: &mut Conn, module: &Module) -> Result<bool> {
    let changed = run!(
        conn,
        "UPDATE modules SET title = $2, description = $3, read_description = $4, write_description = $5, \
         sensitive = $6 WHERE name = $1",
        &module.name,
        &module.title,
        &module.description,
        &module.read_description,
        &module.write_description,
        module.sensitive,
    )?;
    Ok(changed > 0)
}

pub async fn delete(conn: &mut Conn, name: &str) -> Result<bool> {
    Ok(run!(conn, "DELETE FROM modules WHERE name = $1", name)? > 0)
}
