//! Where the form of each page may end: Chromium holds `form-action` against every redirect that follows it.

use consentry::accounts::setup;
use consentry::model::role::Role;
use consentry::store::db::Kind;

use crate::harness::Browser;
use crate::harness::Page;
use crate::harness::Server;
use crate::on_both;
use crate::people::EMAIL;
use crate::people::PASSWORD;
use crate::people::ada;

on_both![a_form_that_may_end_at_an_app_is_free_to, every_other_form_ends_with_us];

#[track_caller]
fn ends_at_an_app(page: &Page, what: &str) {
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("form-action"), "{what}: {policy}");
}

#[track_caller]
fn ends_here(page: &Page, what: &str) {
    let policy = page.header("content-security-policy");
    assert!(policy.contains("form-action 'self'"), "{what}: {policy}");
}

async fn a_form_that_may_end_at_an_app_is_free_to(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let client = server.client(&seed).await;
    let mut browser = Browser::new(server.issuer());
    let path = client.authorize_path(&[]);
    let form = browser.get(&path).await;
    ends_at_an_app(&form, "sign-in");
    let typed = |password: &'static str| [("email", EMAIL), ("password", password)];
    let empty = browser.submit(&form, "/sign-in", &typed("")).await;
    assert_eq!(empty.status, 422);
    ends_at_an_app(&empty, "without a password");
    let forged = browser.submit(&form, "/sign-in", &[("csrf", "CSRF.x")]).await;
    assert_eq!(forged.status, 403);
    ends_at_an_app(&forged, "with a stale form");
    let wrong = browser.submit(&form, "/sign-in", &typed("not the password")).await;
    assert_eq!(wrong.status, 422);
    ends_at_an_app(&wrong, "after a wrong password");

    let mut browser = server.signed_in(&seed).await;
    let consent = browser.get(&path).await;
    assert_eq!(consent.texts("h1").len(), 1);
    ends_at_an_app(&consent, "consent");
    let other = browser.submit(&consent, "/authorize", &[("decision", "switch_account")]).await;
    assert!(other.asks_for_a_password());
    ends_at_an_app(&other, "another account");
    assert!(
        browser.submit(&consent, "/authorize", &[("decision", "allow")]).await.redirected("code").is_some()
    );
    for prompt in ["login", "select_account"] {
        let again = browser.get(&client.authorize_path(&[("prompt", prompt)])).await;
        assert!(again.asks_for_a_password());
        ends_at_an_app(&again, prompt);
        // The browser of these tests refuses what Chromium would.
        let back = browser.submit(&again, "/sign-in", &typed(PASSWORD)).await;
        let back = browser.visit(&back.location().unwrap()).await;
        assert!(back.redirected("code").is_some(), "{prompt}: {back:?}");
    }
    let posts = browser.get(&client.authorize_path(&[("response_mode", "form_post")])).await;
    assert_eq!(posts.attributes("form", "action"), [client.redirect_uri.as_str()]);
    ends_at_an_app(&posts, "form_post");
    let state = "\u{e9}".repeat(1024);
    let large = client.authorize_path(&[("state", &state), ("prompt", "login")]);
    let again = browser.get(&large).await;
    let continues = browser.submit(&again, "/sign-in", &typed(PASSWORD)).await;
    assert_eq!(continues.attributes("form", "action"), ["/authorize"]);
    ends_at_an_app(&continues, "a request that no address holds");

    let mut stranger = Browser::new(server.issuer());
    let mut wrong = stranger.get(&path).await;
    while wrong.status != 429 {
        wrong = stranger.submit(&wrong, "/sign-in", &typed("not the password")).await;
        ends_at_an_app(&wrong, "after too many");
    }
}

async fn every_other_form_ends_with_us(kind: Kind) {
    let server = Server::start(kind).await;
    let link = setup::link(&server.app).await.unwrap().unwrap();
    let mut stranger = Browser::new(server.issuer());
    for path in ["/", link.strip_prefix(server.issuer()).unwrap(), "/setup?token=SETUP.wrong", "/docs"] {
        ends_here(&stranger.get(path).await, path);
    }
    let seed = ada(&server, Role::Owner).await;
    let client = server.client(&seed).await;
    for path in ["/sign-in", "/nowhere", "/authorize", "/authorize?client_id=unknown", "/authorize?a=1&a=2"] {
        ends_here(&stranger.get(path).await, path);
    }
    ends_here(&stranger.visit("/apps").await, "sign-in on the way to a page of ours");
    let untrusted = [("redirect_uri", "https://evil.example/cb")];
    ends_here(&stranger.get(&client.authorize_path(&untrusted)).await, "an untrusted app");
    let mut browser = server.signed_in(&seed).await;
    let app = format!("/apps/{}", client.id);
    let edit = format!("{app}/edit");
    for path in [
        "/",
        "/apps",
        "/apps/new",
        &app,
        &edit,
        "/private-apps",
        "/private-apps/new",
        "/modules",
        "/modules/new",
        "/connections",
        "/settings",
        "/nowhere",
    ] {
        ends_here(&browser.get(path).await, path);
    }
    let created = [("name", "A"), ("redirect_uris", "https://a.example/cb"), ("access.contacts", "read")];
    let form = browser.get("/apps/new").await;
    let secret = browser.submit(&form, "/apps/new", &created).await;
    assert!(!secret.texts("#secret").is_empty(), "{secret:?}");
    ends_here(&secret, "a secret");
}
