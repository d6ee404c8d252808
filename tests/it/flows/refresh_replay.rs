//! A refresh token that is presented again: a lost answer is given once more, a replay ends the authorization.

use std::time::Duration;

use consentry::model::lifetime::Seconds;
use consentry::model::role::Role;
use consentry::store;
use consentry::store::db::Kind;

use crate::harness::Answer;
use crate::harness::OAuthClient;
use crate::harness::Server;
use crate::on_both;

on_both![
    inside_the_window_the_old_token_may_come_again_freely,
    a_client_has_its_own_window,
    a_lost_answer_is_given_again_long_after_the_window,
    a_lost_answer_whose_access_token_has_ended_comes_with_a_fresh_one,
    a_replay_after_any_use_of_the_successor_revokes_the_authorization,
    a_use_on_another_node_counts_too,
    a_use_is_remembered_longer_than_the_token_that_was_used,
    a_use_of_the_fresh_access_token_counts_too,
    an_authorization_of_another_connection_is_not_touched,
];

/// A little more than the window of the harness's clients.
const AFTER: Duration = Duration::from_secs(61);

fn same_pair(one: &Answer, other: &Answer) {
    assert_eq!((one.status.as_u16(), other.status.as_u16()), (200, 200), "{one:?} {other:?}");
    for name in ["access_token", "refresh_token"] {
        assert_eq!(one.text(name), other.text(name));
    }
}

async fn inside_the_window_the_old_token_may_come_again_freely(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let first = client.connect(&mut server.signed_in(&seed).await).await;
    let second = client.refresh(first.text("refresh_token")).await;
    assert!(client.is_active(second.text("access_token")).await);
    let third = client.refresh(second.text("refresh_token")).await;
    server.advance(Duration::from_secs(58));
    same_pair(&client.refresh(first.text("refresh_token")).await, &second);
    same_pair(&client.refresh(second.text("refresh_token")).await, &third);
    assert!(!client.is_active(second.text("refresh_token")).await, "one leaf lives at most");
    assert!(client.is_active(third.text("refresh_token")).await);
}

async fn a_client_has_its_own_window(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let client = server.client_with(&seed, |client| client.refresh_window = Seconds::hours(1)).await;
    let first = client.connect(&mut server.signed_in(&seed).await).await;
    let second = client.refresh(first.text("refresh_token")).await;
    client.refresh(second.text("refresh_token")).await;
    server.advance(Duration::from_secs(59 * 60));
    same_pair(&client.refresh(first.text("refresh_token")).await, &second);
    server.advance(AFTER);
    client.refresh(first.text("refresh_token")).await.assert_error(400, "invalid_grant");
}

async fn a_lost_answer_is_given_again_long_after_the_window(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let first = client.connect(&mut server.signed_in(&seed).await).await;
    let lost = client.refresh(first.text("refresh_token")).await;
    server.advance(Duration::from_secs(40 * 60));
    let found = client.refresh(first.text("refresh_token")).await;
    same_pair(&found, &lost);
    assert_eq!(found.json["expires_in"], 20 * 60, "the same token ends when it always did");
    assert_eq!(client.refresh(found.text("refresh_token")).await.status, 200);
}

async fn a_lost_answer_whose_access_token_has_ended_comes_with_a_fresh_one(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let first = client.connect(&mut server.signed_in(&seed).await).await;
    let lost = client.refresh(first.text("refresh_token")).await;
    server.advance(Duration::from_secs(7 * 24 * 60 * 60));
    let found = client.refresh(first.text("refresh_token")).await;
    assert_eq!(found.status, 200, "{found:?}");
    assert_eq!(found.text("refresh_token"), lost.text("refresh_token"));
    assert_ne!(found.text("access_token"), lost.text("access_token"));
    assert_eq!(found.json["expires_in"], 3600);
    assert!(client.is_active(found.text("access_token")).await);
    assert!(!client.is_active(lost.text("access_token")).await);
}

/// How a client shows that it got the answer.
#[derive(Clone, Copy, Debug)]
enum Use {
    Rotated,
    Verified,
    Introspected,
    Revoked,
}

async fn use_it(client: &OAuthClient, pair: &Answer, how: Use) {
    match how {
        Use::Rotated => assert_eq!(client.refresh(pair.text("refresh_token")).await.status, 200),
        Use::Verified => assert_eq!(
            client.call("/verify?scope=contacts.read", pair.text("access_token")).await.status,
            200
        ),
        Use::Revoked => assert_eq!(client.revoke(pair.text("access_token")).await.status, 200),
        Use::Introspected => assert!(client.is_active(pair.text("access_token")).await),
    }
}

