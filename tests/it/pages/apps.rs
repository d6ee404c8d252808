//! Apps are registered, looked at, edited and deleted by those who may.

use consentry::model::client::Distribution;
use consentry::model::client::GrantType;
use consentry::model::client::Pkce;
use consentry::model::id::ClientId;
use consentry::model::role::Role;
use consentry::store::db::Kind;

use crate::harness::Browser;
use crate::harness::OAuthClient;
use crate::harness::Page;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;
use crate::pages::but;
use crate::pages::clients;
use crate::pages::csrf;
use crate::pages::scopes;

on_both![
    a_developer_registers_an_app_and_the_app_completes_the_flow,
    a_public_app_has_no_secret_to_show,
    a_preset_fills_the_form_in,
    every_wrong_field_keeps_what_was_typed_and_says_why,
    an_edit_changes_what_was_edited_and_nothing_else,
    a_member_is_refused,
    a_developer_changes_only_their_own_app,
    an_app_of_another_organization_is_no_app,
    deleting_says_whose_connections_end_and_ends_them,
    an_app_with_nothing_to_give_is_registered_by_keyboard_defaults,
];

const NEW: &str = "/apps/new";

/// What a developer types for an app that works.
const GOOD: [(&str, &str); 4] = [
    ("name", "Acme Sync"),
    ("redirect_uris", "https://client.example/callback"),
    ("access.contacts", "write"),
    ("distribution", "private"),
];

async fn start(kind: Kind, role: Role) -> (Server, Seed, Browser) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", role).await;
    let browser = server.signed_in(&seed).await;
    (server, seed, browser)
}

/// The client that a page with a fresh secret describes.
fn client_on(page: &Page, server: &Server) -> OAuthClient {
    assert_eq!(page.status, 200, "{}", page.text);
    let id = page.texts("#beside-1").remove(0);
    let secret = page.texts("#secret").remove(0);
    let redirect_uri = "https://client.example/callback".to_owned();
    OAuthClient::new(server.nodes.clone(), &id, Some(secret), redirect_uri)
}

async fn register(browser: &mut Browser, changes: &[(&str, &str)]) -> Page {
    let form = browser.get(NEW).await;
    browser.submit(&form, NEW, &[&GOOD[..], changes].concat()).await
}

async fn a_developer_registers_an_app_and_the_app_completes_the_flow(kind: Kind) {
    let (server, _, mut browser) = start(kind, Role::Developer).await;
    let page = register(&mut browser, &[]).await;
    assert_eq!(page.texts("h1"), ["Acme Sync is registered"]);
    assert_eq!(page.header("cache-control"), "no-store");
    let client = client_on(&page, &server);
    let tokens = client.connect(&mut browser).await;
    assert_eq!(tokens.text("scope"), "contacts.read contacts.write");
    assert!(client.is_active(tokens.text("access_token")).await);

    server.settle().await;
    let list = browser.get("/apps").await;
    assert_eq!(list.texts(".row-text strong"), ["Acme Sync"]);
    assert_eq!(list.texts(".host"), ["client.example"]);
    let path = list.attributes(".row-link", "href").remove(0);
    assert_eq!(path, format!("/apps/{}", client.id));
    let detail = browser.get(&path).await;
    assert_eq!(detail.texts("#client-id"), [client.id.as_str()]);
    assert_eq!(detail.texts(".reach li"), ["ContactsRead & write"]);
    assert!(!detail.text.contains(client.secret.as_deref().unwrap()), "a secret is shown once");
}

async fn a_public_app_has_no_secret_to_show(kind: Kind) {
    let (_server, _, mut browser) = start(kind, Role::Developer).await;
    let form = browser.get("/apps/new?preset=native").await;
    let page = browser.submit(&form, NEW, &GOOD).await;
    assert_eq!(page.status, 303, "{}", page.text);
    let detail = browser.get(&page.location().unwrap()).await;
    assert_eq!(detail.texts(".notice.good span"), ["The app is registered."]);
    assert!(detail.texts("#secrets").is_empty());
}

async fn a_preset_fills_the_form_in(kind: Kind) {
    let (_server, _, mut browser) = start(kind, Role::Developer).await;
    for (preset, kind, pkce, access) in [
        ("standard", "confidential", "required", "1h"),
        ("native", "public", "required", "1h"),
        ("zapier", "confidential", "optional", "1h"),
        ("worktual", "confidential", "optional", "never"),
        ("no-such-preset", "confidential", "required", "1h"),
    ] {
        let form = browser.get(&format!("/apps/new?preset={preset}")).await;
        assert_eq!(form.field(NEW, "kind"), kind, "{preset}");
        assert_eq!(form.field(NEW, "pkce"), pkce, "{preset}");
        assert_eq!(form.field(NEW, "access_lifetime"), access, "{preset}");
    }
}

