//! Private apps: created with a token that is shown once, and kept by admins.

use std::time::Duration;

use consentry::base::digest::Digest;
use consentry::model::id::PrivateAppId;
use consentry::model::lifetime::Seconds;
use consentry::model::role::Role;
use consentry::store;
use consentry::store::db::Kind;
use reqwest::StatusCode;

use crate::harness::Browser;
use crate::harness::Page;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;
use crate::pages::but;
use crate::pages::csrf;
use crate::pages::private_apps;

on_both![
    an_admin_creates_a_private_app_and_its_token_works,
    a_token_is_changed_without_an_outage,
    every_wrong_field_keeps_what_was_typed_and_says_why,
    an_edit_reaches_its_tokens_at_once,
    developers_and_members_are_refused,
    a_private_app_of_another_organization_is_none,
    a_policy_closes_what_is_too_long_and_says_why_a_token_is_blocked,
    a_reloaded_answer_makes_no_second_private_app,
    deleting_ends_its_tokens,
];

const NEW: &str = "/private-apps/new";

const GOOD: [(&str, &str); 2] = [("name", "Night Report"), ("access.contacts", "read")];

async fn start(kind: Kind, role: Role) -> (Server, Seed, Browser) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", role).await;
    let browser = server.signed_in(&seed).await;
    (server, seed, browser)
}

/// Creates a private app; its address and its token.
async fn create(browser: &mut Browser, changes: &[(&str, &str)]) -> (String, String) {
    let form = browser.get(NEW).await;
    let page = browser.submit(&form, NEW, &[&GOOD[..], changes].concat()).await;
    (page.attributes(".form-end a", "href").remove(0), token_on(&page))
}

fn token_on(page: &Page) -> String {
    assert_eq!(page.status, 200, "{}", page.text);
    assert_eq!(page.header("cache-control"), "no-store");
    page.texts("#secret").remove(0)
}

/// What a resource server is told of the token.
async fn verify(server: &Server, token: &str) -> StatusCode {
    let request = reqwest::Client::new().get(server.url("/verify?scope=contacts.read")).bearer_auth(token);
    request.send().await.unwrap().status()
}

async fn an_admin_creates_a_private_app_and_its_token_works(kind: Kind) {
    let (server, seed, mut browser) = start(kind, Role::Admin).await;
    let form = browser.get(NEW).await;
    assert_eq!(form.field(NEW, "expiry"), "90d");
    let (path, token) = create(&mut browser, &[("allowed_ips", "127.0.0.1\n10.0.0.0/8")]).await;
    assert!(token.starts_with("PRIVATE."));
    assert_eq!(verify(&server, &token).await, 200);

    let kept = private_apps(&server, &seed).await.remove(0);
    assert_eq!(kept.scopes.to_string(), "contacts.read");
    let mut conn = server.app.db.read().await.unwrap();
    let tokens = store::private_app_tokens::of_app(&mut conn, &kept.id).await.unwrap();
    drop(conn);
    assert_eq!(tokens.len(), 1);
    assert_eq!(tokens[0].digest, Digest::of(&token));
    let life = tokens[0].created_at.until(tokens[0].expires_at.unwrap());
    assert_eq!(life, Duration::from_secs(90 * 24 * 60 * 60));

    server.settle().await;
    let list = browser.get("/private-apps").await;
    assert_eq!(list.texts(".row-text strong"), ["Night Report"]);
    assert_eq!(list.texts(".row-text span"), ["Contacts"]);
    assert_eq!(list.texts(".badge"), ["Works"]);
    let detail = browser.get(&path).await;
    assert_eq!(detail.texts("h1"), ["Night Report"]);
    let facts = detail.texts(".facts-list").remove(0);
    assert!(facts.contains("by Ada Lovelace") && facts.contains("127.0.0.1 10.0.0.0/8"), "{facts}");
    assert!(detail.texts(".token-facts").remove(0).contains("from 127.0.0.1"));
    assert!(!detail.text.contains(&token), "a token is shown once");
}

