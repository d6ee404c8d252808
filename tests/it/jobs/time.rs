//! A machine's clock goes wrong: what had ended does not live again, nothing is forgotten, and the service goes on.

use std::time::Duration;

use consentry::base::clock::Clock;
use consentry::jobs;
use consentry::model::role::Role;
use consentry::store;
use consentry::store::db::Kind;

use crate::harness::OAuthClient;
use crate::harness::Server;
use crate::on_both;

on_both![
    nothing_that_had_ended_lives_again_when_the_clock_goes_back,
    a_clock_that_goes_back_is_noticed_on_a_node_that_did_not_see_it,
    a_wild_jump_forward_deletes_nothing_and_the_service_goes_on_after_it,
];

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: i64 = 60 * 60 * 1000;

async fn health(client: &OAuthClient) -> String {
    let answer = client.call("/health/ready", "").await;
    assert_eq!((answer.status.as_u16(), answer.text("status")), (200, "ready"));
    assert_eq!(client.call("/health/live", "").await.status, 200);
    answer.text("clock").to_owned()
}

async fn nothing_that_had_ended_lives_again_when_the_clock_goes_back(kind: Kind) {
    let (mut server, seed, _) = Server::start_with_client(kind).await;
    let client = server.client_with(&seed, |client| client.refresh_lifetime = None).await;
    let mut browser = server.signed_in(&seed).await;
    let code = client.code(&mut browser).await;
    let old = client.connect(&mut browser).await;
    let first = client.connect(&mut browser).await;
    let second = client.refresh(first.text("refresh_token")).await;
    client.refresh(second.text("refresh_token")).await;
    server.advance(61 * MINUTE);
    server.app.keep_time().await.unwrap();
    assert_eq!(health(&client).await, "right");

    // Two hours, two days, and the teeth of a saw; then a restart with the clock as wrong as it is.
    for jump in [-2 * HOUR, -46 * HOUR, 47 * HOUR, -47 * HOUR, HOUR, -HOUR] {
        server.clock.jump(jump);
        client.redeem(&code).await.assert_error(400, "invalid_grant");
        assert!(!client.is_active(old.text("access_token")).await, "after a jump of {jump}");
        server.app.keep_time().await.unwrap();
    }
    assert!(health(&client).await.ends_with(" seconds behind"));
    server = server.restart().await;
    client.redeem(&code).await.assert_error(400, "invalid_grant");
    assert!(!client.is_active(old.text("access_token")).await, "after a restart");
    client.refresh(first.text("refresh_token")).await.assert_error(400, "invalid_grant");

    let fresh = client.refresh(old.text("refresh_token")).await;
    assert_eq!(fresh.status, 200, "the service goes on: {fresh:?}");
    assert!(client.is_active(fresh.text("access_token")).await);
    server.advance(3 * 60 * MINUTE);
    server.app.keep_time().await.unwrap();
    assert!(!client.is_active(fresh.text("access_token")).await, "time goes on");
}

async fn a_clock_that_goes_back_is_noticed_on_a_node_that_did_not_see_it(kind: Kind) {
    let clocks = vec![Clock::default(), Clock::default()];
    let server = Server::start(kind).await.spread(clocks.clone()).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let client = server.client(&seed).await;
    let (one, other) = (client.at(&server.nodes[0]), client.at(&server.nodes[1]));
    let code = one.code(&mut server.signed_in(&seed).await).await;
    clocks[0].advance(11 * MINUTE);
    server.apps[0].keep_time().await.unwrap();
    // The other machine was asleep all the while.
    server.apps[1].keep_time().await.unwrap();
    other.redeem(&code).await.assert_error(400, "invalid_grant");
    assert!(health(&other).await.ends_with(" seconds behind"));
    assert_eq!(health(&one).await, "right");
}

async fn a_wild_jump_forward_deletes_nothing_and_the_service_goes_on_after_it(kind: Kind) {
    const TEN_YEARS: i64 = 87_600 * HOUR;
    let (mut server, seed, client) = Server::start_with_client(kind).await;
    let private = server.private_app(&seed, |_, _| {}).await;
    let mut browser = server.signed_in(&seed).await;
    let pair = client.connect(&mut browser).await;
    let other = client.connect(&mut browser).await;
    let begun = server.app.now();
    server.clock.jump(TEN_YEARS);
    server.app.keep_time().await.unwrap();
    assert!(health(&client).await.ends_with(" seconds ahead"));
    assert!(!client.is_active(pair.text("access_token")).await, "tokens end early");
    let wild = client.client_credentials().await;
    jobs::sweep::sweep(&server.app, &mut Default::default()).await.unwrap();
    server = server.restart().await;
    jobs::sweep::sweep(&server.app, &mut Default::default()).await.unwrap();
    let mut conn = server.app.db.read().await.unwrap();
    for (table, expected) in
        [("users", 1), ("clients", 1), ("grants", 1), ("refresh_tokens", 2), ("sessions", 1)]
    {
        let sql = match table {
            "users" => "SELECT COUNT(*) FROM users",
            "clients" => "SELECT COUNT(*) FROM clients",
            "grants" => "SELECT COUNT(*) FROM grants",
            "refresh_tokens" => "SELECT COUNT(*) FROM refresh_tokens",
            _ => "SELECT COUNT(*) FROM sessions",
        };
        let (count,) = store::db::one!(conn, (i64,), sql).unwrap();
        assert_eq!(count, expected, "{table}");
    }
    drop(conn);

    server.clock.jump(-TEN_YEARS);
    server.app.keep_time().await.unwrap();
    assert!(server.app.now() < begun + 2 * MINUTE, "the time is not held up");
    assert_eq!(health(&client).await, "right");
    assert!(client.is_active(pair.text("access_token")).await);
    assert_eq!(client.call("/verify?scope=contacts.read", private.reveal()).await.status, 200);
    assert!(!client.is_active(wild.text("access_token")).await, "it would last ten years");
    let next = client.refresh(other.text("refresh_token")).await;
    assert_eq!(next.status, 200, "{next:?}");
    assert!(client.is_active(next.text("access_token")).await);
    server.advance(61 * MINUTE);
    assert!(!client.is_active(next.text("access_token")).await, "tokens end as before");
}
