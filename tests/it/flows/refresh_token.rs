//! A refresh token becomes its one successor, for as long as the person allowed.

use std::time::Duration;

use consentry::model::client::ClientKind;
use consentry::model::lifetime::Seconds;
use consentry::model::role::Role;
use consentry::store::db::Kind;
use futures_util::future::join_all;
use serde_json::json;

use crate::api::user::ApiUser;
use crate::harness::Answer;
use crate::harness::OAuthClient;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;

on_both![
    a_refresh_gives_a_fresh_pair,
    everybody_at_once_gets_the_same_pair,
    scopes_narrow_for_one_access_token_and_never_widen,
    an_idle_refresh_token_ends_and_a_used_one_does_not,
    everything_ends_with_the_time_that_the_person_chose,
    another_clients_refresh_token_is_unknown_and_not_burnt,
    a_public_client_rotates_by_its_name_alone,
    a_refresh_rests_while_its_app_does,
];

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn a_refresh_gives_a_fresh_pair(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let first = client.connect(&mut server.signed_in(&seed).await).await;
    let second = client.refresh(first.text("refresh_token")).await;
    assert_eq!(second.status, 200, "{second:?}");
    for name in ["access_token", "refresh_token"] {
        assert_ne!(first.text(name), second.text(name));
    }
    assert_eq!(second.text("token_type"), "Bearer");
    assert_eq!(second.text("scope"), "contacts.read contacts.write");
    assert_eq!(second.json["expires_in"], 3600);
    assert_eq!(second.json["refresh_token_timeout"], 90 * 24 * 60 * 60);
    assert!(second.json.get("authorization_expires_in").is_none(), "it lasts until it is revoked");
    assert_eq!(second.header("cache-control"), "no-store");
    assert!(client.is_active(first.text("access_token")).await, "a refresh ends no access token");
    assert!(client.is_active(second.text("access_token")).await);
    assert!(!client.is_active(first.text("refresh_token")).await);
    assert!(client.is_active(second.text("refresh_token")).await);
}

async fn everybody_at_once_gets_the_same_pair(kind: Kind) {
    let server = Server::start_nodes(kind, 2).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let client = server.client(&seed).await;
    let mut leaf = client.connect(&mut server.signed_in(&seed).await).await.text("refresh_token").to_owned();
    for _ in 0..3 {
        let answers = join_all((0..50).map(|_| client.refresh(&leaf))).await;
        for answer in &answers {
            assert_eq!(answer.status, 200, "{answer:?}");
            for name in ["access_token", "refresh_token", "scope"] {
                assert_eq!(answer.text(name), answers[0].text(name));
            }
        }
        assert!(!client.is_active(&leaf).await, "one leaf lives at most");
        leaf = answers[0].text("refresh_token").to_owned();
        assert!(client.is_active(&leaf).await);
        assert!(client.is_active(answers[0].text("access_token")).await);
    }
}

async fn refresh_with(client: &OAuthClient, refresh_token: &str, scope: &str) -> Answer {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh_token), ("scope", scope)];
    client.post("/token", &fields).await
}

async fn scopes_narrow_for_one_access_token_and_never_widen(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let first = client.connect(&mut server.signed_in(&seed).await).await;
    let leaf = first.text("refresh_token");
    for wide in ["deals.read", "contacts.read deals.read", "deals.write", "contacts.read.all", "apps.write"] {
        refresh_with(&client, leaf, wide).await.assert_error(400, "invalid_scope");
    }
    let narrow = refresh_with(&client, leaf, "contacts.read").await;
    assert_eq!(narrow.text("scope"), "contacts.read", "a refused refresh burns nothing");
    let access = narrow.text("access_token");
    assert_eq!(client.introspect(access).await.text("scope"), "contacts.read");
    client.call("/verify?scope=contacts.write", access).await.assert_error(403, "insufficient_scope");
    let again = refresh_with(&client, leaf, "").await;
    assert_eq!(again.text("scope"), "contacts.read contacts.write", "each answer is what was asked for");
    assert_ne!(again.text("access_token"), access);
    assert_eq!(client.introspect(access).await.text("scope"), "contacts.read", "which widens none before it");
    let full = client.refresh(narrow.text("refresh_token")).await;
    assert_eq!(full.text("scope"), "contacts.read contacts.write", "what was allowed stands");
}

async fn an_idle_refresh_token_ends_and_a_used_one_does_not(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let idle = client.connect(&mut browser).await;
    let mut used = client.connect(&mut browser).await;
    for _ in 0..2 {
        server.advance(DAY * 89);
        used = client.refresh(used.text("refresh_token")).await;
        assert_eq!(used.status, 200, "{used:?}");
    }
    assert!(!client.is_active(idle.text("refresh_token")).await);
    client.refresh(idle.text("refresh_token")).await.assert_error(400, "invalid_grant");
    let endless = server.client_with(&seed, |client| client.refresh_lifetime = None).await;
    let endless_tokens = endless.connect(&mut server.signed_in(&seed).await).await;
    assert!(endless_tokens.json.get("refresh_token_timeout").is_none());
    server.advance(DAY * 3650);
    assert_eq!(endless.refresh(endless_tokens.text("refresh_token")).await.status, 200);
}

