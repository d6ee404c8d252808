//! Units of work: what they promise holds on both databases.

use std::path::PathBuf;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;
use std::time::Duration;

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

/// Runs one body as a test on each database.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite { $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(super::Kind::Sqlite).await })* }
        mod postgresql { $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(super::Kind::Postgres).await })* }
    };
}

on_both![a_code_is_used_once, several_nodes_migrate_at_once];

struct Bench {
    db: Db,
    options: Options,
    folder: Option<PathBuf>,
}

impl Bench {
    /// An empty database with a table of codes and one of uses.
    async fn new(kind: Kind) -> Bench {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let (url, folder) = match kind {
            Kind::Postgres => (postgres::fresh_schema().await, None),
            Kind::Sqlite => {
                let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
                let name = format!("consentry-db-{}-{number}", std::process::id());
                let folder = std::env::temp_dir().join(name);
                std::fs::create_dir_all(&folder).expect("the temporary folder is writable");
                (folder.join("test.db").to_string_lossy().into_owned(), Some(folder))
            }
        };
        let options =
            Options { url, pool_size: 8, acquire: Duration::from_secs(2), unit: Duration::from_secs(3) };
        let db = Db::connect(&options).await.expect("an empty database opens");
        let mut tx = db.begin().await.unwrap();
        run!(tx, "CREATE TABLE codes (id BIGINT PRIMARY KEY, used_by BIGINT)").unwrap();
        run!(tx, "CREATE TABLE uses (code BIGINT NOT NULL UNIQUE, task BIGINT NOT NULL)").unwrap();
        tx.commit().await.unwrap();
        Bench { db, options, folder }
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

async fn use_code(conn: &mut Conn, code: i64, task: i64) -> Result<Option<i64>> {
    let row: Option<(i64,)> = opt!(
        conn,
        (i64,),
        "UPDATE codes SET used_by = $2 WHERE id = $1 AND used_by IS NULL RETURNING id",
        code,
        task
    )?;
    Ok(row.map(|(id,)| id))
}

async fn a_code_is_used_once(kind: Kind) {
    let bench = Bench::new(kind).await;
    let mut tx = bench.db.single().await.unwrap();
    run!(tx, "INSERT INTO codes (id) VALUES ($1)", 1_i64).unwrap();
    tx.commit().await.unwrap();
    let tasks = (0..64).map(|task| {
        let db = bench.db.clone();
        tokio::spawn(async move {
            let mut tx = db.single().await.unwrap();
            let won = use_code(&mut tx, 1, task).await.unwrap().is_some();
            tx.commit().await.unwrap();
            won
        })
    });
    let mut wins = 0;
    for task in tasks.collect::<Vec<_>>() {
        wins += u32::from(task.await.unwrap());
    }
    assert_eq!(wins, 1);
    let mut conn = bench.db.read().await.unwrap();
    let users: Vec<(i64,)> = all!(conn, (i64,), "SELECT used_by FROM codes").unwrap();
    assert_eq!(users.len(), 1);
    let (count,): (i64,) = one!(conn, (i64,), "SELECT COUNT(*) FROM uses").unwrap();
    assert_eq!(count, 0);
    assert_eq!(bench.options.pool_size, 8);
}

async fn several_nodes_migrate_at_once(kind: Kind) {
    let bench = Bench::new(kind).await;
    let mut run = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let options = bench.options.clone();
        run.spawn(async move { Db::connect(&options).await.unwrap().migrate().await });
    }
    while let Some(done) = run.join_next().await {
        done.unwrap().unwrap();
    }
}
