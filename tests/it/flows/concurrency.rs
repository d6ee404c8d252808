//! Many at once, on two nodes; and what a restart finds.

use std::time::Duration;

use consentry::model::role::Role;
use consentry::store::db::Kind;
use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream;

use crate::harness::Answer;
use crate::harness::OAuthClient;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;

on_both![
    a_hundred_codes_have_a_hundred_winners,
    nothing_survives_a_revocation_beside_refreshes,
    nothing_survives_a_replayed_code_beside_refreshes,
    a_person_allowing_twice_at_once_has_one_grant,
    a_restart_keeps_everything,
];

async fn start(kind: Kind) -> (Server, Seed, OAuthClient) {
    let server = Server::start_nodes(kind, 2).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let client = server.client(&seed).await;
    (server, seed, client)
}

/// The longest that one node may not know what happened on the other.
const MOMENT: Duration = Duration::from_millis(1050);

async fn a_hundred_codes_have_a_hundred_winners(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let mut codes = Vec::new();
    for _ in 0..100 {
        codes.push(client.code(&mut browser).await);
    }
    let tries: Vec<String> = (0..20).flat_map(|_| codes.clone()).collect();
    let answers: Vec<Answer> =
        stream::iter(&tries).map(|code| client.redeem(code)).buffer_unordered(100).collect().await;
    let won = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(won, 100);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.assert_error(400, "invalid_grant");
    }
    tokio::time::sleep(MOMENT).await;
    for answer in answers.iter().filter(|answer| answer.status == 200) {
        assert!(
            !client.is_active(answer.text("access_token")).await,
            "the replays ended every authorization"
        );
        client.refresh(answer.text("refresh_token")).await.assert_error(400, "invalid_grant");
    }
}

/// Fails unless every token in `answers` is dead on both nodes.
async fn all_dead(client: &OAuthClient, answers: &[Answer]) {
    tokio::time::sleep(MOMENT).await;
    for answer in answers.iter().filter(|answer| answer.status == 200) {
        for _ in 0..2 {
            assert!(!client.is_active(answer.text("access_token")).await);
            client.refresh(answer.text("refresh_token")).await.assert_error(400, "invalid_grant");
        }
    }
}

/// Refreshes along the chain until it is refused, on whichever node.
async fn keep_refreshing(client: &OAuthClient, refresh_token: &str) -> Vec<Answer> {
    let mut answers: Vec<Answer> = Vec::new();
    let mut leaf = refresh_token.to_owned();
    for _ in 0..200 {
        let answer = client.refresh(&leaf).await;
        if answer.status != 200 {
            answer.assert_error(400, "invalid_grant");
            return answers;
        }
        leaf = answer.text("refresh_token").to_owned();
        answers.push(answer);
    }
    answers
}

async fn nothing_survives_a_revocation_beside_refreshes(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    let mut browser = server.signed_in(&seed).await;
    for _ in 0..3 {
        let first = client.connect(&mut browser).await;
        let refresh_token = first.text("refresh_token");
        let refreshing = join_all((0..8).map(|_| keep_refreshing(&client, refresh_token)));
        let revoking = async {
            tokio::time::sleep(Duration::from_millis(60)).await;
            client.revoke(refresh_token).await
        };
        let (answers, revoked) = tokio::join!(refreshing, revoking);
        assert_eq!(revoked.status, 200);
        let mut all: Vec<Answer> = answers.into_iter().flatten().collect();
        all.dedup_by(|one, other| one.json == other.json);
        all.push(first.clone());
        all_dead(&client, &all).await;
    }
}

async fn nothing_survives_a_replayed_code_beside_refreshes(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    let code = client.code(&mut server.signed_in(&seed).await).await;
    let first = client.redeem(&code).await;
    let refreshing = join_all((0..8).map(|_| keep_refreshing(&client, first.text("refresh_token"))));
    let replaying = async {
        tokio::time::sleep(Duration::from_millis(60)).await;
        client.redeem(&code).await
    };
    let (answers, replayed) = tokio::join!(refreshing, replaying);
    replayed.assert_error(400, "invalid_grant");
    let mut all: Vec<Answer> = answers.into_iter().flatten().collect();
    all.dedup_by(|one, other| one.json == other.json);
    all.push(first.clone());
    all_dead(&client, &all).await;
}

async fn a_person_allowing_twice_at_once_has_one_grant(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    let path = client.authorize_path(&[]);
    let mut browsers = Vec::new();
    for _ in 0..8 {
        let mut browser = server.signed_in(&seed).await;
        let page = browser.get(&path).await;
        browsers.push((browser, page));
    }
    let allow = [("decision", "allow")];
    let pressed = browsers.iter_mut().map(|(browser, page)| browser.submit(page, "/authorize", &allow));
    for page in join_all(pressed).await {
        let code = page.redirected("code").unwrap_or_else(|| panic!("no code: {page:?}"));
        assert_eq!(client.redeem(&code).await.status, 200);
    }
    let mut conn = server.app.db.read().await.unwrap();
    let sql = "SELECT COUNT(*) FROM grants WHERE revoked_at IS NULL";
    let (grants,) = consentry::store::db::one!(conn, (i64,), sql).unwrap();
    assert_eq!(grants, 1);
}

async fn a_restart_keeps_everything(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let rotated = client.connect(&mut browser).await;
    let live = client.refresh(rotated.text("refresh_token")).await;
    let revoked = client.connect(&mut browser).await;
    client.revoke(revoked.text("refresh_token")).await;
    let code = client.code(&mut browser).await;
    let spent = client.code(&mut browser).await;
    client.redeem(&spent).await;
    let private = server.private_app(&seed, |_, _| {}).await;
    let page = browser.get(&client.authorize_path(&[("prompt", "consent")])).await;

    let server = server.restart().await;
    assert!(client.is_active(live.text("access_token")).await);
    assert!(!client.is_active(revoked.text("access_token")).await);
    client.refresh(revoked.text("refresh_token")).await.assert_error(400, "invalid_grant");
    let again = client.refresh(rotated.text("refresh_token")).await;
    assert_eq!(again.json["refresh_token"], live.json["refresh_token"], "the same successor as before");
    assert_eq!(again.json["access_token"], live.json["access_token"]);
    assert_eq!(client.redeem(&code).await.status, 200);
    client.redeem(&spent).await.assert_error(400, "invalid_grant");
    assert_eq!(client.call("/verify?scope=contacts.read", private.reveal()).await.status, 200);
    let allowed = browser.submit(&page, "/authorize", &[("decision", "allow")]).await;
    assert!(allowed.redirected("code").is_some(), "the session and its forms go on: {allowed:?}");
    assert_eq!(browser.get(&client.authorize_path(&[])).await.status, 303, "what was allowed is remembered");
    drop(server);
}
