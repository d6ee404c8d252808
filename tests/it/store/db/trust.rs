//! What is asked of a PostgreSQL before it is trusted, and what it is spared.

use std::time::Duration;
use std::time::Instant;

use consentry::store::Error;
use consentry::store::db::Db;
use consentry::store::db::Kind;
use consentry::store::db::Options;
use consentry::store::db::one;
use consentry::store::db::run;
use consentry::store::migrate;
use consentry::store::migrate::Migration;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::Executor;
use sqlx::PgConnection;
use tokio::time::sleep;

use super::Place;
use super::options;
use super::write_one;
use crate::harness::Path;
use crate::harness::postgres::Cluster;

async fn cluster() -> Cluster {
    tokio::task::spawn_blocking(Cluster::start).await.unwrap()
}

async fn by_hand(url: &str, statements: &[&str]) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    for statement in statements {
        connection.execute(AssertSqlSafe((*statement).to_owned())).await.unwrap();
    }
}

async fn durability(db: &Db) -> String {
    let mut conn = db.read().await.unwrap();
    one!(conn, (String,), "SELECT current_setting('synchronous_commit')").unwrap().0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_may_lose_what_it_confirmed_is_refused() {
    let cluster = cluster().await;
    for weaker in ["off", "local", "remote_write"] {
        by_hand(&cluster.url(), &[&format!("ALTER ROLE postgres SET synchronous_commit = {weaker}")]).await;
        let refused = Db::connect(&options(cluster.url())).await.err().expect("refused");
        assert!(matches!(refused, Error::Unfit { .. }), "{refused:?}");
        let said = refused.to_string();
        assert!(
            said.contains(&format!("synchronous_commit is {weaker}")) && said.contains("ALTER ROLE"),
            "{said}"
        );
    }
    for enough in ["on", "remote_apply"] {
        by_hand(&cluster.url(), &[&format!("ALTER ROLE postgres SET synchronous_commit = {enough}")]).await;
        let db = Db::connect(&options(cluster.url())).await.unwrap();
        assert_eq!(durability(&db).await, enough);
        let weaken = ["ALTER SYSTEM SET synchronous_commit = off", "SELECT pg_reload_conf()"];
        by_hand(&cluster.url(), &weaken).await;
        sleep(Duration::from_millis(300)).await;
        assert_eq!(durability(&db).await, enough, "what was promised stays so for the session");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn off_this_machine_the_connection_is_encrypted_or_the_url_says_that_it_is_not() {
    let mut cluster = cluster().await;
    // An address of this machine that does not look like one.
    let far = cluster.url().replace("127.0.0.1", "0.0.0.0");
    let refused = Db::connect(&options(far.clone())).await.err().expect("refused");
    assert!(matches!(refused, Error::Unfit { .. }), "{refused:?}");
    let said = refused.to_string();
    assert!(said.contains("does not support TLS") && said.contains("?sslmode=disable"), "{said}");
    Db::connect(&options(format!("{far}?sslmode=disable"))).await.unwrap();
    Db::connect(&options(cluster.url())).await.expect("loopback needs none");

    let cluster = tokio::task::spawn_blocking(move || {
        cluster.kill();
        cluster.take_certificate();
        cluster.restart();
        cluster
    });
    let _cluster = cluster.await.unwrap();
    let db = Db::connect(&options(far)).await.unwrap();
    let mut conn = db.read().await.unwrap();
    let encrypted = one!(conn, (bool,), "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").unwrap();
    assert!(encrypted.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_and_its_work_leave_no_warning_in_the_servers_log() {
    let cluster = cluster().await;
    let db = Db::connect(&options(cluster.url())).await.unwrap();
    db.migrate().await.unwrap();
    let mut tx = db.begin().await.unwrap();
    run!(tx, "DELETE FROM sessions").unwrap();
    drop(tx);
    let mut reader = db.read().await.unwrap();
    let nap = async { one!(reader, (String,), "SELECT pg_sleep(0.2)::text").map(drop) };
    assert!(tokio::time::timeout(Duration::from_millis(50), nap).await.is_err());
    drop(reader);
    db.close().await;
    let log = cluster.log();
    assert!(log.contains("ready to accept connections"), "{log}");
    assert!(!log.contains("WARNING") && !log.contains("ERROR"), "{log}");
}

/// A migration wants a table that somebody reads for long, as a backup does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_behind_a_backup_holds_nobody_up() {
    const FIRST: Migration =
        Migration { name: "0001_things", sql: "CREATE TABLE things (id BIGINT PRIMARY KEY)" };
    const SECOND: Migration =
        Migration { name: "0002_more", sql: "ALTER TABLE things ADD COLUMN more BIGINT NOT NULL DEFAULT 7" };
    let place = Place::new(Kind::Postgres).await;
    migrate::run(&place.options, &[FIRST]).await.unwrap();
    let mut backup = PgConnection::connect(&place.options.url).await.unwrap();
    backup.execute("BEGIN; LOCK TABLE things IN ACCESS SHARE MODE").await.unwrap();

    let options = place.options.clone();
    let migrating = tokio::spawn(async move { migrate::run(&options, &[FIRST, SECOND]).await });
    let db = Db::connect(&place.options).await.unwrap();
    let (started, mut looked) = (Instant::now(), 0);
    while started.elapsed() < Duration::from_secs(6) {
        let mut conn = db.read().await.unwrap();
        one!(conn, (i64,), "SELECT COUNT(*) FROM things").expect("behind the migration for a second at most");
        looked += 1;
        sleep(Duration::from_millis(20)).await;
    }
    assert!(looked > 20, "{looked}");
    assert!(!migrating.is_finished(), "it still waits for the backup");
    backup.execute("ROLLBACK").await.unwrap();
    tokio::time::timeout(Duration::from_secs(10), migrating).await.unwrap().unwrap().unwrap();
    let mut conn = db.read().await.unwrap();
    one!(conn, (i64,), "SELECT COUNT(more) FROM things").unwrap();
}

/// Connections whose other end does not answer any more, while new ones reach the server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_fell_silent_is_replaced_within_the_same_wait() {
    let place = Place::new(Kind::Postgres).await;
    place.open().await.close().await;
    let (path, url) = Path::to(&place.options.url).await;
    let db = Db::connect(&Options { pool_size: 3, ..options(url) }).await.unwrap();
    for rested in [1100, 0] {
        // Three connections in the pool.
        let units = [db.begin().await.unwrap(), db.begin().await.unwrap(), db.begin().await.unwrap()];
        for unit in units {
            unit.commit().await.unwrap();
        }
        sleep(Duration::from_millis(rested)).await;
        path.forget_connections();
        for number in 0..3 {
            write_one(&db, rested as i64 + number).await.unwrap();
        }
        assert_eq!(path.unheard(), 1, "where one fell silent, the others of its time are not tried");
    }
}
