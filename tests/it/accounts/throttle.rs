//! The rule of pauses is written twice, for one statement and for the answer; both say the same.

use std::time::Duration;

use consentry::base::clock::Timestamp;
use consentry::model::lifetime::Seconds;
use consentry::model::throttle::Limit;
use consentry::store::db::Db;
use consentry::store::db::Kind;
use consentry::store::throttles;

use crate::harness::Server;
use crate::on_both;

on_both![the_statement_lets_through_what_the_rule_does, a_full_window_ends];

const GROWING: Limit =
    Limit { free: 3, window: Duration::from_secs(86_400), longest_pause: Some(Seconds::minutes(15)) };
const HARD: Limit = Limit { free: 3, window: Duration::from_secs(600), longest_pause: None };

async fn count(db: &Db, limit: &Limit, now: Timestamp) -> bool {
    let mut tx = db.single().await.unwrap();
    let counted = throttles::count(&mut tx, "subject", limit, now).await.unwrap();
    tx.commit().await.unwrap();
    counted.is_some()
}

async fn wait(db: &Db, limit: &Limit, now: Timestamp) -> Duration {
    let found = throttles::find(&mut db.read().await.unwrap(), "subject").await.unwrap();
    found.map(|throttle| throttle.wait(limit, now)).unwrap_or_default()
}

async fn the_statement_lets_through_what_the_rule_does(kind: Kind) {
    let server = Server::start(kind).await;
    let db = &server.app.db;
    let mut now = server.app.now();
    for failure in 0..20 {
        let pause = wait(db, &GROWING, now).await;
        if pause > Duration::ZERO {
            assert!(!count(db, &GROWING, now).await, "failure {failure} at once");
            let early = now + pause - Duration::from_millis(1);
            assert!(!count(db, &GROWING, early).await, "failure {failure} a moment too early");
            now = now + pause;
        }
        assert!(count(db, &GROWING, now).await, "failure {failure} after {pause:?}");
    }
    assert_eq!(wait(db, &GROWING, now).await, Duration::from_secs(900));
}

async fn a_full_window_ends(kind: Kind) {
    let server = Server::start(kind).await;
    let db = &server.app.db;
    let start = server.app.now();
    for _ in 0..3 {
        assert!(count(db, &HARD, start).await);
    }
    let end = start + HARD.window;
    assert!(!count(db, &HARD, end - Duration::from_millis(1)).await);
    assert_eq!(wait(db, &HARD, start).await, HARD.window);
    assert!(count(db, &HARD, end).await);
    assert_eq!(wait(db, &HARD, end).await, Duration::ZERO);
}
