//! What has ended is forgotten, whole and without touching what lives.

use std::time::Duration;
use std::time::Instant;

use consentry::app::Use;
use consentry::jobs;
use consentry::model::id::GrantId;
use consentry::model::throttle::Limit;
use consentry::model::throttle::MOST_KEPT;
use consentry::store;
use consentry::store::db::Db;
use consentry::store::db::Kind;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::Executor;
use sqlx::PgConnection;
use sqlx::SqliteConnection;

use crate::harness::OAuthClient;
use crate::harness::Seed;
use crate::harness::Server;
use crate::harness::outside::Outside;
use crate::on_both;

on_both![
    a_year_of_ended_things_is_forgotten_and_nothing_that_lives,
    several_nodes_sweep_at_once,
    a_connection_stays_ended_when_its_end_is_forgotten,
    a_person_s_refusal_outlives_its_record,
    made_up_addresses_are_bounded_and_no_pause_is_forgotten,
];

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// So many ended things of each kind; more than one bite.
const MANY: usize = 1_200;

/// Ended things, as `INSERT INTO .. SELECT .. FROM n`: `K` is a key that is one row's alone, `T` the time.
const ENDED: &[&str] = &[
    // Ended on its own; of a deleted client; idle; of a grant that is gone; never redeemed.
    "authorizations (id, client_id, organization_id, user_id, grant_id, scopes, created_at, look_at, revoked_at) \
     SELECT 'a' || K, 'CLIENT', 'x', 'x', 'GRANT', '', T - 400 * DAY, T - 300 * DAY, T - 300 * DAY",
    "authorizations (id, client_id, organization_id, scopes, created_at, look_at) \
     SELECT 'b' || K, 'x', 'x', '', T - 400 * DAY, T - 300 * DAY",
    "authorizations (id, client_id, organization_id, user_id, grant_id, scopes, created_at, look_at) \
     SELECT 'c' || K, 'CLIENT', 'x', 'x', 'GRANT', '', T - 400 * DAY, T - 300 * DAY",
    "authorizations (id, client_id, organization_id, user_id, grant_id, scopes, created_at, look_at) \
     SELECT 'd' || K, 'CLIENT', 'x', 'x', 'x', '', T - 400 * DAY, T - 300 * DAY",
    "authorizations (id, client_id, organization_id, user_id, grant_id, scopes, created_at, look_at) \
     SELECT 'e' || K, 'CLIENT', 'x', 'x', 'GRANT', '', T - 3 * DAY, T - 2 * DAY",
    "authorization_codes (digest, authorization_id, redirect_uri, redirect_uri_named, expires_at, used_at) \
     SELECT 'c' || K, 'c' || K, 'x', TRUE, T - 399 * DAY, T - 400 * DAY",
    "authorization_codes (digest, authorization_id, redirect_uri, redirect_uri_named, expires_at) \
     SELECT 'e' || K, 'e' || K, 'x', TRUE, T - 2 * DAY",
    // Expired; revoked without an end; of what ended on its own; of a deleted client.
    "access_tokens (digest, authorization_id, scopes, created_at, expires_at) \
     SELECT 'a' || K, 'x', '', T - 400 * DAY, T - 300 * DAY",
    "access_tokens (digest, authorization_id, scopes, created_at, revoked_at) \
     SELECT 'b' || K, 'x', '', T - 400 * DAY, T - 300 * DAY",
    "access_tokens (digest, authorization_id, scopes, created_at) \
     SELECT 'c' || K, 'a' || K, '', T - 400 * DAY",
    "access_tokens (digest, authorization_id, scopes, created_at) \
     SELECT 'd' || K, 'b' || K, '', T - 400 * DAY",
    // Idle; of what ended on its own; of a grant that is gone.
    "refresh_tokens (digest, authorization_id, scopes, created_at, expires_at) \
     SELECT 'a' || K, 'c' || K, '', T - 400 * DAY, T - 300 * DAY",
    "refresh_tokens (digest, authorization_id, scopes, created_at) \
     SELECT 'b' || K, 'a' || K, '', T - 400 * DAY",
    "refresh_tokens (digest, authorization_id, scopes, created_at) \
     SELECT 'c' || K, 'd' || K, '', T - 400 * DAY",
    // Revoked; run out; of a deleted client.
    "grants (id, user_id, organization_id, client_id, scopes, created_at, revoked_at) \
     SELECT 'a' || K, 'x', 'x', 'x', '', T - 400 * DAY, T - 300 * DAY",
    "grants (id, user_id, organization_id, client_id, scopes, created_at, expires_at) \
     SELECT 'b' || K, K, 'x', 'x', '', T - 400 * DAY, T - 300 * DAY",
    "grants (id, user_id, organization_id, client_id, scopes, created_at) \
     SELECT 'c' || K, K, 'x', 'y', '', T - 400 * DAY",
    "logos (id, organization_id, png, created_at) SELECT K, 'ORGANIZATION', '', T - 300 * DAY",
    "client_secrets (id, client_id, digest, hint, created_at, expires_at) \
     SELECT K, 'CLIENT', K, '', T - 400 * DAY, T - 300 * DAY",
    "private_app_tokens (id, private_app_id, digest, hint, created_at, revoked_at) \
     SELECT 'a' || K, 'PRIVATE', 'a' || K, '', T - 400 * DAY, T - 300 * DAY",
    "private_app_tokens (id, private_app_id, digest, hint, created_at, expires_at) \
     SELECT 'b' || K, 'PRIVATE', 'b' || K, '', T - 400 * DAY, T - 300 * DAY",
    "throttles (subject, failures, since, last_at) SELECT K, 9, T - 300 * DAY, T - 300 * DAY",
    "settings (name, value, expires_at) SELECT K, '', T - 300 * DAY",
    "sessions (id, user_id, organization_id, created_at, authenticated_at, seen_at) \
     SELECT K, 'PERSON', 'ORGANIZATION', T - 400 * DAY, T - 400 * DAY, T - 300 * DAY",
];

