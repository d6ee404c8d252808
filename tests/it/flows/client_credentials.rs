//! A client that acts for itself.

use std::time::Duration;

use consentry::model::client::ClientKind;
use consentry::model::client::GrantType;
use consentry::model::id::ClientId;
use consentry::store;
use consentry::store::db::Kind;

use crate::harness::Server;
use crate::on_both;

on_both![
    the_client_gets_a_token_of_its_own,
    a_scope_may_narrow_and_never_widen,
    only_a_confidential_client_registered_for_it_may,
    the_token_ends_in_time_or_never,
    the_token_ends_with_its_client,
];

async fn the_client_gets_a_token_of_its_own(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let issued = client.client_credentials().await;
    assert_eq!(issued.status, 200, "{issued:?}");
    assert_eq!(issued.text("token_type"), "Bearer");
    assert_eq!(issued.text("scope"), "contacts.read contacts.write deals.read");
    assert_eq!(issued.json["expires_in"], 3600);
    for absent in ["refresh_token", "refresh_token_timeout", "authorization_expires_in"] {
        assert!(issued.json.get(absent).is_none(), "{absent}");
    }
    let seen = client.introspect(issued.text("access_token")).await;
    assert_eq!(seen.text("sub"), client.id);
    assert_eq!(seen.text("client_id"), client.id);
    assert_eq!(seen.text("organization"), seed.organization_id.as_str());
    let verified = client.call("/verify?scope=deals.read", issued.text("access_token")).await;
    assert_eq!(verified.header("x-auth-kind"), "client");
    assert_eq!(verified.header("x-auth-user"), "");
    let another = client.client_credentials().await;
    assert_ne!(another.text("access_token"), issued.text("access_token"));
    assert_eq!(client.revoke(issued.text("access_token")).await.status, 200);
    assert!(!client.is_active(issued.text("access_token")).await);
    assert!(client.is_active(another.text("access_token")).await);
    drop(server);
}

async fn a_scope_may_narrow_and_never_widen(kind: Kind) {
    let (_server, _seed, client) = Server::start_with_client(kind).await;
    let ask = async |scope: &str| {
        client.post("/token", &[("grant_type", "client_credentials"), ("scope", scope)]).await
    };
    for (asked, given) in [
        ("", "contacts.read contacts.write deals.read"),
        ("   ", "contacts.read contacts.write deals.read"),
        ("deals.read", "deals.read"),
        ("deals.read contacts.read", "deals.read contacts.read"),
        ("deals.read  deals.read", "deals.read"),
    ] {
        assert_eq!(ask(asked).await.text("scope"), given, "{asked:?}");
    }
    let flood = (0..1000).map(|number| format!("s{number}")).collect::<Vec<_>>().join(" ");
    for asked in [
        "deals.write",
        "apps.read",
        "nothing",
        "*",
        "DEALS.READ",
        "deals.read,contacts.read",
        "deals.read\"",
        "déals.read",
        &flood[..4000],
    ] {
        ask(asked).await.assert_error(400, "invalid_scope");
    }
}

async fn only_a_confidential_client_registered_for_it_may(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let public = server.client_with(&seed, |client| client.kind = ClientKind::Public).await;
    public.client_credentials().await.assert_error(400, "unauthorized_client");
    let web = [GrantType::AuthorizationCode, GrantType::RefreshToken];
    let other = server.client_with(&seed, |client| client.grant_types = web.into_iter().collect()).await;
    other.client_credentials().await.assert_error(400, "unauthorized_client");
}

async fn the_token_ends_in_time_or_never(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let endless = server.client_with(&seed, |client| client.access_lifetime = None).await;
    let (short, long) = (client.client_credentials().await, endless.client_credentials().await);
    assert!(long.json.get("expires_in").is_none());
    assert!(endless.introspect(long.text("access_token")).await.json.get("exp").is_none());
    server.advance(Duration::from_secs(3570));
    assert!(client.is_active(short.text("access_token")).await);
    server.advance(Duration::from_secs(31));
    assert!(!client.is_active(short.text("access_token")).await);
    client
        .call("/verify?scope=contacts.read", short.text("access_token"))
        .await
        .assert_error(401, "invalid_token");
    server.advance(Duration::from_secs(10 * 365 * 24 * 60 * 60));
    assert!(endless.is_active(long.text("access_token")).await);
}

async fn the_token_ends_with_its_client(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let resource_server = server.client_with(&seed, |client| client.resource_server = true).await;
    let issued = client.client_credentials().await;
    assert!(resource_server.is_active(issued.text("access_token")).await);
    let id = ClientId::parse(&client.id).unwrap();
    let mut tx = server.app.db.begin().await.unwrap();
    store::clients::delete(&mut tx, &id, &seed.organization_id).await.unwrap();
    tx.commit().await.unwrap();
    server.app.client_changed(&id);
    assert!(!resource_server.is_active(issued.text("access_token")).await);
    client
        .call("/verify?scope=contacts.read", issued.text("access_token"))
        .await
        .assert_error(401, "invalid_token");
    client.client_credentials().await.assert_error(401, "invalid_client");
}
