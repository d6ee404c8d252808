//! A new master key: what was made under the old one works as long as that is held.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use consentry::base::keyring::Keyring;
use consentry::model::role::Role;
use consentry::store::db::Kind;
use reqwest::Method;

use crate::harness::Answer;
use crate::harness::OAuthClient;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;

on_both![
    under_a_new_key_everything_goes_on,
    without_the_old_key_only_what_needs_it_has_ended,
    a_node_that_lacks_the_key_of_a_successor_says_try_again,
    nodes_whose_current_keys_differ_take_each_others_forms,
    no_order_of_restarts_loses_a_connection,
];

async fn under_a_new_key_everything_goes_on(kind: Kind) {
    let (mut server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let first = client.connect(&mut browser).await;
    let lost = client.refresh(first.text("refresh_token")).await;
    let page = browser.get(&client.authorize_path(&[("prompt", "consent")])).await;
    server.add_key();
    let server = server.restart().await;
    server.advance(Duration::from_secs(61));
    let found = client.refresh(first.text("refresh_token")).await;
    assert_eq!(found.json["refresh_token"], lost.json["refresh_token"], "the same successor as before");
    assert_eq!(found.json["access_token"], lost.json["access_token"]);
    assert_eq!(client.refresh(found.text("refresh_token")).await.status, 200);
    let older = browser.submit(&page, "/authorize", &[("decision", "allow")]).await;
    assert_eq!(older.status, 303, "a form that was shown under the old key still counts");
    let allowed = client.allow(&mut browser, &[("prompt", "consent")]).await;
    assert_eq!(client.redeem(&allowed.redirected("code").unwrap()).await.status, 200);
}

async fn without_the_old_key_only_what_needs_it_has_ended(kind: Kind) {
    let (mut server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let (kept, rotated) = (client.connect(&mut browser).await, client.connect(&mut browser).await);
    client.refresh(rotated.text("refresh_token")).await;
    server.add_key();
    server.retire_keys();
    let server = server.restart().await;
    assert!(client.is_active(kept.text("access_token")).await);
    assert_eq!(client.refresh(kept.text("refresh_token")).await.status, 200);
    // Another node may hold it still: nobody is told that the connection has ended.
    client.refresh(rotated.text("refresh_token")).await.assert_error(503, "temporarily_unavailable");
    assert!(client.connect(&mut browser).await.status.is_success(), "the session goes on");
    drop(server);
}

/// Two nodes with one key, an app, and rings of that key and a fresh one: the fresh one behind, and in front.
async fn two_nodes(kind: Kind) -> (Server, Seed, OAuthClient, [String; 3]) {
    let server = Server::start_nodes(kind, 2).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let client = server.client(&seed).await;
    let old = server.keys();
    let fresh = Keyring::generate(server.app.now()).current().expose().to_string();
    let rings = [old.clone(), format!("{old},{fresh}"), format!("{fresh},{old}")];
    (server, seed, client, rings)
}

async fn a_node_that_lacks_the_key_of_a_successor_says_try_again(kind: Kind) {
    let (mut server, seed, client, [_, _, promoted]) = two_nodes(kind).await;
    let first = client.connect(&mut server.signed_in(&seed).await).await;
    server.roll(0, &promoted).await;
    let (ahead, behind) = (client.at(&server.nodes[0]), client.at(&server.nodes[1]));
    let lost = ahead.refresh(first.text("refresh_token")).await;
    assert_eq!(lost.status, 200, "{lost:?}");
    for _ in 0..2 {
        let refused = behind.refresh(first.text("refresh_token")).await;
        refused.assert_error(503, "temporarily_unavailable");
        assert!(!refused.header("retry-after").is_empty());
        server.advance(Duration::from_secs(61));
    }
    let found = ahead.refresh(first.text("refresh_token")).await;
    assert_eq!(found.json["refresh_token"], lost.json["refresh_token"]);
    let next = behind.refresh(found.text("refresh_token")).await;
    assert_eq!(
        next.status, 200,
        "a token is not bound to a node, only the repeat of its answer is: {next:?}"
    );
    assert_eq!(ahead.refresh(next.text("refresh_token")).await.status, 200);
}

async fn nodes_whose_current_keys_differ_take_each_others_forms(kind: Kind) {
    let (mut server, seed, client, [_, added, promoted]) = two_nodes(kind).await;
    server.roll(0, &promoted).await;
    server.roll(1, &added).await;
    let mut browser = server.signed_in(&seed).await;
    let origin = server.issuer().to_owned();
    for (shown, posted) in [(0, 1), (1, 0), (0, 0), (1, 1)] {
        let path = client.authorize_path(&[("prompt", "consent")]);
        let page = browser.get(&format!("{}{path}", server.nodes[shown])).await;
        let fields = page.changed("/authorize", &[("decision", "allow")]);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let done = browser.post_from(&origin, &format!("{}/authorize", server.nodes[posted]), &fields).await;
        assert_eq!(done.status, 303, "shown by {shown}, posted to {posted}: {done:?}");
        assert_eq!(client.redeem(&done.redirected("code").unwrap()).await.status, 200);
    }
}

/// A connection that refreshes as fast as it can, wherever it gets an answer. Now and then it loses one.
async fn refresh_until(
    done: Arc<AtomicBool>,
    client: OAuthClient,
    first: Answer,
    refreshed: Arc<AtomicUsize>,
) {
    let mut leaf = first.text("refresh_token").to_owned();
    for number in 0.. {
        let next = insist(&client, &leaf).await;
        if number % 3 == 0 {
            let again = insist(&client, &leaf).await;
            assert_eq!(
                again.json["refresh_token"], next.json["refresh_token"],
                "a lost answer is given again"
            );
        }
        leaf = next.text("refresh_token").to_owned();
        refreshed.fetch_add(1, Ordering::Relaxed);
        if done.load(Ordering::Relaxed) {
            break;
        }
    }
    let next = insist(&client, &leaf).await;
    assert!(insist(&client, next.text("refresh_token")).await.status.is_success());
}

/// As a good client does: tries again when there is no answer, or one that says to.
async fn insist(client: &OAuthClient, token: &str) -> Answer {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
    for _ in 0..400 {
        let request = client.request(Method::POST, "/token").header("authorization", client.basic());
        if let Ok(response) = request.form(&fields).send().await {
            let answer = Answer::of(response).await;
            match answer.status.as_u16() {
                200 => return answer,
                503 => {}
                _ => panic!("a connection was lost: {answer:?}"),
            }
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("no answer in ten seconds");
}

async fn no_order_of_restarts_loses_a_connection(kind: Kind) {
    let (mut server, seed, client, [old, added, promoted]) = two_nodes(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let (done, refreshed) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let mut traffic = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let first = client.connect(&mut browser).await;
        traffic.spawn(refresh_until(done.clone(), client.again(), first, refreshed.clone()));
    }
    // As the handbook says, in both orders of nodes and back again; then all at once, without the step in between.
    let by_the_book = [(0, &added), (1, &added), (0, &promoted), (1, &promoted), (1, &added), (0, &added)];
    let other_order = [(1, &promoted), (0, &promoted), (0, &added), (1, &added), (1, &old), (0, &old)];
    let in_one_step = [(0, &promoted), (1, &promoted)];
    for (node, ring) in by_the_book.into_iter().chain(other_order).chain(in_one_step) {
        let before = refreshed.load(Ordering::Relaxed);
        server.roll(node, ring).await;
        for _ in 0..400 {
            if let Some(lost) = traffic.try_join_next() {
                lost.unwrap();
            }
            if refreshed.load(Ordering::Relaxed) >= before + 8 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }
    done.store(true, Ordering::Relaxed);
    while let Some(connection) = traffic.join_next().await {
        connection.unwrap();
    }
    assert!(refreshed.load(Ordering::Relaxed) > 14 * 8, "{refreshed:?}");
}