async fn a_token_is_changed_without_an_outage(kind: Kind) {
    let (server, _, mut browser) = start(kind, Role::Owner).await;
    let (path, first) = create(&mut browser, &[]).await;
    let detail = browser.get(&path).await;
    let tokens = format!("{path}/tokens");
    assert_eq!(detail.field(&tokens, "expiry"), "90d");
    let second = token_on(&browser.submit(&detail, &tokens, &[("expiry", "never")]).await);
    assert_eq!(verify(&server, &first).await, 200);
    assert_eq!(verify(&server, &second).await, 200);

    let full = browser.get(&path).await;
    assert!(!full.attributes("form", "action").contains(&tokens), "two live at most");
    let csrf = csrf(&mut browser).await;
    let third = browser.post(&tokens, &[("csrf", &csrf), ("once", "3"), ("expiry", "30d")]).await;
    assert_eq!(third.status, 409);

    let revokes = full.attributes(".token form", "action");
    let page = browser.submit(&full, &revokes[1], &[]).await;
    assert_eq!(page.location(), Some(format!("{path}?done=token-revoked")));
    assert_eq!(verify(&server, &first).await, 401);
    assert_eq!(verify(&server, &second).await, 200);
    assert_eq!(browser.submit(&full, &revokes[1], &[]).await.status, 404);
}

async fn every_wrong_field_keeps_what_was_typed_and_says_why(kind: Kind) {
    let (server, seed, mut browser) = start(kind, Role::Admin).await;
    let long = "long ".repeat(200);
    for (field, value, at, error) in [
        ("name", "", "name", "is missing"),
        ("name", &long, "name", "at most 80"),
        ("description", &long, "description", "at most 500"),
        ("allowed_ips", "10.0.0.0/8\n10.0.0.300", "allowed_ips", "10.0.0.300"),
        ("access.contacts", "none", "scopes", "At least one is needed"),
    ] {
        let form = browser.get(NEW).await;
        let typed = [&but(&GOOD, field, value)[..], &[("expiry", "30d")]].concat();
        let page = browser.submit(&form, NEW, &typed).await;
        assert_eq!(page.status, 422, "{field}: {}", page.text);
        assert_eq!(page.field(NEW, field).trim(), value.trim(), "{field} is kept");
        assert_eq!(page.field(NEW, "expiry"), "30d");
        let told = page.texts(&format!("#{at}-error"));
        assert!(told.len() == 1 && told[0].contains(error), "{field}: {told:?}");
    }
    assert!(private_apps(&server, &seed).await.is_empty());
}

async fn an_edit_reaches_its_tokens_at_once(kind: Kind) {
    let (server, seed, mut browser) = start(kind, Role::Admin).await;
    let (path, token) = create(&mut browser, &[]).await;
    assert_eq!(verify(&server, &token).await, 200);
    let edit = format!("{path}/edit");
    let form = browser.get(&edit).await;
    assert_eq!(form.field(&edit, "access.contacts"), "read");
    let changes = [("access.deals", "write"), ("allowed_ips", "203.0.113.7")];
    let page = browser.submit(&form, &edit, &changes).await;
    assert_eq!(page.location(), Some(format!("{path}?done=saved")), "{}", page.text);
    let kept = private_apps(&server, &seed).await.remove(0);
    assert_eq!(kept.scopes.to_string(), "contacts.read deals.read deals.write");
    assert_ne!(verify(&server, &token).await, 200, "this address may not use it any more");
}

async fn developers_and_members_are_refused(kind: Kind) {
    let (server, seed, mut admin) = start(kind, Role::Admin).await;
    let (path, _) = create(&mut admin, &[]).await;
    for (email, role) in [("dev@example.com", Role::Developer), ("mem@example.com", Role::Member)] {
        let user_id = server.person(&seed.organization_id, email, role).await;
        let mut browser = server.signed_in(&Seed { user_id, ..seed.clone() }).await;
        for path in ["/private-apps", NEW, &path, &format!("{path}/edit")] {
            let page = browser.get(path).await;
            assert_eq!(page.status, 403, "{path}");
            assert!(page.text.contains(role.as_str()), "{}", page.text);
        }
        let csrf = csrf(&mut browser).await;
        let fields = [&GOOD[..], &[("csrf", &csrf), ("once", "1")]].concat();
        assert_eq!(browser.upload(NEW, &fields, None).await.status, 403);
        assert_eq!(browser.upload(&format!("{path}/edit"), &fields, None).await.status, 403);
        for end in ["tokens", "delete"] {
            assert_eq!(browser.post(&format!("{path}/{end}"), &fields).await.status, 403, "{end}");
        }
    }
    assert_eq!(private_apps(&server, &seed).await.len(), 1);
}

