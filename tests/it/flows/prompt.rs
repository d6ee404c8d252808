//! What an app may ask of the sign-in and of the consent: `prompt`, `max_age` and `login_hint`
//! (OpenID Connect Core §3.1.2.1).

use std::time::Duration;

use consentry::model::client::ClientKind;
use consentry::store::db::Kind;
use serde_json::Value;

use crate::harness::Browser;
use crate::harness::OAuthClient;
use crate::harness::Page;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;

on_both![
    none_answers_or_fails_and_never_asks,
    login_and_select_account_send_to_the_sign_in_and_back_once,
    consent_asks_although_it_is_remembered,
    max_age_wants_a_recent_sign_in,
    odd_values_go_back_as_errors,
    whoever_is_not_signed_in_signs_in_first,
    another_account_may_be_chosen_on_the_consent_page,
];

/// Where the person will be after they have signed in on this page of their browser.
fn way_back(server: &Server, browser: &Browser, page: &Page) -> String {
    assert!(page.asks_for_a_password(), "although signed in: {page:?}");
    let context = format!("onward/{}", browser.cookie("browser").unwrap());
    let ticket: Value = server.app.keys.open(&context, &page.field("/sign-in", "to")).expect("a ticket");
    let asked = ticket["content"]["App"].as_object().expect("a request");
    let pairs = asked.iter().map(|(name, value)| (name, value.as_str().unwrap()));
    format!("/authorize?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

/// Asks while signed in, as a person who has allowed the app before.
async fn ask(server: &Server, seed: &Seed, client: &OAuthClient, changes: &[(&str, &str)]) -> Page {
    server.signed_in(seed).await.get(&client.authorize_path(changes)).await
}

async fn start(kind: Kind) -> (Server, Seed, OAuthClient) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    client.allow(&mut server.signed_in(&seed).await, &[]).await;
    (server, seed, client)
}

async fn none_answers_or_fails_and_never_asks(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    let none = [("prompt", "none")];
    assert!(ask(&server, &seed, &client, &none).await.redirected("code").is_some());
    let stranger = Browser::new(server.issuer()).get(&client.authorize_path(&none)).await;
    let new_scopes = [("prompt", "none"), ("scope", "deals.read")];
    let unknown = ask(&server, &seed, &client, &new_scopes).await;
    let public = server.client_with(&seed, |client| client.kind = ClientKind::Public).await;
    public.allow(&mut server.signed_in(&seed).await, &[]).await;
    let public = ask(&server, &seed, &public, &none).await;
    for (page, error) in
        [(stranger, "login_required"), (unknown, "consent_required"), (public, "consent_required")]
    {
        assert_eq!(page.redirected("error").as_deref(), Some(error), "{page:?}");
        assert_eq!(page.redirected("state").as_deref(), Some("state-1"));
        assert_eq!(page.redirected("iss").as_deref(), Some(server.issuer()));
    }
}

async fn login_and_select_account_send_to_the_sign_in_and_back_once(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    for (prompt, status_after) in
        [("login", 303), ("select_account", 303), ("login select_account", 303), ("login consent", 200)]
    {
        let mut browser = server.signed_in(&seed).await;
        let page = browser.get(&client.authorize_path(&[("prompt", prompt)])).await;
        let back = way_back(&server, &browser, &page);
        let after = server.signed_in(&seed).await.get(&back).await;
        assert_eq!(after.status, status_after, "{prompt}: {after:?}");
        if status_after == 303 {
            assert_eq!(after.redirected("state").as_deref(), Some("state-1"));
            assert!(after.redirected("code").is_some(), "{prompt}");
        }
    }
}

async fn consent_asks_although_it_is_remembered(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    assert_eq!(ask(&server, &seed, &client, &[]).await.status, 303);
    let mut browser = server.signed_in(&seed).await;
    let page = browser.get(&client.authorize_path(&[("prompt", "consent")])).await;
    let redirect = browser.submit(&page, "/authorize", &[("decision", "allow")]).await;
    let tokens = client.redeem(&redirect.redirected("code").unwrap()).await;
    assert_eq!(tokens.text("scope"), "contacts.read contacts.write");
    assert_eq!(ask(&server, &seed, &client, &[("prompt", "create")]).await.status, 303);
}

async fn max_age_wants_a_recent_sign_in(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    let mut browser = server.signed_in(&seed).await;
    server.advance(Duration::from_secs(100));
    for (age, passes) in [("0", false), ("99", false), ("200", true), ("9223372036854775807", true)] {
        let page = browser.get(&client.authorize_path(&[("max_age", age)])).await;
        assert_eq!(page.redirected("code").is_some(), passes, "{age}");
        let quiet = [("max_age", age), ("prompt", "none")];
        let quiet = browser.get(&client.authorize_path(&quiet)).await;
        assert_eq!(quiet.redirected("error").as_deref(), (!passes).then_some("login_required"), "{age}");
        if !passes {
            let back = way_back(&server, &browser, &page);
            let mut fresh = server.signed_in(&seed).await;
            server.advance(Duration::from_secs(2));
            let after = fresh.get(&back).await;
            assert!(after.redirected("code").is_some(), "whoever has signed in goes on: {age} {after:?}");
        }
    }
}

async fn odd_values_go_back_as_errors(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    for (name, value) in [
        ("prompt", "none login"),
        ("prompt", "none none"),
        ("prompt", "Login"),
        ("prompt", "login,consent"),
        ("prompt", "nothing"),
        ("max_age", "-1"),
        ("max_age", "+1"),
        ("max_age", "1.5"),
        ("max_age", "1e3"),
        ("max_age", "0x10"),
        ("max_age", "9223372036854775808"),
        ("max_age", "99999999999999999999999999"),
        ("max_age", "ten"),
        ("max_age", " 1"),
    ] {
        let page = ask(&server, &seed, &client, &[(name, value)]).await;
        assert_eq!(page.redirected("error").as_deref(), Some("invalid_request"), "{name}={value}");
        assert_eq!(page.redirected("state").as_deref(), Some("state-1"));
        assert_eq!(page.redirected("iss").as_deref(), Some(server.issuer()));
    }
}

async fn whoever_is_not_signed_in_signs_in_first(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    let state = "a b&c=d+e%20f ☃";
    let changes = [("state", state), ("login_hint", "ada@example.com")];
    let mut stranger = Browser::new(server.issuer());
    let page = stranger.get(&client.authorize_path(&changes)).await;
    assert_eq!(page.attributes("#email", "value"), ["ada@example.com"], "the hint is offered");
    let back = way_back(&server, &stranger, &page);
    assert!(!back.contains("login_hint"), "and has been obeyed then: {back}");
    let odd = [("login_hint", "Call +1 555 0100 to sign in")];
    let odd = stranger.get(&client.authorize_path(&odd)).await;
    assert_eq!(odd.attributes("#email", "value"), [""], "a hint that is no address is not shown");
    let after = server.signed_in(&seed).await.get(&back).await;
    assert_eq!(after.redirected("state").as_deref(), Some(state));
    assert!(after.redirected("code").is_some());
}

async fn another_account_may_be_chosen_on_the_consent_page(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let page = browser.get(&client.authorize_path(&[("prompt", "consent")])).await;
    let page = browser.submit(&page, "/authorize", &[("decision", "switch_account")]).await;
    let back = way_back(&server, &browser, &page);
    assert_eq!(server.signed_in(&seed).await.get(&back).await.status, 200, "and is asked then");
}