/// Every table that [`ENDED`] fills, with its key.
const TABLES: &[(&str, &str)] = &[
    ("authorizations", "id"),
    ("authorization_codes", "digest"),
    ("access_tokens", "digest"),
    ("refresh_tokens", "digest"),
    ("grants", "id"),
    ("logos", "id"),
    ("client_secrets", "id"),
    ("private_app_tokens", "id"),
    ("throttles", "subject"),
    ("settings", "name"),
    ("sessions", "id"),
];

async fn ask(server: &Server, sql: String) {
    match server.app.db.kind() {
        Kind::Sqlite => {
            let mut connection = SqliteConnection::connect(server.database_url()).await.unwrap();
            connection.execute(AssertSqlSafe(sql)).await.map(drop)
        }
        Kind::Postgres => {
            let mut connection = PgConnection::connect(server.database_url()).await.unwrap();
            connection.execute(AssertSqlSafe(sql)).await.map(drop)
        }
    }
    .unwrap();
}

/// One value of the first row and column.
async fn text(server: &Server, sql: &str) -> String {
    match server.app.db.kind() {
        Kind::Sqlite => {
            let mut connection = SqliteConnection::connect(server.database_url()).await.unwrap();
            sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await
        }
        Kind::Postgres => {
            let mut connection = PgConnection::connect(server.database_url()).await.unwrap();
            sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await
        }
    }
    .unwrap()
}

async fn fill(server: &Server, seed: &Seed, client: &OAuthClient) {
    let grant = text(server, "SELECT MAX(id) FROM grants").await;
    let private = text(server, "SELECT MAX(id) FROM private_apps").await;
    for ended in ENDED {
        let sql = format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY}) INSERT INTO {ended} FROM n"
        );
        let sql = sql
            .replace("DAY", &format!("CAST({} AS BIGINT)", DAY.as_millis()))
            .replace("CLIENT", &client.id)
            .replace("GRANT", &grant)
            .replace("PRIVATE", &private)
            .replace("PERSON", seed.user_id.as_str())
            .replace("ORGANIZATION", seed.organization_id.as_str())
            .replace(" K,", " 'old-' || i,")
            .replace("|| K,", "|| 'old-' || i,")
            .replace("T -", &format!("{} -", server.app.now().millis()));
        ask(server, sql).await;
    }
}

