//! Whatever somebody did is in the log, once, under a name of the one table.

use std::process::Command;

use consentry::accounts::sign_in;
use consentry::accounts::sign_in::Attempt;
use consentry::base::keyring::Keyring;
use consentry::base::secret::Secret;
use consentry::model::audit::Action;
use consentry::model::role::Role;
use consentry::store;
use consentry::store::db::Kind;

use crate::harness::Browser;
use crate::harness::Server;
use crate::on_both;
use crate::people;
use crate::people::EMAIL;
use crate::people::PASSWORD;
use crate::people::ada;

on_both![
    consent_and_its_end_are_recorded,
    consent_to_less_is_recorded,
    a_sign_in_is_recorded,
    a_fresh_master_key_is_recorded,
    every_record_says_from_where,
    every_token_that_an_app_ends_is_recorded,
    a_replay_is_recorded,
    a_switch_of_organization_is_recorded,
    the_command_line_tells_whether_the_log_was_changed,
    failed_sign_ins_are_counted_by_the_hour_without_what_was_typed,
];

/// Action, object, detail and count of every event, oldest first.
async fn events(server: &Server) -> Vec<(String, String, String, i64)> {
    let mut conn = server.app.db.read().await.unwrap();
    let sql = "SELECT action, object, detail, times FROM audit_events ORDER BY id";
    let found: Vec<(String, String, String, i64)> =
        store::db::all!(conn, (String, String, String, i64), sql).unwrap();
    for (action, ..) in &found {
        assert!(Action::ALL.iter().any(|known| known.as_str() == action), "{action} is in no table");
    }
    found
}

async fn actions(server: &Server) -> Vec<String> {
    events(server).await.into_iter().map(|(action, ..)| action).collect()
}

async fn consent_and_its_end_are_recorded(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    client.connect(&mut browser).await;
    let page = browser.get("/connections").await;
    let action = page.attributes("form[action$='/revoke']", "action").remove(0);
    assert_eq!(browser.submit(&page, &action, &[]).await.status, 303);
    let events = events(&server).await;
    let (given, ended) = (&events[0], &events[1]);
    assert_eq!((given.0.as_str(), given.2.as_str()), ("grant.give", "contacts.read contacts.write"));
    assert_eq!((ended.0.as_str(), &ended.1), ("grant.revoke", &given.1));
    assert_eq!(events.len(), 2);
}

async fn consent_to_less_is_recorded(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    client.connect(&mut browser).await;
    let page = browser.get(&client.authorize_path(&[("prompt", "consent")])).await;
    let fewer = [("decision", "allow"), ("scope", "contacts.read")];
    assert!(browser.submit(&page, "/authorize", &fewer).await.redirected("code").is_some());
    let events = events(&server).await;
    let (given, narrowed) = (&events[0], &events[1]);
    assert_eq!((narrowed.0.as_str(), narrowed.2.as_str()), ("grant.narrow", "contacts.read"));
    assert_eq!((&narrowed.1, events.len()), (&given.1, 2));
}

async fn a_sign_in_is_recorded(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Member).await;
    let begun = async || {
        let all = events(&server).await.into_iter();
        all.filter(|event| event.0 == "session.begin").map(|event| event.1).collect::<Vec<_>>()
    };
    people::sign_in(&mut Browser::new(server.issuer()), "/sign-in", "wrong").await;
    assert!(begun().await.is_empty());
    people::sign_in(&mut Browser::new(server.issuer()), "/sign-in", PASSWORD).await;
    assert_eq!(begun().await, [seed.user_id.as_str()]);
}

async fn a_fresh_master_key_is_recorded(kind: Kind) {
    let server = Server::start(kind).await;
    let data = server.folder().join("data");
    let path = data.join("keyring");
    Keyring::load_or_create(&path, server.app.now()).unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_consentry"))
        .args(["keys", "rotate", "--data"])
        .arg(&data)
        .current_dir(server.folder())
        .env_clear()
        .env("CONSENTRY_DATABASE_URL", server.database())
        .output()
        .unwrap();
    assert!(run.status.success(), "{run:?}");
    let key = Keyring::open(&path).unwrap().current().id().to_string();
    assert_eq!(events(&server).await, [("master_key.rotate".to_owned(), key, String::new(), 1)]);
    assert_eq!(origins(&server).await, [("master_key.rotate".to_owned(), None, None)], "nobody asked");
}

/// Action, address and request of every event.
async fn origins(server: &Server) -> Vec<(String, Option<String>, Option<String>)> {
    type Row = (String, Option<String>, Option<String>);
    let mut conn = server.app.db.read().await.unwrap();
    let mut found: Vec<Row> =
        store::db::all!(conn, Row, "SELECT action, address, request_id FROM audit_events").unwrap();
    found.sort();
    found
}