async fn a_replay_after_any_use_of_the_successor_revokes_the_authorization(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    for how in [Use::Rotated, Use::Verified, Use::Introspected, Use::Revoked] {
        let first = client.connect(&mut browser).await;
        let second = client.refresh(first.text("refresh_token")).await;
        use_it(&client, &second, how).await;
        server.advance(AFTER);
        client.refresh(first.text("refresh_token")).await.assert_error(400, "invalid_grant");
        for pair in [&first, &second] {
            client.refresh(pair.text("refresh_token")).await.assert_error(400, "invalid_grant");
            assert!(!client.is_active(pair.text("refresh_token")).await, "{how:?}");
            assert!(!client.is_active(pair.text("access_token")).await, "{how:?}");
            client
                .call("/verify?scope=contacts.read", pair.text("access_token"))
                .await
                .assert_error(401, "invalid_token");
        }
    }
    let mut conn = server.app.db.read().await.unwrap();
    let sql = "SELECT COUNT(*) FROM audit_events WHERE action = 'authorization.revoked_after_replay' AND actor = $1";
    let (told,) = store::db::one!(conn, (i64,), sql, client.id.as_str()).unwrap();
    assert_eq!(told, 4, "the app's owner is told once for each");
}

async fn a_use_on_another_node_counts_too(kind: Kind) {
    let server = Server::start_nodes(kind, 2).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let client = server.client(&seed).await;
    let first = client.connect(&mut server.signed_in(&seed).await).await;
    let second = client.refresh(first.text("refresh_token")).await;
    for node in &server.nodes {
        let url = format!("{node}/verify?scope=contacts.read");
        let used = reqwest::Client::new().get(url).bearer_auth(second.text("access_token")).send().await;
        assert_eq!(used.unwrap().status(), 200);
    }
    server.settle().await;
    server.advance(AFTER);
    client.refresh(first.text("refresh_token")).await.assert_error(400, "invalid_grant");
    for _ in &server.nodes {
        client.refresh(second.text("refresh_token")).await.assert_error(400, "invalid_grant");
    }
}

/// What ended long ago is forgotten, as it is in production.
async fn three_days_later(server: &Server) {
    server.app.usage.flush(&server.app.db).await.unwrap();
    server.settle().await;
    server.advance(Duration::from_secs(3 * 24 * 60 * 60));
    consentry::jobs::sweep::sweep(&server.app, &mut Default::default()).await.unwrap();
}

async fn a_use_is_remembered_longer_than_the_token_that_was_used(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    for how in [Use::Verified, Use::Revoked] {
        let first = client.connect(&mut browser).await;
        let second = client.refresh(first.text("refresh_token")).await;
        use_it(&client, &second, how).await;
        three_days_later(&server).await;
        client.refresh(first.text("refresh_token")).await.assert_error(400, "invalid_grant");
        client.refresh(second.text("refresh_token")).await.assert_error(400, "invalid_grant");
        browser = server.signed_in(&seed).await;
    }
}

async fn a_use_of_the_fresh_access_token_counts_too(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let first = client.connect(&mut server.signed_in(&seed).await).await;
    let lost = client.refresh(first.text("refresh_token")).await;
    three_days_later(&server).await;
    let found = client.refresh(first.text("refresh_token")).await;
    assert_eq!(found.text("refresh_token"), lost.text("refresh_token"), "a lost answer is given even now");
    assert!(client.is_active(found.text("access_token")).await);
    server.settle().await;
    client.refresh(first.text("refresh_token")).await.assert_error(400, "invalid_grant");
    client.refresh(found.text("refresh_token")).await.assert_error(400, "invalid_grant");
}

async fn an_authorization_of_another_connection_is_not_touched(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let (attacked, other) = (client.connect(&mut browser).await, client.connect(&mut browser).await);
    let second = client.refresh(attacked.text("refresh_token")).await;
    client.refresh(second.text("refresh_token")).await;
    server.advance(AFTER);
    client.refresh(attacked.text("refresh_token")).await.assert_error(400, "invalid_grant");
    assert!(client.is_active(other.text("access_token")).await);
    assert_eq!(client.refresh(other.text("refresh_token")).await.status, 200);
}