async fn every_wrong_field_keeps_what_was_typed_and_says_why(kind: Kind) {
    let (server, seed, mut browser) = start(kind, Role::Developer).await;
    let long = "long ".repeat(200);
    for (field, value, error) in [
        ("name", "", "is missing"),
        ("name", "Evil\u{202e}App", "invisible"),
        ("name", &long, "at most 80"),
        ("description", &long, "at most 500"),
        ("redirect_uris", "", "At least one is needed"),
        ("redirect_uris", "http://client.example/cb", "use https"),
        ("redirect_uris", "https://client.example/cb\nhttps://*.example/cb", "Line 2"),
        ("pkce", "optional", "must use PKCE"),
    ] {
        let preset = if field == "pkce" { "native" } else { "standard" };
        let form = browser.get(&format!("/apps/new?preset={preset}")).await;
        let page = browser.submit(&form, NEW, &but(&GOOD, field, value)).await;
        assert_eq!(page.status, 422, "{field}: {}", page.text);
        let kept = page.field(NEW, field);
        assert_eq!(kept.trim(), value.trim(), "{field} is kept");
        let told = page.texts(&format!("#{field}-error"));
        assert!(told.len() == 1 && told[0].contains(error), "{field}: {told:?}");
        assert_eq!(page.attributes(".summary a", "href"), [format!("#{field}")]);
        if field != "name" {
            assert_eq!(page.field(NEW, "name"), "Acme Sync");
        }
        assert_eq!(page.field(NEW, "access.contacts"), "write", "permissions are kept");
    }
    let form = browser.get(NEW).await;
    let page = browser.submit(&form, NEW, &[("name", ""), ("redirect_uris", "")]).await;
    assert_eq!(page.texts(".summary li").len(), 2, "all that is wrong is told at once");
    assert!(clients(&server, &seed).await.is_empty());
}

async fn an_edit_changes_what_was_edited_and_nothing_else(kind: Kind) {
    let (server, seed, mut browser) = start(kind, Role::Developer).await;
    let client = server.client_with(&seed, |client| client.scopes = scopes("contacts.write gone.read")).await;
    let path = format!("/apps/{}/edit", client.id);
    let form = browser.get(&path).await;
    let page = browser.submit(&form, &path, &[("name", "Renamed"), ("pkce", "optional")]).await;
    assert_eq!(page.location(), Some(format!("/apps/{}?done=saved", client.id)), "{}", page.text);
    let edited = clients(&server, &seed).await.remove(0);
    assert_eq!((edited.name.as_str(), edited.pkce), ("Renamed", Pkce::Optional));
    assert_eq!(edited.description, "Keeps two address books alike");
    assert!(edited.scopes.allow_all(&scopes("contacts.write gone.read")), "{}", edited.scopes);
    assert_eq!(edited.grant_types.iter().count(), GrantType::ALL.len());
    assert_eq!(edited.distribution, Distribution::Public);
    assert_eq!(edited.redirect_uris.to_string(), client.redirect_uri);
    assert!(!client.is_active("nothing").await, "its secret still works");

    let form = browser.get(&path).await;
    let wrong = browser.submit(&form, &path, &[("name", " "), ("description", "Typed anew")]).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.field(&path, "description"), "Typed anew");
    assert_eq!(clients(&server, &seed).await[0].name, "Renamed");
}

async fn a_member_is_refused(kind: Kind) {
    let (server, seed, mut browser) = start(kind, Role::Member).await;
    let client = server.client(&seed).await;
    let app = format!("/apps/{}", client.id);
    for path in ["/apps", NEW, &app, &format!("{app}/edit")] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 403, "{path}");
        assert!(page.text.contains("Your role in this organization is member"), "{path}: {}", page.text);
    }
    let csrf = csrf(&mut browser).await;
    let fields = [&GOOD[..], &[("csrf", &csrf), ("once", "1"), ("kind", "confidential")]].concat();
    assert_eq!(browser.upload(NEW, &fields, None).await.status, 403);
    assert_eq!(browser.upload(&format!("{app}/edit"), &fields, None).await.status, 403);
    for path in ["secrets", "delete"] {
        assert_eq!(browser.post(&format!("{app}/{path}"), &fields).await.status, 403, "{path}");
    }
    let clients = clients(&server, &seed).await;
    assert_eq!(clients.len(), 1);
    assert_eq!(clients[0].name, "Contact Sync");
}