async fn a_private_app_of_another_organization_is_none(kind: Kind) {
    let (server, _, mut browser) = start(kind, Role::Owner).await;
    let other = server.seed("Other", "bob@example.com", Role::Owner).await;
    let (foreign, token) = create(&mut server.signed_in(&other).await, &[]).await;
    let missing = format!("/private-apps/{}", PrivateAppId::generate(server.app.now()));
    let csrf = csrf(&mut browser).await;
    let fields = [&GOOD[..], &[("csrf", csrf.as_str()), ("once", "1")]].concat();
    let mut answers = Vec::new();
    for path in [foreign.as_str(), &missing, "/private-apps/pri_x", "/private-apps/x"] {
        let revoke = format!("{path}/tokens/pat_01arz3ndektsv4rrffq69g5fav/revoke");
        let pages = [
            browser.get(path).await,
            browser.get(&format!("{path}/edit")).await,
            browser.upload(&format!("{path}/edit"), &fields, None).await,
            browser.post(&format!("{path}/tokens"), &fields).await,
            browser.post(&revoke, &fields).await,
            browser.post(&format!("{path}/delete"), &fields).await,
        ];
        answers.push(pages.map(|page| (page.status.as_u16(), page.texts("main"))));
    }
    for answer in &answers {
        assert!(answer.iter().all(|(status, _)| *status == 404), "{answer:?}");
        assert_eq!(answer, &answers[0], "foreign, missing and malformed look the same");
    }
    assert_eq!(verify(&server, &token).await, 200);
}

async fn a_policy_closes_what_is_too_long_and_says_why_a_token_is_blocked(kind: Kind) {
    let (server, seed, mut browser) = start(kind, Role::Owner).await;
    let (path, _) = create(&mut browser, &[("expiry", "never")]).await;
    let limit = Some(Seconds::days(60));
    server.change_organization(&seed.organization_id, |acme| acme.private_token_age = limit).await;

    let form = browser.get(NEW).await;
    assert_eq!(form.field(NEW, "expiry"), "30d");
    assert_eq!(form.attributes("#expiry input[disabled]", "value"), ["90d", "1y", "never"]);
    let page = browser.submit(&form, NEW, &[&GOOD[..], &[("expiry", "90d")]].concat()).await;
    assert_eq!(page.status, 422);
    assert!(page.texts("#expiry-error")[0].contains("60 days"));

    server.advance(Duration::from_secs(61 * 24 * 60 * 60));
    let mut browser = server.signed_in(&seed).await;
    let detail = browser.get(&path).await;
    assert!(detail.texts(".notice.bad").remove(0).contains("60 days at most"), "{}", detail.text);
    assert_eq!(detail.texts(".badge")[0], "Blocked");
    assert_eq!(browser.get("/private-apps").await.texts(".badge"), ["Blocked"]);
}

async fn a_reloaded_answer_makes_no_second_private_app(kind: Kind) {
    let (server, seed, mut browser) = start(kind, Role::Admin).await;
    let form = browser.get(NEW).await;
    let first = browser.submit(&form, NEW, &GOOD).await;
    let path = first.attributes(".form-end a", "href").remove(0);
    let again = browser.submit(&form, NEW, &GOOD).await;
    assert_eq!(again.status, 409);
    assert_eq!(private_apps(&server, &seed).await.len(), 1);

    let detail = browser.get(&path).await;
    let tokens = format!("{path}/tokens");
    assert_eq!(browser.submit(&detail, &tokens, &[]).await.status, 200);
    let again = browser.submit(&detail, &tokens, &[]).await;
    assert_eq!(again.location(), Some(format!("{path}?done=before")));
}

async fn deleting_ends_its_tokens(kind: Kind) {
    let (server, _, mut browser) = start(kind, Role::Admin).await;
    let (path, token) = create(&mut browser, &[]).await;
    let confirm = browser.visit(&format!("{path}/delete")).await;
    assert_eq!(confirm.texts(".confirm li"), ["Its token stops working at once."]);
    assert_eq!(verify(&server, &token).await, 200);
    let page = browser.submit(&confirm, &format!("{path}/delete"), &[]).await;
    assert_eq!(page.location().as_deref(), Some("/private-apps?done=deleted"));
    assert_eq!(verify(&server, &token).await, 401);
    assert_eq!(browser.get(&path).await.status, 404);
}
