//! A server whose issuer has a path: everything it serves and says is below that path.
//!
//! The harness refuses every page, redirect and cookie that leads out of it, here and in all other tests: with
//! `CONSENTRY_TEST_PATH=/id` the whole suite runs below that path.

use std::collections::BTreeSet;

use consentry::accounts::setup;
use consentry::model::role::Role;
use consentry::store::db::Kind;
use reqwest::Method;
use reqwest::StatusCode;
use serde_json::Value;

use crate::api::user::ApiUser;
use crate::harness::Answer;
use crate::harness::Browser;
use crate::harness::Server;
use crate::on_both;
use crate::people::EMAIL;
use crate::people::PASSWORD;
use crate::people::sign_in;

on_both![
    a_person_goes_from_the_set_up_link_to_an_app_and_back,
    every_page_and_everything_on_it_is_below_the_path,
    the_metadata_is_found_where_both_rules_look,
    what_lies_elsewhere_is_not_there,
    nobody_is_sent_back_out_of_the_path,
    health_answers_on_every_path,
    the_api_and_its_document_name_whole_addresses,
];

const BASE: &str = "/id";

async fn get(url: String) -> Answer {
    Answer::of(reqwest::get(url).await.unwrap()).await
}

async fn a_person_goes_from_the_set_up_link_to_an_app_and_back(kind: Kind) {
    let server = Server::start_below(kind, BASE).await;
    let link = setup::link(&server.app).await.unwrap().unwrap();
    let path = link.strip_prefix(&server.url("")).unwrap();
    assert!(path.starts_with("/setup?token="), "{link}");
    let mut browser = Browser::new(server.issuer());
    let form = browser.get(path).await;
    let typed = [("organization", "Acme"), ("name", "Ada"), ("email", EMAIL), ("password", PASSWORD)];
    let made = browser.submit(&form, "/setup", &typed).await;
    assert_eq!(made.location().as_deref(), Some("/"), "{}", made.text);
    assert_eq!(browser.get("/").await.status, 200);

    let seed = server.seed("Other", "maker@example.com", Role::Owner).await;
    let client = server.client(&seed).await;
    let page = browser.get("/connections").await;
    assert_eq!(browser.submit(&page, "/sign-out", &[]).await.location().as_deref(), Some("/sign-in"));
    let back = sign_in(&mut browser, &client.authorize_path(&[]), PASSWORD).await;
    assert!(back.location().unwrap().starts_with("/authorize?"), "{back:?}");
    let consent = browser.visit(&back.location().unwrap()).await;
    let allowed = browser.submit(&consent, "/authorize", &[("decision", "allow")]).await;
    assert_eq!(allowed.redirected("iss").as_deref(), Some(server.issuer()));

    let tokens = client.redeem(&allowed.redirected("code").unwrap()).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
    let fresh = client.refresh(tokens.text("refresh_token")).await;
    let token = fresh.text("access_token");
    assert_eq!(client.call("/api/me", token).await.status, 200);
    assert_eq!(client.call("/verify?scope=contacts.read", token).await.status, 200);
    assert_eq!(client.introspect(token).await.text("iss"), server.issuer());
    assert_eq!(client.revoke(token).await.status, 200);
    assert!(!client.is_active(token).await);
}