async fn a_developer_changes_only_their_own_app(kind: Kind) {
    let (server, seed, _) = start(kind, Role::Owner).await;
    let client = server.client(&seed).await;
    let user_id = server.person(&seed.organization_id, "dev@example.com", Role::Developer).await;
    let mut browser = server.signed_in(&Seed { user_id, ..seed.clone() }).await;
    let app = format!("/apps/{}", client.id);
    let page = browser.get(&app).await;
    assert_eq!(page.status, 200);
    assert!(page.attributes("form[method=post]", "action").iter().all(|action| !action.starts_with("/apps")));
    assert_eq!(browser.get(&format!("{app}/edit")).await.status, 403);
    let csrf = csrf(&mut browser).await;
    for path in ["secrets", "delete"] {
        let page = browser.post(&format!("{app}/{path}"), &[("csrf", &csrf), ("once", "1")]).await;
        assert_eq!(page.status, 403, "{path}");
    }
    assert_eq!(clients(&server, &seed).await.len(), 1);
}

async fn an_app_of_another_organization_is_no_app(kind: Kind) {
    let (server, _, mut browser) = start(kind, Role::Owner).await;
    let other = server.seed("Other", "bob@example.com", Role::Owner).await;
    let foreign = server.client(&other).await.id;
    let csrf = csrf(&mut browser).await;
    let fields = [&GOOD[..], &[("csrf", csrf.as_str()), ("once", "1"), ("kind", "confidential")]].concat();
    let mut answers = Vec::new();
    for id in [foreign.as_str(), ClientId::generate(server.app.now()).as_str(), "app_nonsense", "x"] {
        let app = format!("/apps/{id}");
        let secret = format!("{app}/secrets/sec_01arz3ndektsv4rrffq69g5fav/end");
        let pages = [
            browser.get(&app).await,
            browser.get(&format!("{app}/edit")).await,
            browser.upload(&format!("{app}/edit"), &fields, None).await,
            browser.post(&format!("{app}/secrets"), &fields).await,
            browser.post(&secret, &fields).await,
            browser.post(&format!("{app}/delete"), &fields).await,
        ];
        answers.push(pages.map(|page| (page.status.as_u16(), page.texts("main"))));
    }
    for answer in &answers {
        assert!(answer.iter().all(|(status, _)| *status == 404), "{answer:?}");
        assert_eq!(answer, &answers[0], "foreign, missing and malformed look the same");
    }
    assert_eq!(clients(&server, &other).await.len(), 1);
}

async fn deleting_says_whose_connections_end_and_ends_them(kind: Kind) {
    let (server, seed, mut browser) = start(kind, Role::Owner).await;
    let client = server.client(&seed).await;
    let keeper = server.client_with(&seed, |client| client.resource_server = true).await;
    let tokens = client.connect(&mut browser).await;
    assert!(keeper.is_active(tokens.text("access_token")).await);
    let app = format!("/apps/{}", client.id);
    let confirm = browser.visit(&format!("{app}/delete")).await;
    let told = confirm.texts(".confirm li").join(" ");
    assert!(told.contains("One person’s connection ends"), "{told}");
    assert_eq!(browser.get(&app).await.status, 200, "looking deletes nothing");
    let page = browser.submit(&confirm, &format!("{app}/delete"), &[]).await;
    assert_eq!(page.location().as_deref(), Some("/apps?done=deleted"));
    assert_eq!(browser.get(&app).await.status, 404);
    assert!(!keeper.is_active(tokens.text("access_token")).await);
}

async fn an_app_with_nothing_to_give_is_registered_by_keyboard_defaults(kind: Kind) {
    let (server, seed, mut browser) = start(kind, Role::Developer).await;
    let form = browser.get(NEW).await;
    let typed = [("name", "Small"), ("redirect_uris", "http://127.0.0.1/cb")];
    let page = browser.submit(&form, NEW, &typed).await;
    assert_eq!(page.texts("h1"), ["Small is registered"]);
    let client = clients(&server, &seed).await.remove(0);
    assert_eq!((client.pkce, client.distribution), (Pkce::Required, Distribution::Private));
    let detail = browser.get(&format!("/apps/{}", client.id)).await;
    assert!(detail.texts(".notice.warn").join(" ").contains("may not ask for anything yet"));
}
