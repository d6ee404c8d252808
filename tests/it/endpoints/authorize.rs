//! `/authorize`: whom it tells of an error, and that only asking has an effect.

use consentry::model::client::ClientKind;
use consentry::model::client::GrantType;
use consentry::model::client::Pkce;
use consentry::model::id::ClientId;
use consentry::store;
use consentry::store::db::Kind;
use reqwest::Method;

use crate::harness::Page;
use crate::harness::Server;
use crate::on_both;

on_both![
    an_unknown_or_disabled_app_is_told_nothing,
    every_other_error_goes_back_with_state_and_issuer,
    proof_is_required_and_optional_only_where_a_confidential_app_says_so,
    what_only_looks_has_no_effect,
];

#[track_caller]
fn own_page(page: &Page, what: &str) {
    let status = if what.is_empty() { 400 } else { 422 };
    assert_eq!((page.status.as_u16(), page.location()), (status, None), "{what}: {page:?}");
    assert!(page.header("content-type").starts_with("text/html"), "{what}");
    assert_eq!(page.header("cache-control"), "no-store");
}

async fn an_unknown_or_disabled_app_is_told_nothing(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let unknown = ClientId::generate(server.app.now());
    let disabled = server.client_with(&seed, |client| client.disabled_at = Some(server.app.now())).await;
    let long = "a".repeat(4000);
    for id in [
        "",
        unknown.as_str(),
        &disabled.id,
        &client.id.to_uppercase(),
        &format!("{} ", client.id),
        &format!("{}\u{200b}", client.id),
        &client.id[..client.id.len() - 1],
        seed.user_id.as_str(),
        "app_",
        "unknown",
        "' OR 1=1 --",
        "https://client.example/metadata.json",
        &long,
    ] {
        let page = browser.get(&client.authorize_path(&[("client_id", id)])).await;
        own_page(&page, id);
    }
}

async fn every_other_error_goes_back_with_state_and_issuer(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    client.allow(&mut browser, &[]).await;
    let flood = (0..65).map(|number| format!("s{number}")).collect::<Vec<_>>().join(" ");
    for (name, value, error) in [
        ("response_type", "", "invalid_request"),
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "id_token", "unsupported_response_type"),
        ("response_type", "code token", "unsupported_response_type"),
        ("response_type", "code code", "unsupported_response_type"),
        ("response_type", "Code", "unsupported_response_type"),
        ("response_type", "none", "unsupported_response_type"),
        ("response_mode", "fragment", "invalid_request"),
        ("response_mode", "web_message", "invalid_request"),
        ("response_mode", "query.jwt", "invalid_request"),
        ("response_mode", "QUERY", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=", "invalid_request"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM", "invalid_request"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw cM", "invalid_request"),
        ("code_challenge_method", "", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge_method", "s256", "invalid_request"),
        ("code_challenge_method", "S512", "invalid_request"),
        ("scope", "unknown", "invalid_scope"),
        ("scope", "contacts.read deals.write", "invalid_scope"),
        ("scope", "contacts.read apps.read", "invalid_scope"),
        ("scope", "contacts.*", "invalid_scope"),
        ("scope", "contacts.read,contacts.write", "invalid_scope"),
        ("scope", "contacts.read\u{a0}contacts.write", "invalid_scope"),
        ("scope", "\"contacts.read\"", "invalid_scope"),
        ("scope", "cöntacts.read", "invalid_scope"),
        ("scope", &flood, "invalid_scope"),
    ] {
        let page = browser.get(&client.authorize_path(&[(name, value)])).await;
        assert_eq!(page.status, 303, "{name}={value}");
        assert!(page.location().unwrap().starts_with(&format!("{}?error=", client.redirect_uri)));
        assert_eq!(page.redirected("error").as_deref(), Some(error), "{name}={value}");
        assert!(page.redirected("error_description").is_some_and(|text| !text.is_empty()));
        assert_eq!(page.redirected("state").as_deref(), Some("state-1"), "{name}={value}");
        assert_eq!(page.redirected("iss").as_deref(), Some(server.issuer()), "{name}={value}");
        assert_eq!(page.redirected("code"), None, "{name}={value}");
    }
    let own = [GrantType::ClientCredentials];
    let machine = server.client_with(&seed, |client| client.grant_types = own.into_iter().collect()).await;
    let page = browser.get(&machine.authorize_path(&[])).await;
    assert_eq!(page.redirected("error").as_deref(), Some("unauthorized_client"));
    assert_eq!(page.redirected("state").as_deref(), Some("state-1"));
}

async fn proof_is_required_and_optional_only_where_a_confidential_app_says_so(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    for (client_kind, pkce, passes) in [
        (ClientKind::Confidential, Pkce::Required, false),
        (ClientKind::Confidential, Pkce::Optional, true),
        (ClientKind::Public, Pkce::Required, false),
        (ClientKind::Public, Pkce::Optional, false),
    ] {
        let client = server
            .client_with(&seed, |client| {
                client.kind = client_kind;
                client.pkce = pkce;
            })
            .await;
        let page = browser.get(&client.authorize_path(&without)).await;
        assert_eq!(page.redirected("error").is_none(), passes, "{client_kind} {pkce}");
        for half in
            [[("code_challenge_method", "plain")], [("code_challenge_method", "")], [("code_challenge", "")]]
        {
            let page = browser.get(&client.authorize_path(&half)).await;
            assert_eq!(page.redirected("error").as_deref(), Some("invalid_request"), "{pkce} {half:?}");
        }
    }
}

async fn codes(server: &Server) -> i64 {
    let mut conn = server.app.db.read().await.unwrap();
    store::db::one!(conn, (i64,), "SELECT COUNT(*) FROM authorization_codes").unwrap().0
}

async fn what_only_looks_has_no_effect(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    client.allow(&mut browser, &[]).await;
    assert_eq!(codes(&server).await, 1);
    let path = client.authorize_path(&[]);
    let dialect = path.replace("/authorize?", "/services/oauth2/v1/authorize?");
    for path in [&path, &dialect] {
        let head = browser.ask(Method::HEAD, path).await;
        assert_eq!(head.text, "");
        assert_eq!(head.redirected("code"), None, "{head:?}");
        for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE] {
            let refused = browser.ask(method.clone(), path).await;
            assert_eq!(refused.status, 405, "{method}");
            assert!(refused.header("allow").contains("GET"), "{method}");
            assert!(refused.header("content-type").starts_with("text/html"), "{method}");
        }
        let options = browser.ask(Method::OPTIONS, path).await;
        assert_eq!(options.status, 204);
    }
    assert_eq!(codes(&server).await, 1);
}
