//! PostgreSQL goes away and comes back.

use std::time::Duration;
use std::time::Instant;

use consentry::store::db::Db;
use consentry::store::db::Kind;
use consentry::store::db::all;
use consentry::store::db::one;
use consentry::store::db::run;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::Place;
use super::code_ids;
use super::options;
use super::prepare;
use super::write_one;
use crate::harness::Path;
use crate::harness::postgres::Cluster;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_is_an_answer_in_time_and_its_return_is_noticed() {
    let mut cluster = tokio::task::spawn_blocking(Cluster::start).await.unwrap();
    let db = Db::connect(&options(cluster.url())).await.unwrap();
    prepare(&db).await;
    let mut tasks = JoinSet::new();
    for task in 0..20 {
        let db = db.clone();
        tasks.spawn(async move {
            let (mut acknowledged, mut refused) = (Vec::new(), 0);
            for id in task * 100_000.. {
                let started = Instant::now();
                match write_one(&db, id).await {
                    Ok(()) => acknowledged.push(id),
                    Err(error) if error.is_unavailable() => refused += 1,
                    Err(error) => panic!("{error:?}"),
                }
                assert!(started.elapsed() < Duration::from_millis(2500), "{:?}", started.elapsed());
                if refused == 20 {
                    break;
                }
                sleep(Duration::from_millis(5)).await;
            }
            acknowledged
        });
    }
    sleep(Duration::from_millis(300)).await;
    cluster.kill();
    let acknowledged: Vec<i64> = tasks.join_all().await.into_iter().flatten().collect();
    assert!(db.read().await.is_err_and(|error| error.is_unavailable()));

    let cluster = tokio::task::spawn_blocking(move || {
        cluster.restart();
        cluster
    });
    let _cluster = cluster.await.unwrap();
    let up = Instant::now();
    while write_one(&db, -1).await.is_err() {
        assert!(up.elapsed() < Duration::from_secs(2), "healthy again without our restart");
        sleep(Duration::from_millis(10)).await;
    }
    let found = code_ids(&db).await;
    assert!(!acknowledged.is_empty() && acknowledged.iter().all(|id| found.contains(id)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_network_is_an_answer_in_time_and_its_return_is_noticed() {
    let place = Place::new(Kind::Postgres).await;
    let (path, url) = Path::to(&place.options.url).await;
    let db = Db::connect(&options(url)).await.unwrap();
    prepare(&db).await;
    for id in 0..20 {
        write_one(&db, id).await.unwrap();
    }
    path.fall_silent();
    let mut tasks = JoinSet::new();
    for id in 100..130 {
        let db = db.clone();
        tasks.spawn(async move {
            sleep(Duration::from_millis((id % 10) * 300)).await;
            let started = Instant::now();
            if id % 3 == 0 {
                assert!(db.read().await.is_err() || started.elapsed() < Duration::from_secs(2));
            } else {
                assert!(write_one(&db, id as i64).await.unwrap_err().is_unavailable());
            }
            assert!(started.elapsed() < Duration::from_millis(2500), "{:?}", started.elapsed());
        });
    }
    tasks.join_all().await;
    path.come_back();
    let back = Instant::now();
    while write_one(&db, -1).await.is_err() {
        assert!(back.elapsed() < Duration::from_secs(2), "healthy again without our restart");
    }
    assert_eq!(code_ids(&db).await, (-1..20).collect::<Vec<_>>(), "nothing was applied late");
}

/// Ends every connection of the pool from the server's side while it rests.
async fn cut_all(db: &Db, place: &Place) {
    let mut killer = Db::connect(&place.options).await.unwrap().read().await.unwrap();
    let mut victims = Vec::new();
    for _ in 0..place.options.pool_size {
        let mut conn = db.read().await.unwrap();
        victims.push((one!(conn, (i32,), "SELECT pg_backend_pid()").unwrap(), conn));
    }
    for ((victim,), conn) in victims {
        drop(conn);
        all!(killer, (bool,), "SELECT pg_terminate_backend($1)", victim).unwrap();
    }
    sleep(Duration::from_millis(100)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_died_at_rest_is_replaced_unnoticed() {
    let place = Place::new(Kind::Postgres).await;
    let db = place.open().await;
    for id in 0..5 {
        cut_all(&db, &place).await;
        write_one(&db, id).await.unwrap();
        cut_all(&db, &place).await;
        assert_eq!(code_ids(&db).await.len() as i64, id + 1);
    }
    cut_all(&db, &place).await;
    sleep(Duration::from_millis(1100)).await;
    let mut tx = db.single().await.unwrap();
    run!(tx, "INSERT INTO codes (id) VALUES ($1)", 5_i64).expect("after a second of rest it is asked first");
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_enforces_the_limits_as_well() {
    let place = Place::new(Kind::Postgres).await;
    let db = place.open().await;
    let mut conn = db.read().await.unwrap();
    for (setting, value) in [
        ("statement_timeout", "2025ms"),
        ("lock_timeout", "2s"),
        ("idle_in_transaction_session_timeout", "2250ms"),
    ] {
        let found = one!(conn, (String,), "SELECT current_setting($1)", setting).unwrap();
        assert_eq!(found.0, value, "{setting}");
    }
}