/// One of each way to write a record.
async fn every_record_says_from_where(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let other = server.seed("Beta", EMAIL, Role::Member).await;
    let client = server.client(&seed).await;
    let mut expected = vec![
        ("member.add".to_owned(), None, None), // By the harness.
    ];
    let mut browser = Browser::new(server.issuer());
    let mut asked = |action: &str, address: &str, request: &str| {
        expected.push((action.to_owned(), Some(address.to_owned()), Some(request.to_owned())));
    };
    let here = "127.0.0.1";
    people::sign_in(&mut browser, "/sign-in", "wrong").await;
    let wrong = people::sign_in(&mut browser, "/sign-in", "wrong").await;
    asked("sign_in.fail", here, wrong.header("x-request-id")); // The last of that hour.
    let begun = people::sign_in(&mut browser, "/sign-in", PASSWORD).await;
    asked("session.begin", here, begun.header("x-request-id"));
    let allowed = client.allow(&mut browser, &[]).await;
    asked("grant.give", here, allowed.header("x-request-id"));
    let page = browser.get("/connections").await;
    let other = [("organization", other.organization_id.as_str())];
    let switched = browser.submit(&page, "/session/organization", &other).await;
    asked("session.switch", here, switched.header("x-request-id"));
    let tokens = client.redeem(&allowed.redirected("code").unwrap()).await;
    let ended = client.revoke(tokens.text("access_token")).await;
    asked("access_token.revoke", here, ended.header("x-request-id"));
    // The tests' servers trust a proxy on their own machine.
    let behind = client.request(reqwest::Method::POST, "/revoke").header("authorization", client.basic());
    let behind = behind.header("x-forwarded-for", "203.0.113.7").header("x-request-id", "the-proxys-own");
    let ended = behind.form(&[("token", tokens.text("refresh_token"))]).send().await.unwrap();
    assert_eq!(ended.headers()["x-request-id"], "the-proxys-own");
    asked("authorization.revoke", "203.0.113.7", "the-proxys-own");
    expected.sort();
    assert_eq!(origins(&server).await, expected);
}

async fn every_token_that_an_app_ends_is_recorded(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let tokens = client.connect(&mut server.signed_in(&seed).await).await;
    for _ in 0..2 {
        for token in ["access_token", "refresh_token"] {
            assert_eq!(client.revoke(tokens.text(token)).await.status, 200);
        }
    }
    assert_eq!(actions(&server).await, ["grant.give", "access_token.revoke", "authorization.revoke"]);
}

async fn a_replay_is_recorded(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let code = client.code(&mut server.signed_in(&seed).await).await;
    for _ in 0..3 {
        client.redeem(&code).await;
    }
    assert_eq!(actions(&server).await, ["grant.give", "authorization.revoked_after_replay"]);
}

async fn a_switch_of_organization_is_recorded(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let other = server.seed("Beta", "ada@example.com", Role::Member).await;
    let mut browser = server.signed_in(&seed).await;
    let page = browser.get("/connections").await;
    let csrf = page.attributes("input[name=csrf]", "value").remove(0);
    let stranger = server.seed("Gamma", "bob@example.com", Role::Owner).await;
    for (organization, status) in [(&other, 303), (&stranger, 404)] {
        let fields = [("csrf", csrf.as_str()), ("organization", organization.organization_id.as_str())];
        assert_eq!(browser.post("/session/organization", &fields).await.status, status);
    }
    assert_eq!(actions(&server).await, ["session.switch"]);
}

async fn failed_sign_ins_are_counted_by_the_hour_without_what_was_typed(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    for email in ["ada@example.com", "made-up-1@example.com", "made-up-2@example.com", "no address"] {
        let attempt =
            Attempt { email, password: Secret::presented("wrong"), address: None, device: None, agent: None };
        assert!(sign_in::sign_in(&server.app, attempt, None).await.is_err());
    }
    let mut told: Vec<_> =
        events(&server).await.into_iter().map(|(action, object, _, times)| (action, object, times)).collect();
    told.sort();
    let fail = |object: &str, times| ("sign_in.fail".to_owned(), object.to_owned(), times);
    assert_eq!(told, [fail("nobody", 3), fail(seed.user_id.as_str(), 1)]);
}

/// Runs `consentry audit ..` beside the server: what it printed, and whether it was content.
fn audit(server: &Server, arguments: &[&str]) -> (String, bool) {
    let run = Command::new(env!("CARGO_BIN_EXE_consentry"))
        .arg("audit")
        .args(arguments)
        .arg("--data")
        .arg(server.folder().join("data"))
        .current_dir(server.folder())
        .env_clear()
        .env("CONSENTRY_DATABASE_URL", server.database())
        .output()
        .unwrap();
    (String::from_utf8(run.stdout).unwrap() + &String::from_utf8(run.stderr).unwrap(), run.status.success())
}

async fn the_command_line_tells_whether_the_log_was_changed(kind: Kind) {
    let server = Server::start(kind).await;
    ada(&server, Role::Member).await;
    people::sign_in(&mut Browser::new(server.issuer()), "/sign-in", PASSWORD).await;
    consentry::jobs::chain::round(&server.app, server.app.now() + std::time::Duration::from_secs(60))
        .await
        .unwrap();
    let (heads, fine) = audit(&server, &["head"]);
    let head =
        heads.lines().find(|line| line.ends_with("Analytical Engines")).unwrap_or_else(|| panic!("{heads}"));
    let noted = head.split(' ').next().unwrap();
    assert!(fine && noted.contains(":2:"), "{heads}");
    let (told, fine) = audit(&server, &["verify", "--head", noted]);
    assert!(fine && told.contains("(Analytical Engines): whole, 2 records"), "{told}");

    let mut tx = server.app.db.begin().await.unwrap();
    store::db::run!(tx, "UPDATE audit_events SET address = '203.0.113.9' WHERE action = 'session.begin'")
        .unwrap();
    tx.commit().await.unwrap();
    let (told, fine) = audit(&server, &["verify"]);
    assert!(!fine && told.contains("BROKEN, record 2 (evt_"), "{told}");
    assert!(told.contains("error: 1 of the chains are broken"), "{told}");
    let (told, fine) = audit(&server, &["verify", "--head", "x"]);
    assert!(!fine && told.contains("expected a line that"), "{told}");
}