/// Walks from page to page, along every address of ours that stands on one. What forms post to must take a post.
async fn every_page_and_everything_on_it_is_below_the_path(kind: Kind) {
    let server = Server::start_below(kind, BASE).await;
    let seed = server.seed("Acme", EMAIL, Role::Owner).await;
    let client = server.client(&seed).await;
    server.private_app(&seed, |_, _| {}).await;
    let mut browser = server.signed_in(&seed).await;
    client.connect(&mut browser).await;
    let mut stranger = Browser::new(server.issuer());
    let form_post = [("response_mode", "form_post")];
    let more = [("scope", "contacts.read deals.read")];
    let begin = [
        stranger.visit("/apps").await,
        stranger.get("/authorize?client_id=app_x").await,
        stranger.get("/nowhere").await,
        stranger.get("/setup?token=x").await,
        browser.get(&client.authorize_path(&form_post)).await,
        browser.get(&client.authorize_path(&more)).await,
        browser.get("/").await,
        browser.get("/settings").await,
        browser.get("/docs").await,
    ];
    let mut pages = Vec::from(begin);
    let (mut seen, mut posted) = (BTreeSet::new(), BTreeSet::new());
    while let Some(page) = pages.pop() {
        for action in
            page.attributes("form[method=post]", "action").iter().filter(|action| action.starts_with('/'))
        {
            posted.insert(action.clone());
        }
        let (links, loaded) = (page.attributes("a, link", "href"), page.attributes("script, img", "src"));
        for address in links.into_iter().chain(loaded).filter(|address| address.starts_with('/')) {
            let path = address.split('#').next().unwrap().to_owned();
            if seen.insert(path.clone()) {
                let next = browser.get(&path).await;
                assert_eq!(next.status, 200, "{path}");
                pages.push(next);
            }
        }
    }
    for action in &posted {
        let options = browser.ask(Method::OPTIONS, action).await;
        assert!(options.header("allow").contains("POST"), "{action}: {}", options.status);
    }
    assert!(seen.len() > 25, "{seen:?}");
    assert!(posted.len() > 12, "{posted:?}");
    assert!(seen.contains(&format!("/apps/{}/edit", client.id)), "{seen:?}");
}

async fn the_metadata_is_found_where_both_rules_look(kind: Kind) {
    let server = Server::start_below(kind, "/tenants/one").await;
    let inserted = "/.well-known/oauth-authorization-server/tenants/one";
    let appended = "/tenants/one/.well-known/oauth-authorization-server";
    let mut documents = Vec::new();
    for path in [inserted, appended] {
        let answer = get(format!("{}{path}", server.origin())).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(answer.text("issuer"), server.issuer(), "{path}");
        assert_eq!(answer.text("token_endpoint"), server.url("/token"), "{path}");
        documents.push(answer.json);
    }
    assert_eq!(documents[0], documents[1]);
    let addresses = documents[0].as_object().unwrap().values().filter_map(Value::as_str);
    for address in addresses.filter(|text| text.starts_with("http")) {
        assert!(address.starts_with(server.issuer()), "{address}");
    }
    let others = ["", "/tenants", "/tenants/two", "/tenants/one/", "/tenants/one/x"];
    for other in others.map(|path| format!("/.well-known/oauth-authorization-server{path}")) {
        let answer = get(format!("{}{other}", server.origin())).await;
        assert_eq!(answer.status, 404, "{other} is another issuer's");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{other}");
    }
}

/// Where a browser would land with this path after `http://host`, and where a raw request can knock.
async fn what_lies_elsewhere_is_not_there(kind: Kind) {
    let server = Server::start_below(kind, BASE).await;
    server.seed("Acme", EMAIL, Role::Owner).await;
    let ask = async |method: &str, target: &str, more: &str| {
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{more}\r\n",
            server.host()
        );
        server.exchange(head).await.to_lowercase()
    };
    for target in [
        "/",
        "/sign-in",
        "/idx",
        "/idx/sign-in",
        "/ID/sign-in",
        "/i%64/sign-in",
        "//id/sign-in",
        "/x/id/sign-in",
        "/id//sign-in",
        "/id/../sign-in",
        "/id/../id/sign-in",
        "/id/./sign-in",
        "/id/%2e%2e/sign-in",
        "/id/apps/..",
        "/id/apps/%2E%2E/edit",
        "/id/id/sign-in",
    ] {
        let answer = ask("GET", target, "").await;
        assert!(answer.starts_with("http/1.1 404"), "{target}: {answer}");
        assert!(answer.contains("content-type: text/html"), "{target} is for a person: {answer}");
        assert!(answer.contains("href=\"/id/\""), "{target} leads home: {answer}");
        assert!(
            !answer.contains("\r\nset-cookie: ") && !answer.contains("\r\nlocation: "),
            "{target}: {answer}"
        );
    }
    let token = ask("POST", "/token", "Content-Length: 0\r\n").await;
    assert!(token.starts_with("http/1.1 404") && token.contains("\"error\":\"invalid_request\""), "{token}");
    assert!(token.contains(&format!("begin with {}/.", server.issuer())), "{token}");
    assert!(token.contains("access-control-allow-origin: *"), "a browser app reads why: {token}");
    for (target, accept) in [("/api/me", "*/*"), ("/openapi.json", "*/*"), ("/nowhere", "application/json")] {
        let answer = ask("GET", target, &format!("Accept: {accept}\r\n")).await;
        assert!(answer.starts_with("http/1.1 404"), "{target}: {answer}");
        assert!(answer.contains("content-type: application/problem+json"), "{target}: {answer}");
    }
    assert!(ask("OPTIONS", "/token", "").await.starts_with("http/1.1 404"));
    for (target, status) in [("/id", "303"), ("/id/", "303"), ("/id?x=y", "303"), ("/id/sign-in", "200")] {
        let answer = ask("GET", target, "").await;
        assert!(answer.starts_with(&format!("http/1.1 {status}")), "{target}: {answer}");
    }
}