/// How many rows of each table are ended things of [`fill`], and how many are not.
async fn counts(server: &Server) -> Vec<(&'static str, i64, i64)> {
    let mut counts = Vec::new();
    for (table, key) in TABLES {
        let count = async |condition: &str| -> i64 {
            let sql = format!("SELECT CAST(COUNT(*) AS TEXT) FROM {table} WHERE {key} {condition} '%old-%'");
            text(server, &sql).await.parse().unwrap()
        };
        counts.push((*table, count("LIKE").await, count("NOT LIKE").await));
    }
    counts
}

async fn sweep_often(server: &Server, patrol: &mut jobs::sweep::Patrol) {
    for _ in 0..2 * ENDED.len() {
        jobs::sweep::sweep(&server.app, patrol).await.unwrap();
    }
}

/// A client whose tokens end only when they are revoked.
async fn endless(server: &Server, seed: &Seed) -> OAuthClient {
    let change = |client: &mut consentry::model::client::Client| {
        client.access_lifetime = None;
        client.refresh_lifetime = None;
    };
    server.client_with(seed, change).await
}

async fn a_year_of_ended_things_is_forgotten_and_nothing_that_lives(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let client = endless(&server, &seed).await;
    let private = server.private_app(&seed, |_, _| {}).await;
    let first = client.connect(&mut server.signed_in(&seed).await).await;
    let second = client.refresh(first.text("refresh_token")).await;
    let own = client.client_credentials().await;
    server.settle().await;
    let before = counts(&server).await;

    fill(&server, &seed, &client).await;
    let filled: i64 = counts(&server).await.iter().map(|(_, ended, _)| ended).sum();
    assert_eq!(filled, (ENDED.len() * MANY) as i64);
    let mut patrol = jobs::sweep::Patrol::default();
    sweep_often(&server, &mut patrol).await;
    server.advance(DAY + Duration::from_secs(60 * 60));
    sweep_often(&server, &mut patrol).await;

    for ((table, ended, alive), (_, _, alive_before)) in counts(&server).await.into_iter().zip(before) {
        assert_eq!(ended, 0, "{table} still holds ended things");
        // A code and a session end within the day.
        if !["authorization_codes", "sessions"].contains(&table) {
            assert_eq!(alive, alive_before, "{table} lost something that lives, or grew");
        }
    }
    for token in [second.text("access_token"), own.text("access_token")] {
        assert!(client.is_active(token).await);
    }
    assert_eq!(client.call("/verify?scope=contacts.read", private.reveal()).await.status, 200);
    assert_eq!(client.refresh(second.text("refresh_token")).await.status, 200);
}

async fn several_nodes_sweep_at_once(kind: Kind) {
    let server = Server::start_nodes(kind, 2).await;
    let seed = server.seed("Acme", "ada@example.com", consentry::model::role::Role::Owner).await;
    let client = endless(&server, &seed).await;
    server.private_app(&seed, |_, _| {}).await;
    client.connect(&mut server.signed_in(&seed).await).await;
    fill(&server, &seed, &client).await;
    let (mut one, mut other) = (Default::default(), Default::default());
    for _ in 0..3 {
        let (one, other) = tokio::join!(
            jobs::sweep::sweep(&server.apps[0], &mut one),
            jobs::sweep::sweep(&server.apps[1], &mut other),
        );
        one.unwrap();
        other.unwrap();
        server.advance(DAY + Duration::from_secs(60 * 60));
    }
    let left = counts(&server).await;
    let left = left.iter().find(|(table, ..)| *table == "authorizations").unwrap();
    assert_eq!(left.1, 0, "{left:?}");
}

