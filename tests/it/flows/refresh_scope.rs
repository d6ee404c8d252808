//! A refresh for a part of the scopes gets that part, whatever was asked for before or is asked for at the same moment
//! (RFC 6749 §6), while a refresh token keeps its one successor.

use std::time::Duration;

use consentry::model::role::Role;
use consentry::store::db::Kind;
use futures_util::future::join_all;

use crate::harness::Answer;
use crate::harness::OAuthClient;
use crate::harness::Server;
use crate::on_both;

on_both![
    a_part_is_a_part_whatever_was_asked_before,
    the_whole_is_the_whole_after_a_part,
    mixed_requests_at_once_on_two_nodes_get_what_each_asked_for,
];

const WHOLE: &str = "contacts.read contacts.write";

async fn refresh(client: &OAuthClient, token: &str, scope: &str) -> Answer {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)];
    let answer = client.post("/token", &fields).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let asked = if scope.is_empty() { WHOLE } else { scope };
    assert_eq!(answer.text("scope"), asked);
    assert_eq!(client.introspect(answer.text("access_token")).await.text("scope"), asked);
    answer
}

async fn a_part_is_a_part_whatever_was_asked_before(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let first = client.connect(&mut server.signed_in(&seed).await).await;
    let first = first.text("refresh_token");
    let whole = refresh(&client, first, "").await;
    let part = refresh(&client, first, "contacts.read").await;
    assert_eq!(part.text("refresh_token"), whole.text("refresh_token"), "one successor");
    assert_ne!(part.text("access_token"), whole.text("access_token"));
    server.advance(Duration::from_secs(30));
    let again = refresh(&client, first, "contacts.read").await;
    assert_eq!(again.text("access_token"), part.text("access_token"), "and the same part again");
    client
        .call("/verify?scope=contacts.write", part.text("access_token"))
        .await
        .assert_error(403, "insufficient_scope");
    refresh(&client, whole.text("refresh_token"), "").await;
}

async fn the_whole_is_the_whole_after_a_part(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let first = client.connect(&mut server.signed_in(&seed).await).await;
    let first = first.text("refresh_token");
    let part = refresh(&client, first, "contacts.write").await;
    let whole = refresh(&client, first, "").await;
    assert_eq!(part.text("refresh_token"), whole.text("refresh_token"), "one successor");
    assert_eq!(refresh(&client, first, WHOLE).await.text("access_token"), whole.text("access_token"));
    assert_eq!(
        refresh(&client, first, "contacts.write").await.text("access_token"),
        part.text("access_token")
    );
}

async fn mixed_requests_at_once_on_two_nodes_get_what_each_asked_for(kind: Kind) {
    let server = Server::start_nodes(kind, 2).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let client = server.client(&seed).await;
    let mut leaf = client.connect(&mut server.signed_in(&seed).await).await.text("refresh_token").to_owned();
    let wishes = ["", "contacts.read", "contacts.write", "contacts.write contacts.read"];
    for _ in 0..3 {
        let answers = join_all((0..32).map(|number| refresh(&client, &leaf, wishes[number % 4]))).await;
        for (number, answer) in answers.iter().enumerate() {
            assert_eq!(answer.text("refresh_token"), answers[0].text("refresh_token"));
            assert_eq!(answer.text("access_token"), answers[number % 4].text("access_token"));
        }
        leaf = answers[0].text("refresh_token").to_owned();
    }
}
