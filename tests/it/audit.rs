//! Whatever somebody did is in the log, once, under a name of the one table.

use consentry::accounts::sign_in;
use consentry::accounts::sign_in::Attempt;
use consentry::base::secret::Secret;
use consentry::model::audit::Action;
use consentry::model::role::Role;
use consentry::store;
use consentry::store::db::Kind;

use crate::harness::Server;
use crate::on_both;

on_both![
    consent_and_its_end_are_recorded,
    every_token_that_an_app_ends_is_recorded,
    a_replay_is_recorded,
    a_switch_of_organization_is_recorded,
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

async fn every_token_that_an_app_ends_is_recorded(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let tokens = client.connect(&mut server.signed_in(&seed).await).await;
    for _ in 0..2 {
        for token in ["access_token", "refresh_token"] {
            assert_eq!(client.revoke(tokens.text(token)).await.status, 200);
        }
    }
    assert_eq!(actions(&server).await, ["grant.give", "access_token.revoke", "family.revoke"]);
}

async fn a_replay_is_recorded(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let code = client.code(&mut server.signed_in(&seed).await).await;
    for _ in 0..3 {
        client.redeem(&code).await;
    }
    assert_eq!(actions(&server).await, ["grant.give", "family.revoked_after_replay"]);
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
        let attempt = Attempt { email, password: Secret::presented("wrong"), address: None, device: None };
        assert!(sign_in::sign_in(&server.app, attempt, None).await.is_err());
    }
    let mut told: Vec<_> =
        events(&server).await.into_iter().map(|(action, object, _, times)| (action, object, times)).collect();
    told.sort();
    let fail = |object: &str, times| ("sign_in.fail".to_owned(), object.to_owned(), times);
    assert_eq!(told, [fail("nobody", 3), fail(seed.user_id.as_str(), 1)]);
}
