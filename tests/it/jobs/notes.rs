//! When credentials were used: however many notes there are, they get written.

use std::time::Duration;

use consentry::app::Use;
use consentry::base::clock::Timestamp;
use consentry::model::id::GrantId;
use consentry::store;
use consentry::store::db::Db;
use consentry::store::db::Kind;

use crate::harness::Server;
use crate::harness::outside::Outside;
use crate::on_both;

on_both![
    what_piled_up_while_the_database_was_away_is_written_afterwards,
    nodes_that_write_the_same_notes_do_not_hinder_each_other,
    a_stopped_server_has_written_its_last_notes,
];

/// So many grants that can be used.
async fn grants(db: &Db, count: usize) -> Vec<GrantId> {
    let ids: Vec<_> =
        (0..count).map(|number| GrantId::generate(Timestamp::from_millis(number as i64))).collect();
    let texts: Vec<_> = ids.iter().map(GrantId::as_str).collect();
    let mut tx = db.begin().await.unwrap();
    store::db::run!(
        tx,
        sqlite: "INSERT INTO grants (id, user_id, organization_id, client_id, scopes, created_at) \
             SELECT value, value, 'org', 'app', '', 0 FROM json_each($1)",
        postgres: "INSERT INTO grants (id, user_id, organization_id, client_id, scopes, created_at) \
             SELECT value, value, 'org', 'app', '', 0 FROM json_array_elements_text($1::json)",
        serde_json::to_string(&texts).unwrap(),
    )
    .unwrap();
    tx.commit().await.unwrap();
    ids
}

async fn used_at(db: &Db, at: Timestamp) -> i64 {
    let mut conn = db.read().await.unwrap();
    let sql = "SELECT COUNT(*) FROM grants WHERE last_used_at = $1";
    store::db::one!(conn, (i64,), sql, at).unwrap().0
}

async fn what_piled_up_while_the_database_was_away_is_written_afterwards(kind: Kind) {
    const MANY: usize = 20_000;
    let server = Server::start(kind).await;
    let (app, now) = (&server.app, server.app.now());
    let ids = grants(&app.db, MANY).await;
    let outside = Outside::stop_writing(&server, "grants").await;
    ids.iter().for_each(|id| app.usage.note(Use::Grant(id), now));
    for _ in 0..2 {
        app.usage.flush(&app.db).await.unwrap_err();
        // The server's own task may have some in its hands.
        assert!(app.usage.waiting() >= MANY - 250, "nothing is lost");
    }
    outside.end().await;
    app.usage.flush(&app.db).await.unwrap();
    assert_eq!(used_at(&app.db, now).await, MANY as i64);
}

async fn nodes_that_write_the_same_notes_do_not_hinder_each_other(kind: Kind) {
    const MANY: usize = 3_000;
    let server = Server::start_nodes(kind, 2).await;
    let (one, other) = (&server.apps[0], &server.apps[1]);
    let ids = grants(&one.db, MANY).await;
    for _ in 0..5 {
        server.advance(Duration::from_secs(10 * 60));
        let (now, later) = (one.now(), one.now() + Duration::from_millis(1));
        ids.iter().for_each(|id| one.usage.note(Use::Grant(id), later));
        ids.iter().rev().for_each(|id| other.usage.note(Use::Grant(id), now));
        let (one_wrote, other_wrote) = tokio::join!(one.usage.flush(&one.db), other.usage.flush(&other.db));
        one_wrote.unwrap();
        other_wrote.unwrap();
        assert_eq!(used_at(&one.db, later).await, MANY as i64, "the later use stays");
    }
}

async fn a_stopped_server_has_written_its_last_notes(kind: Kind) {
    let server = Server::start(kind).await;
    let now = server.app.now();
    let ids = grants(&server.app.db, 1_000).await;
    ids.iter().for_each(|id| server.app.usage.note(Use::Grant(id), now));
    let server = server.restart().await;
    assert_eq!(used_at(&server.app.db, now).await, 1_000);
}

/// Rows that take so long that a full unit outlasts its deadline: the units shrink until they fit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_database_gets_smaller_units() {
    let server = Server::start(Kind::Postgres).await;
    let (app, now) = (&server.app, server.app.now());
    let ids = grants(&app.db, 180).await;
    let mut tx = app.db.begin().await.unwrap();
    let function = "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN PERFORM pg_sleep(0.02); RETURN NEW; END $$";
    store::db::run!(tx, function).unwrap();
    let trigger = "CREATE TRIGGER slow BEFORE UPDATE ON grants FOR EACH ROW EXECUTE FUNCTION slow()";
    store::db::run!(tx, trigger).unwrap();
    tx.commit().await.unwrap();
    ids.iter().for_each(|id| app.usage.note(Use::Grant(id), now));
    let mut failures = 0;
    while app.usage.flush(&app.db).await.is_err() {
        failures += 1;
        assert!(failures < 5, "{} notes are left", app.usage.waiting());
    }
    assert_eq!(used_at(&app.db, now).await, 180);
}