async fn allow_for(server: &Server, seed: &Seed, client: &OAuthClient, duration: &str) -> Answer {
    let mut browser = server.signed_in(seed).await;
    let page = browser.visit(&client.authorize_path(&[("prompt", "consent")])).await;
    let allowed = [("decision", "allow"), ("duration", duration)];
    let redirect = browser.submit(&page, "/authorize", &allowed).await;
    client.redeem(&redirect.redirected("code").unwrap()).await
}

async fn everything_ends_with_the_time_that_the_person_chose(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let month = 30 * 24 * 60 * 60;
    let first = allow_for(&server, &seed, &client, "30d").await;
    // Counted from the decision on, which may have been in the second before.
    let ends_in = |answer: &Answer, names: &[&str], seconds: i64| {
        for name in names {
            let left = answer.json[name].as_i64().unwrap();
            assert!((seconds - 2..=seconds).contains(&left), "{name}: {answer:?}");
        }
    };
    ends_in(&first, &["authorization_expires_in", "refresh_token_timeout"], month);
    server.advance(DAY * 30 - Duration::from_secs(600));
    let last = client.refresh(first.text("refresh_token")).await;
    ends_in(&last, &["authorization_expires_in", "refresh_token_timeout", "expires_in"], 600);
    server.advance(Duration::from_secs(601));
    let gone = async || {
        client.refresh(last.text("refresh_token")).await.assert_error(400, "invalid_grant");
        client.refresh(first.text("refresh_token")).await.assert_error(400, "invalid_grant");
        assert!(!client.is_active(last.text("access_token")).await);
        client
            .call("/verify?scope=contacts.read", last.text("access_token"))
            .await
            .assert_error(401, "invalid_token");
    };
    gone().await;
    let anew = allow_for(&server, &seed, &client, "until_revoked").await;
    assert_eq!(anew.status, 200, "{anew:?}");
    gone().await;
}

async fn another_clients_refresh_token_is_unknown_and_not_burnt(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let other = server.client(&seed).await;
    let public = server.client_with(&seed, |client| client.kind = ClientKind::Public).await;
    let tokens = client.connect(&mut server.signed_in(&seed).await).await;
    for stranger in [&other, &public] {
        stranger.refresh(tokens.text("refresh_token")).await.assert_error(400, "invalid_grant");
    }
    let next = client.refresh(tokens.text("refresh_token")).await;
    assert_eq!(next.status, 200);
    server.advance(Duration::from_secs(3600));
    client.refresh(next.text("refresh_token")).await;
    other.refresh(tokens.text("refresh_token")).await.assert_error(400, "invalid_grant");
    assert_eq!(
        client.refresh(next.text("refresh_token")).await.status,
        200,
        "a stranger's replay ends nothing"
    );
}

async fn a_public_client_rotates_by_its_name_alone(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let client = server
        .client_with(&seed, |client| {
            client.kind = ClientKind::Public;
            client.refresh_window = Seconds::new(0);
        })
        .await;
    let first = client.connect(&mut server.signed_in(&seed).await).await;
    let second = client.refresh(first.text("refresh_token")).await;
    assert_eq!(second.status, 200, "{second:?}");
    assert_eq!(client.call("/verify?scope=contacts.read", second.text("access_token")).await.status, 200);
    client.refresh(first.text("refresh_token")).await.assert_error(400, "invalid_grant");
    client.refresh(second.text("refresh_token")).await.assert_error(400, "invalid_grant");
}

/// Connectors take any 4xx from a refresh for the end of the connection (PROTOCOL §4.5).
async fn a_refresh_rests_while_its_app_does(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let tokens = client.connect(&mut browser).await;
    let code = client.code(&mut browser).await;
    let owner = ApiUser::session(&server, &seed).await;
    let disabled = async |is: bool| {
        let path = format!("/api/apps/{}", client.id);
        assert_eq!(owner.patch(&path, json!({ "disabled": is })).await.status, 200);
    };
    disabled(true).await;
    for token in [tokens.text("refresh_token"), "REFRESH.unknown"] {
        let rests = client.refresh(token).await;
        rests.assert_error(503, "temporarily_unavailable");
        assert_eq!(rests.header("retry-after"), "300");
        assert!(rests.text("error_description").starts_with("The app is disabled."), "{rests:?}");
    }
    client.redeem(&code).await.assert_error(401, "invalid_client");
    client.client_credentials().await.assert_error(401, "invalid_client");
    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens.text("refresh_token")),
        ("client_id", &client.id),
        ("client_secret", "wrong"),
    ];
    client.post_bare("/token", &refresh).await.assert_error(401, "invalid_client");
    server.advance(Duration::from_secs(6 * 60 * 60));
    disabled(false).await;
    assert_eq!(client.refresh(tokens.text("refresh_token")).await.status, 200, "the connection goes on");
}