async fn nobody_is_sent_back_out_of_the_path(kind: Kind) {
    let server = Server::start_below(kind, BASE).await;
    crate::people::ada(&server, Role::Owner).await;
    for path in ["/apps", "/connections?x=/../..", "/apps/new?preset=//evil.example"] {
        let mut browser = Browser::new(server.issuer());
        let back = sign_in(&mut browser, path, PASSWORD).await;
        assert_eq!(back.location().as_deref(), Some(path));
    }
    for path in
        ["//evil.example", "/../x", "/apps/../../x", "/apps/%2e%2e", "/\\evil.example", "/%5cevil.example"]
    {
        let page = Browser::new(server.issuer()).get(path).await;
        let location = page.location().unwrap_or_default();
        assert!(location.is_empty() || location.starts_with("/sign-in"), "{path}: {location}");
        let to = location.split_once("to=").map_or("", |(_, to)| to);
        let mut browser = Browser::new(server.issuer());
        let back = sign_in(&mut browser, &format!("/sign-in?to={to}"), PASSWORD).await;
        assert_eq!(back.location().as_deref(), Some("/"), "{path}");
    }
}

/// Whoever asks about the process need not know the issuer; whoever comes through the proxy asks below the path.
async fn health_answers_on_every_path(kind: Kind) {
    let server = Server::start_below(kind, BASE).await;
    for path in ["/health/live", "/health/ready", "/id/health/live", "/id/health/ready"] {
        assert_eq!(get(format!("{}{path}", server.origin())).await.status, 200, "{path}");
    }
    let head = reqwest::Client::new().head(format!("{}/health/live", server.origin())).send().await.unwrap();
    assert_eq!(head.status(), StatusCode::OK);
    for path in ["/health", "/health/nothing", "/idx/health/live"] {
        assert_eq!(get(format!("{}{path}", server.origin())).await.status, 404, "{path}");
    }
}

async fn the_api_and_its_document_name_whole_addresses(kind: Kind) {
    let server = Server::start_below(kind, BASE).await;
    let seed = server.seed("Acme", EMAIL, Role::Owner).await;
    let client = server.client(&seed).await;
    let document = get(server.url("/openapi.json")).await.json;
    assert_eq!(document["servers"][0]["url"], server.issuer());
    assert_eq!(document["components"]["securitySchemes"]["session"]["name"], "sid+id");
    let flow = &document["components"]["securitySchemes"]["oauth2"]["flows"]["authorizationCode"];
    assert_eq!(flow["authorizationUrl"], server.url("/authorize"));
    assert_eq!(flow["tokenUrl"], server.url("/token"));
    let docs = get(server.url("/docs")).await.json;
    let docs = docs.as_str().unwrap();
    assert!(docs.contains(&format!("curl &#39;{}", server.url("/api/"))), "commands that work");
    assert!(docs.contains("href=\"/id/openapi.json\""));

    let person = ApiUser::session(&server, &seed).await;
    let picture = crate::pages::logos::picture(200);
    let logo = person.upload(&format!("/api/apps/{}/logo", client.id), "image/png", picture).await;
    let address = logo.text("logo_url").to_owned();
    assert!(address.starts_with("/id/logos/pic_"), "{address}");
    let app = person.get(&format!("/api/apps/{}", client.id)).await;
    assert_eq!(app.text("logo_url"), address);
    let served = reqwest::get(format!("{}{address}", server.origin())).await.unwrap();
    assert_eq!(served.headers()["content-type"], "image/png");
    let page = server.signed_in(&seed).await.get("/apps").await;
    assert_eq!(page.attributes("img.face", "src"), [address.strip_prefix(BASE).unwrap()]);
}
