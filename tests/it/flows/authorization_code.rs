//! A code becomes tokens, once, for whom it was meant.

use std::time::Duration;

use consentry::model::client::GrantType;
use consentry::model::client::Pkce;
use consentry::model::role::Role;
use consentry::store::db::Kind;

use crate::harness::OAuthClient;
use crate::harness::Seed;
use crate::harness::Server;
use crate::harness::client::VERIFIER;
use crate::on_both;

on_both![
    a_code_becomes_tokens_that_work,
    a_code_works_once,
    a_code_dies_after_ten_minutes,
    a_replayed_code_revokes_its_authorization,
    a_code_of_another_client_is_unknown_and_not_burnt,
    proof_is_needed_and_a_failed_proof_burns_nothing,
    fifty_at_once_have_one_winner,
    a_client_without_refresh_tokens_gets_none,
    a_connector_without_pkce_works_where_its_policy_says_so,
];

async fn start(kind: Kind) -> (Server, Seed, OAuthClient) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let client = server.client(&seed).await;
    (server, seed, client)
}

async fn a_code_becomes_tokens_that_work(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let redirect = client.allow(&mut browser, &[]).await;
    assert_eq!(redirect.status, 303);
    assert_eq!(redirect.redirected("state").as_deref(), Some("state-1"));
    assert_eq!(redirect.redirected("iss").as_deref(), Some(server.issuer()));
    let tokens = client.redeem(&redirect.redirected("code").unwrap()).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
    assert!(tokens.text("access_token").starts_with("OAUTH2."));
    assert!(tokens.text("refresh_token").starts_with("REFRESH."));
    assert_eq!(tokens.text("token_type"), "Bearer");
    assert_eq!(tokens.text("scope"), "contacts.read contacts.write");
    assert_eq!(tokens.json["expires_in"], 3600);
    assert_eq!(tokens.header("cache-control"), "no-store");
    let seen = client.introspect(tokens.text("access_token")).await;
    assert_eq!(seen.json["active"], true);
    assert_eq!(seen.text("client_id"), client.id);
    assert_eq!(seen.text("sub"), seed.user_id.as_str());
    assert_eq!(seen.text("organization"), seed.organization_id.as_str());
}

async fn a_code_works_once(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    let code = client.code(&mut server.signed_in(&seed).await).await;
    assert_eq!(client.redeem(&code).await.status, 200);
    client.redeem(&code).await.assert_error(400, "invalid_grant");
}

async fn a_code_dies_after_ten_minutes(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let (early, late) = (client.code(&mut browser).await, client.code(&mut browser).await);
    server.advance(Duration::from_secs(9 * 60 + 50));
    assert_eq!(client.redeem(&early).await.status, 200);
    server.advance(Duration::from_secs(15));
    client.redeem(&late).await.assert_error(400, "invalid_grant");
}

async fn a_replayed_code_revokes_its_authorization(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    let code = client.code(&mut server.signed_in(&seed).await).await;
    let tokens = client.redeem(&code).await;
    assert!(client.is_active(tokens.text("access_token")).await);
    client.redeem(&code).await.assert_error(400, "invalid_grant");
    assert!(!client.is_active(tokens.text("access_token")).await);
    client.refresh(tokens.text("refresh_token")).await.assert_error(400, "invalid_grant");
}

async fn a_code_of_another_client_is_unknown_and_not_burnt(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    let other = server.client(&seed).await;
    let code = client.code(&mut server.signed_in(&seed).await).await;
    other.redeem(&code).await.assert_error(400, "invalid_grant");
    assert_eq!(client.redeem(&code).await.status, 200);
}

async fn proof_is_needed_and_a_failed_proof_burns_nothing(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    let code = client.code(&mut server.signed_in(&seed).await).await;
    let wrong = VERIFIER.replace('d', "e");
    for changes in [
        ("code_verifier", wrong.as_str()),
        ("code_verifier", ""),
        ("code_verifier", "short"),
        ("redirect_uri", "https://client.example/other"),
        ("redirect_uri", ""),
    ] {
        client.redeem_with(&code, &[changes]).await.assert_error(400, "invalid_grant");
    }
    client.redeem_with("", &[]).await.assert_error(400, "invalid_request");
    client.redeem_with("unknown", &[]).await.assert_error(400, "invalid_grant");
    assert_eq!(client.redeem(&code).await.status, 200);
}

async fn fifty_at_once_have_one_winner(kind: Kind) {
    let server = Server::start_nodes(kind, 2).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let client = server.client(&seed).await;
    let mut browser = server.signed_in(&seed).await;
    for _ in 0..3 {
        let code = client.code(&mut browser).await;
        let answers = futures_util::future::join_all((0..50).map(|_| client.redeem(&code))).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!(won.len(), 1);
        lost.iter().for_each(|answer| answer.assert_error(400, "invalid_grant"));
        tokio::time::sleep(Duration::from_millis(1100)).await;
        assert!(
            !client.is_active(won[0].text("access_token")).await,
            "the authorization dies with the replay"
        );
    }
}

async fn a_client_without_refresh_tokens_gets_none(kind: Kind) {
    let (server, seed, _) = start(kind).await;
    let plain = [GrantType::AuthorizationCode];
    let client = server.client_with(&seed, |client| client.grant_types = plain.into_iter().collect()).await;
    let tokens = client.connect(&mut server.signed_in(&seed).await).await;
    assert!(tokens.json.get("refresh_token").is_none());
    client.refresh("REFRESH.x").await.assert_error(400, "unauthorized_client");
}

async fn a_connector_without_pkce_works_where_its_policy_says_so(kind: Kind) {
    let (server, seed, strict) = start(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let refused = strict.allow(&mut browser, &without).await;
    assert_eq!(refused.redirected("error").as_deref(), Some("invalid_request"));
    let client = server.client_with(&seed, |client| client.pkce = Pkce::Optional).await;
    let code = client.allow(&mut browser, &without).await.redirected("code").unwrap();
    client.redeem(&code).await.assert_error(400, "invalid_grant");
    assert_eq!(client.redeem_with(&code, &[("code_verifier", "")]).await.status, 200);
    let challenged = client.code(&mut browser).await;
    client.redeem_with(&challenged, &[("code_verifier", "")]).await.assert_error(400, "invalid_grant");
}
