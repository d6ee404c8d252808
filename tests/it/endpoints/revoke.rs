//! `/revoke` (RFC 7009): a client ends its own tokens, and nobody else's.

use std::sync::Arc;
use std::time::Duration;

use consentry::base::secret::Secret;
use consentry::model::client::ClientKind;
use consentry::model::role::Role;
use consentry::model::token::TokenKind;
use consentry::store::db::Kind;
use serde_json::json;

use crate::harness::Server;
use crate::on_both;

on_both![
    an_access_token_ends_alone,
    a_refresh_token_takes_its_authorization_along,
    a_rotated_refresh_token_still_ends_its_authorization,
    whatever_is_not_the_clients_is_left_alone_without_a_word,
    a_public_client_may_revoke_what_is_its_own,
    every_node_follows_within_a_second,
    what_ends_nothing_makes_no_look_up_go_to_the_database,
];

async fn an_access_token_ends_alone(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let tokens = client.connect(&mut server.signed_in(&seed).await).await;
    for _ in 0..2 {
        let revoked = client.revoke(tokens.text("access_token")).await;
        assert_eq!((revoked.status.as_u16(), &revoked.json), (200, &json!({})));
        revoked.assert_spoken("an empty object, since some clients cannot read an empty body");
        assert!(!client.is_active(tokens.text("access_token")).await);
        client
            .call("/verify?scope=contacts.read", tokens.text("access_token"))
            .await
            .assert_error(401, "invalid_token");
    }
    assert_eq!(client.refresh(tokens.text("refresh_token")).await.status, 200);
}

async fn a_refresh_token_takes_its_authorization_along(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let (first, other) = (client.connect(&mut browser).await, client.connect(&mut browser).await);
    let second = client.refresh(first.text("refresh_token")).await;
    let fields = [("token", second.text("refresh_token")), ("token_type_hint", "access_token")];
    assert_eq!(client.post("/revoke", &fields).await.json, json!({}));
    for pair in [&first, &second] {
        assert!(!client.is_active(pair.text("access_token")).await);
        client.refresh(pair.text("refresh_token")).await.assert_error(400, "invalid_grant");
    }
    assert!(client.is_active(other.text("access_token")).await, "another connection stands");
    assert_eq!(client.refresh(other.text("refresh_token")).await.status, 200);
    assert!(client.connect(&mut browser).await.status.is_success(), "what the person allowed stands");
}

async fn a_rotated_refresh_token_still_ends_its_authorization(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let first = client.connect(&mut server.signed_in(&seed).await).await;
    let second = client.refresh(first.text("refresh_token")).await;
    client.revoke(first.text("refresh_token")).await;
    assert!(!client.is_active(second.text("access_token")).await);
    client.refresh(second.text("refresh_token")).await.assert_error(400, "invalid_grant");
}

async fn whatever_is_not_the_clients_is_left_alone_without_a_word(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let other = server.client_with(&seed, |client| client.resource_server = true).await;
    let private = server.private_app(&seed, |_, _| {}).await;
    let tokens = client.connect(&mut server.signed_in(&seed).await).await;
    let fresh = consentry::base::secret::Secret::generate("OAUTH2");
    for token in [
        tokens.text("access_token"),
        tokens.text("refresh_token"),
        private.reveal(),
        fresh.reveal(),
        "unknown",
        "OAUTH2.",
        "\u{2028}",
    ] {
        let answer = other.revoke(token).await;
        assert_eq!((answer.status.as_u16(), answer.json), (200, json!({})), "{token}");
    }
    assert!(client.is_active(tokens.text("access_token")).await);
    assert!(other.is_active(private.reveal()).await);
    assert_eq!(client.refresh(tokens.text("refresh_token")).await.status, 200);
    let bare = client.post_bare("/revoke", &[("token", tokens.text("access_token"))]).await;
    bare.assert_error(401, "invalid_client");
}

async fn a_public_client_may_revoke_what_is_its_own(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let client = server.client_with(&seed, |client| client.kind = ClientKind::Public).await;
    let tokens = client.connect(&mut server.signed_in(&seed).await).await;
    assert_eq!(client.revoke(tokens.text("refresh_token")).await.json, json!({}));
    client
        .call("/verify?scope=contacts.read", tokens.text("access_token"))
        .await
        .assert_error(401, "invalid_token");
}

async fn every_node_follows_within_a_second(kind: Kind) {
    let server = Server::start_nodes(kind, 2).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let client = server.client(&seed).await;
    let mut browser = server.signed_in(&seed).await;
    for what in ["access_token", "refresh_token"] {
        let tokens = client.connect(&mut browser).await;
        for _ in 0..4 {
            assert_eq!(
                client.call("/verify?scope=contacts.read", tokens.text("access_token")).await.status,
                200
            );
        }
        assert_eq!(client.revoke(tokens.text(what)).await.status, 200);
        tokio::time::sleep(Duration::from_millis(1050)).await;
        for _ in 0..4 {
            client
                .call("/verify?scope=contacts.read", tokens.text("access_token"))
                .await
                .assert_error(401, "invalid_token");
            assert!(!client.is_active(tokens.text("access_token")).await);
        }
    }
}

async fn what_ends_nothing_makes_no_look_up_go_to_the_database(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let (kept, ended) = (client.connect(&mut browser).await, client.connect(&mut browser).await);
    let foreign = server.client(&seed).await.connect(&mut browser).await;
    for token in ["access_token", "refresh_token"] {
        assert_eq!(client.revoke(ended.text(token)).await.status, 200);
    }
    let unknown = [TokenKind::Access, TokenKind::Refresh].map(|kind| Secret::generate(kind.prefix()));
    let tokens = unknown.iter().map(Secret::reveal).chain(
        [&ended, &foreign]
            .into_iter()
            .flat_map(|pair| [pair.text("access_token"), pair.text("refresh_token")]),
    );
    let [kept, foreign] =
        [&kept, &foreign].map(|pair| TokenKind::Access.digest(pair.text("access_token")).unwrap());
    let look_up = async |digest| server.app.token(digest, TokenKind::Access).await.unwrap().unwrap();
    for token in tokens {
        // Memories last for a second, which may pass between two look-ups on a busy machine.
        let mut remembered = false;
        for _ in 0..5 {
            let before = (look_up(&kept).await, look_up(&foreign).await);
            assert_eq!(client.revoke(token).await.status, 200);
            let after = (look_up(&kept).await, look_up(&foreign).await);
            remembered |= Arc::ptr_eq(&before.0, &after.0) && Arc::ptr_eq(&before.1, &after.1);
        }
        assert!(remembered, "what is known of other tokens is still known");
    }
}
