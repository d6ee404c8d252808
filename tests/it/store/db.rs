//! Units of work: what `store::db` promises holds on both databases.

mod cancellation;
mod disk;
mod listener;
mod lock;
mod migration;
mod outage;
mod trust;
mod unit;

use std::path::PathBuf;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use consentry::store::Result;
use consentry::store::db::Conn;
use consentry::store::db::Db;
use consentry::store::db::Kind;
use consentry::store::db::Options;
use consentry::store::db::all;
use consentry::store::db::one;
use consentry::store::db::opt;
use consentry::store::db::run;

use crate::harness::postgres;

/// Runs each body as a test on each database.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(consentry::store::db::Kind::Sqlite).await })*
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(consentry::store::db::Kind::Postgres).await })*
        }
    };
}
use on_both;

/// An empty database of its own; a SQLite file is deleted at the end.
struct Place {
    options: Options,
    folder: Option<PathBuf>,
}

impl Place {
    async fn new(kind: Kind) -> Place {
        let (url, folder) = match kind {
            Kind::Postgres => (postgres::fresh_schema().await, None),
            Kind::Sqlite => {
                let folder = fresh_folder();
                (folder.join("test.db").to_string_lossy().into_owned(), Some(folder))
            }
        };
        Place { options: options(url), folder }
    }

    /// The database with a table of codes and a table of their uses.
    async fn open(&self) -> Db {
        let db = Db::connect(&self.options).await.unwrap();
        prepare(&db).await;
        db
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

fn options(url: String) -> Options {
    Options::new(url, 8)
}

fn fresh_folder() -> PathBuf {
    static FOLDERS: AtomicU32 = AtomicU32::new(0);
    let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("consentry-db-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

async fn prepare(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    run!(tx, "CREATE TABLE codes (id BIGINT PRIMARY KEY, used_by BIGINT)").unwrap();
    let uses = "CREATE TABLE uses (code BIGINT NOT NULL REFERENCES codes (id), task BIGINT NOT NULL, \
                note TEXT CHECK (note <> ''), UNIQUE (code, task))";
    run!(tx, uses).unwrap();
    tx.commit().await.unwrap();
}

async fn insert_code(conn: &mut Conn, id: i64) -> Result<u64> {
    run!(conn, "INSERT INTO codes (id) VALUES ($1)", id)
}

async fn insert_use(conn: &mut Conn, code: i64, task: i64) -> Result<u64> {
    run!(conn, "INSERT INTO uses (code, task) VALUES ($1, $2)", code, task)
}

/// Marks the code and records the use in one atomic call.
async fn use_code(conn: &mut Conn, code: i64, task: i64) -> Result<bool> {
    let used = opt!(
        conn,
        (i64,),
        sqlite: "UPDATE codes SET used_by = $2 WHERE id = $1 AND used_by IS NULL RETURNING id;
                 INSERT INTO uses (code, task) SELECT $1, $2 WHERE changes() = 1",
        postgres: "WITH used AS (UPDATE codes SET used_by = $2 WHERE id = $1 AND used_by IS NULL RETURNING id),
                   noted AS (INSERT INTO uses (code, task) SELECT id, $2 FROM used)
                   SELECT id FROM used",
        code,
        task,
    )?;
    Ok(used.is_some())
}

async fn code_ids(db: &Db) -> Vec<i64> {
    let mut conn = db.read().await.unwrap();
    let rows = all!(conn, (i64,), "SELECT id FROM codes ORDER BY id").unwrap();
    rows.into_iter().map(|(id,)| id).collect()
}

async fn count_uses(db: &Db) -> i64 {
    let mut conn = db.read().await.unwrap();
    one!(conn, (i64,), "SELECT COUNT(*) FROM uses").unwrap().0
}

/// One write that shows that units of work go through.
async fn write_one(db: &Db, id: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    insert_code(&mut tx, id).await?;
    tx.commit().await
}
