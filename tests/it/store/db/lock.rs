//! Another program holds the write lock of the SQLite file.

use std::time::Duration;
use std::time::Instant;

use consentry::store::db::Db;
use consentry::store::db::Kind;
use sqlx::Connection;
use sqlx::Executor;
use sqlx::SqliteConnection;
use tokio::task::JoinSet;

use super::Place;
use super::code_ids;
use super::write_one;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreign_lock_is_an_answer_in_time() {
    let place = Place::new(Kind::Sqlite).await;
    let db = place.open().await;
    let mut foreign = SqliteConnection::connect(&place.options.url).await.unwrap();
    foreign.execute("BEGIN IMMEDIATE").await.unwrap();
    let locked = Instant::now();
    let mut tasks = JoinSet::new();
    for id in 0..20 {
        let db = db.clone();
        tasks.spawn(async move {
            tokio::time::sleep(Duration::from_millis(40 * id)).await;
            let started = Instant::now();
            let answer = write_one(&db, id as i64).await;
            assert!(started.elapsed() < Duration::from_millis(2200));
            assert!(answer.unwrap_err().is_unavailable());
        });
    }
    assert_eq!(code_ids(&db).await, [0_i64; 0], "readers do not wait");
    tasks.join_all().await;
    tokio::time::sleep_until((locked + Duration::from_secs(3)).into()).await;
    foreign.execute("ROLLBACK").await.unwrap();
    let released = Instant::now();
    write_one(&db, 100).await.unwrap();
    assert!(released.elapsed() < Duration::from_secs(1), "{:?}", released.elapsed());
    assert_eq!(code_ids(&db).await, [100]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_foreign_lock_is_waited_for() {
    let place = Place::new(Kind::Sqlite).await;
    let db = place.open().await;
    let mut foreign = SqliteConnection::connect(&place.options.url).await.unwrap();
    foreign.execute("BEGIN IMMEDIATE").await.unwrap();
    let write = tokio::spawn(async move { write_one(&db, 1).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    foreign.execute("ROLLBACK").await.unwrap();
    write.await.unwrap().unwrap();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_file_is_readable_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new(Kind::Sqlite).await;
    let db = place.open().await;
    write_one(&db, 1).await.unwrap();
    for entry in std::fs::read_dir(place.folder.as_ref().unwrap()).unwrap().flatten() {
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", entry.file_name());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_gets_its_turn_under_load() {
    let place = Place::new(Kind::Sqlite).await;
    let db = place.open().await;
    let mut load = JoinSet::new();
    for task in 0..64_i64 {
        let db = db.clone();
        load.spawn(async move {
            for id in 0.. {
                write_one(&db, task * 1_000_000 + id).await.unwrap();
            }
        });
    }
    let other = Db::connect(&place.options).await.unwrap();
    for id in 1..=20 {
        write_one(&other, -id).await.expect("a command beside the server is not starved");
    }
    load.abort_all();
    while load.join_next().await.is_some() {}
}