async fn a_connection_stays_ended_when_its_end_is_forgotten(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let client = endless(&server, &seed).await;
    let first = client.connect(&mut server.signed_in(&seed).await).await;
    let second = client.refresh(first.text("refresh_token")).await;
    assert_eq!(client.revoke(second.text("refresh_token")).await.status, 200);
    server.advance(33 * DAY);
    sweep_often(&server, &mut Default::default()).await;
    assert_eq!(
        text(&server, "SELECT CAST(COUNT(*) AS TEXT) FROM authorizations WHERE grant_id IS NOT NULL").await,
        "0"
    );
    for pair in [&first, &second] {
        assert!(!client.is_active(pair.text("access_token")).await);
        client.refresh(pair.text("refresh_token")).await.assert_error(400, "invalid_grant");
    }
}

async fn a_person_s_refusal_outlives_its_record(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let lasting = endless(&server, &seed).await;
    let mut pairs = Vec::new();
    for client in [&client, &lasting] {
        pairs.push((client, client.connect(&mut server.signed_in(&seed).await).await));
    }
    ask(&server, format!("UPDATE grants SET revoked_at = {}", server.app.now().millis())).await;
    server.advance(2 * DAY);
    sweep_often(&server, &mut Default::default()).await;
    assert_eq!(text(&server, "SELECT CAST(COUNT(*) AS TEXT) FROM grants").await, "0");
    for (client, pair) in pairs {
        assert!(!client.is_active(pair.text("access_token")).await);
        assert!(!client.is_active(pair.text("refresh_token")).await);
        client.refresh(pair.text("refresh_token")).await.assert_error(400, "invalid_grant");
    }
}

async fn made_up_addresses_are_bounded_and_no_pause_is_forgotten(kind: Kind) {
    const LIMIT: Limit = Limit { free: 5, window: DAY, longest_pause: None };
    const FLOOD: i64 = MOST_KEPT + 50_000;
    let server = Server::start(kind).await;
    let (app, now) = (&server.app, server.app.now());
    let failures = async |subject: &str| -> Option<i64> {
        let mut tx = app.db.begin().await.unwrap();
        let counted = store::throttles::count(&mut tx, subject, &LIMIT, now).await.unwrap();
        tx.commit().await.unwrap();
        counted.map(|throttle| throttle.failures)
    };
    for _ in 0..5 {
        failures("somebody").await.unwrap();
    }
    failures("form/sent").await.unwrap();
    let millis = now.millis() + 1000;
    ask(
        &server,
        format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {FLOOD}) \
             INSERT INTO throttles (subject, failures, since, last_at) SELECT 'made up ' || i, 1, {millis}, {millis} FROM n"
        ),
    )
    .await;
    jobs::throttles::trim(app).await.unwrap();
    let kept: i64 = text(&server, "SELECT CAST(COUNT(*) AS TEXT) FROM throttles").await.parse().unwrap();
    // The server's own task may take a bite at the same moment.
    assert!((MOST_KEPT - 1000..=MOST_KEPT).contains(&kept), "{kept}");
    assert_eq!(failures("somebody").await, None, "must wait as before");
    assert_eq!(failures("form/sent").await, Some(2), "is still known to have been sent");
}

async fn note_of(db: &Db) -> Option<i64> {
    let mut conn = db.read().await.unwrap();
    store::db::one!(conn, (Option<i64>,), "SELECT last_used_at FROM grants").unwrap().0
}

/// A sweep that waits for a lock delays neither the notes nor the stop.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sweep_that_hangs_delays_nothing() {
    let (server, seed, client) = Server::start_with_client(Kind::Postgres).await;
    client.connect(&mut server.signed_in(&seed).await).await;
    let outside = Outside::stop_writing(&server, "authorization_codes").await;
    let server = server.crash().await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let grant = text(&server, "SELECT id FROM grants").await;
    let grant = GrantId::parse(&grant).unwrap();
    server.app.usage.note(Use::Grant(&grant), server.app.now());
    server.settle().await;
    assert!(note_of(&server.app.db).await.is_some(), "the note is written while the sweep waits");
    let began = Instant::now();
    let server = server.restart().await;
    assert!(began.elapsed() < Duration::from_secs(2), "stopping took {:?}", began.elapsed());
    outside.end().await;
    drop(server);
}
