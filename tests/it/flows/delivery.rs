//! The first use of an access token decides what a replay of the refresh token before it means. So it is known
//! everywhere before it is answered.

use std::time::Duration;

use consentry::model::role::Role;
use consentry::store::db::Kind;

use crate::harness::Answer;
use crate::harness::OAuthClient;
use crate::harness::Server;
use crate::harness::outside::Outside;
use crate::on_both;

on_both![
    a_use_on_one_node_is_known_on_the_other_before_it_is_answered,
    a_use_is_known_although_the_node_died_right_after_its_answer,
    a_first_use_that_cannot_be_written_is_not_answered,
    a_token_of_a_code_needs_no_writing,
];

/// A little more than the window of the harness's clients.
const AFTER: Duration = Duration::from_secs(61);

async fn is_used(client: &OAuthClient, pair: &Answer, by_introspection: bool) {
    match by_introspection {
        true => assert!(client.is_active(pair.text("access_token")).await),
        false => assert_eq!(
            client.call("/verify?scope=contacts.read", pair.text("access_token")).await.status,
            200
        ),
    }
}

async fn a_use_on_one_node_is_known_on_the_other_before_it_is_answered(kind: Kind) {
    let server = Server::start_nodes(kind, 2).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let client = server.client(&seed).await;
    let (one, other) = (client.at(&server.nodes[0]), client.at(&server.nodes[1]));
    let mut browser = server.signed_in(&seed).await;
    for by_introspection in [false, true, false, true] {
        let first = one.connect(&mut browser).await;
        let second = one.refresh(first.text("refresh_token")).await;
        server.advance(AFTER);
        is_used(&other, &second, by_introspection).await;
        one.refresh(first.text("refresh_token")).await.assert_error(400, "invalid_grant");
        one.refresh(second.text("refresh_token")).await.assert_error(400, "invalid_grant");
    }
}

async fn a_use_is_known_although_the_node_died_right_after_its_answer(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let first = client.connect(&mut server.signed_in(&seed).await).await;
    let second = client.refresh(first.text("refresh_token")).await;
    is_used(&client, &second, false).await;
    server.advance(AFTER);
    let server = server.crash().await;
    let client = client.at(server.issuer());
    client.refresh(first.text("refresh_token")).await.assert_error(400, "invalid_grant");
}

async fn a_first_use_that_cannot_be_written_is_not_answered(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let first = client.connect(&mut browser).await;
    let known = client.refresh(first.text("refresh_token")).await;
    is_used(&client, &known, false).await;
    let fresh = client.refresh(known.text("refresh_token")).await;

    let outside = Outside::stop_writing(&server, "access_tokens").await;
    let token = fresh.text("access_token");
    client.call("/verify?scope=contacts.read", token).await.assert_error(503, "temporarily_unavailable");
    client.introspect(token).await.assert_error(503, "temporarily_unavailable");
    is_used(&client, &known, false).await;
    is_used(&client, &known, true).await;
    outside.end().await;

    is_used(&client, &fresh, false).await;
    server.advance(AFTER);
    client.refresh(known.text("refresh_token")).await.assert_error(400, "invalid_grant");
}

async fn a_token_of_a_code_needs_no_writing(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let pair = client.connect(&mut server.signed_in(&seed).await).await;
    let outside = Outside::stop_writing(&server, "access_tokens").await;
    is_used(&client, &pair, false).await;
    is_used(&client, &pair, true).await;
    outside.end().await;
}
