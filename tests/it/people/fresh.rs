//! What takes a fresh proof of who somebody is: secrets, roles, people and policies.

use std::time::Duration;

use consentry::model::role::Role;
use consentry::model::scope::Scopes;
use consentry::store::db::Kind;
use serde_json::json;

use crate::api::operations::Things;
use crate::api::operations::operations;
use crate::api::operations::send;
use crate::api::user::ApiUser;
use crate::api::user::assert_problem;
use crate::harness::Answer;
use crate::harness::Browser;
use crate::harness::Server;
use crate::on_both;
use crate::people::PASSWORD;
use crate::people::ada;
use crate::people::sign_in;

on_both![
    these_operations_take_a_fresh_proof,
    a_proof_is_fresh_for_five_minutes,
    a_proof_is_for_its_own_session,
    a_token_is_its_own_proof,
    guessing_a_proof_is_slow,
    a_page_asks_and_goes_on_with_what_was_being_done,
    a_page_asks_for_every_such_form,
];

const GUARDED: [&str; 8] = [
    "DELETE /api/members/{id}",
    "PATCH /api/members/{id}",
    "PATCH /api/organization",
    "POST /api/apps",
    "POST /api/apps/{id}/secrets",
    "POST /api/invitations",
    "POST /api/private-apps",
    "POST /api/private-apps/{id}/tokens",
];

const LIFE: Duration = Duration::from_secs(5 * 60);

/// More than the calls of a test take.
const MOMENT: Duration = Duration::from_secs(30);

fn is_asked(answer: &Answer) -> bool {
    let asked = answer.json["type"] == "urn:consentry:problem:not-fresh";
    if asked {
        assert_problem(answer, 401);
        let challenge = answer.header("www-authenticate");
        assert!(
            challenge.contains("error=\"insufficient_user_authentication\", max_age=\"300\""),
            "{challenge}"
        );
    }
    asked
}

async fn prove(user: &ApiUser, password: &str) -> Answer {
    user.post("/api/session/proof", json!({ "current_password": password })).await
}

async fn these_operations_take_a_fresh_proof(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let operator = ApiUser::operator(&server, &acme).await;
    server.advance(LIFE);
    let mut asking = Vec::new();
    // Whoever has left is not asked any more.
    for operation in operations().into_iter().filter(|operation| operation.path != "/api/members/me") {
        let path = Things::missing().at(&operation.path).unwrap_or_else(|| operation.path.clone());
        if is_asked(&send(&operator, &operation, &path).await) {
            asking.push(format!("{} {}", operation.method, operation.path));
        }
    }
    asking.sort();
    assert_eq!(asking, GUARDED);
}

async fn a_proof_is_fresh_for_five_minutes(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let person = ApiUser::session(&server, &seed).await;
    let app = json!({ "name": "A", "redirect_uris": ["https://a.example/cb"] });
    server.advance(LIFE - MOMENT);
    assert_eq!(person.post("/api/apps", app.clone()).await.status, 201);
    server.advance(MOMENT);
    assert!(is_asked(&person.post("/api/apps", app.clone()).await));
    assert_problem(&prove(&person, "").await, 422);
    assert_problem(&prove(&person, "not the password").await, 422);
    assert!(is_asked(&person.post("/api/apps", app.clone()).await));
    assert_eq!(prove(&person, PASSWORD).await.status, 204);
    server.advance(LIFE - MOMENT);
    assert_eq!(person.post("/api/apps", app.clone()).await.status, 201);
    server.advance(MOMENT);
    assert!(is_asked(&person.post("/api/apps", app).await));
}

async fn a_proof_is_for_its_own_session(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let (here, there) = (ApiUser::session(&server, &seed).await, ApiUser::session(&server, &seed).await);
    let invitation = json!({ "email": "grace@example.com", "role": "member" });
    server.advance(LIFE + LIFE);
    assert_eq!(prove(&here, PASSWORD).await.status, 204);
    assert_eq!(here.post("/api/invitations", invitation.clone()).await.status, 201);
    assert!(is_asked(&there.post("/api/invitations", invitation).await));
}

async fn a_token_is_its_own_proof(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let scopes = || Scopes::parse("apps.write").unwrap();
    let client = server.client_with(&seed, |client| client.scopes = scopes()).await;
    let mut browser = server.signed_in(&seed).await;
    let code = client.allow(&mut browser, &[("scope", "apps.write")]).await.redirected("code").unwrap();
    let delegated = client.redeem(&code).await;
    let private = server.private_app(&seed, |app, _| app.scopes = scopes()).await;
    server.advance(LIFE + LIFE);
    for token in [delegated.text("access_token"), private.reveal()] {
        let user = ApiUser::bearer(&server, token);
        let app = json!({ "name": "A", "redirect_uris": ["https://a.example/cb"] });
        assert_eq!(user.post("/api/apps", app).await.status, 201);
    }
}

async fn guessing_a_proof_is_slow(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let thief = ApiUser::session(&server, &seed).await;
    let mut statuses = Vec::new();
    for guess in 0..6 {
        statuses.push(prove(&thief, &format!("guess number {guess}")).await.status.as_u16());
    }
    assert_eq!(statuses, [422, 422, 422, 422, 422, 429]);
    assert_problem(&prove(&thief, PASSWORD).await, 429);
    let mut owner = Browser::new(server.issuer());
    assert_eq!(sign_in(&mut owner, "/account", PASSWORD).await.status, 303, "nobody else is locked out");
}

async fn a_page_asks_and_goes_on_with_what_was_being_done(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let mut browser = server.signed_in(&seed).await;
    let form = browser.get("/apps/new").await;
    server.advance(LIFE + LIFE);
    let typed = [("name", "Zapier & Sons"), ("redirect_uris", "https://a.example/cb\nhttps://b.example/cb")];
    let asked = browser.submit(&form, "/apps/new", &typed).await;
    assert_eq!(
        (asked.status.as_u16(), asked.texts("h1").remove(0).as_str()),
        (403, "Confirm that it is you")
    );
    assert!(asked.text.contains("register an app"));
    let wrong = browser.submit(&asked, "/apps/new", &[("proof_password", "not it")]).await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.texts("#proof_password-error").len()),
        (422, 1),
        "{}",
        wrong.text
    );
    assert!(!wrong.text.contains("not it\""));
    let person = ApiUser::session(&server, &seed).await;
    assert_eq!(person.get("/api/apps").await.json["items"], json!([]), "nothing was done yet");

    let shown = browser.submit(&wrong, "/apps/new", &[("proof_password", PASSWORD)]).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    assert!(shown.texts("#secret")[0].starts_with("SECRET."));
    let apps = person.get("/api/apps").await.json;
    assert_eq!(apps["items"][0]["name"], "Zapier & Sons");
    assert_eq!(apps["items"][0]["redirect_uris"], json!(["https://a.example/cb", "https://b.example/cb"]));
    let again = browser.submit(&wrong, "/apps/new", &[("proof_password", PASSWORD)]).await;
    assert_eq!(again.status, 409, "what works once works once");
    assert_eq!(person.get("/api/apps").await.json["items"].as_array().unwrap().len(), 1);

    // It holds for a while.
    let page = browser.get("/invitations/new").await;
    let invited = browser.submit(&page, "/invitations/new", &[("email", "grace@example.com")]).await;
    assert_eq!(invited.status, 200);
    for _ in 0..5 {
        server.advance(LIFE + LIFE);
        let wrong = browser.submit(&asked, "/apps/new", &[("proof_password", "not it")]).await;
        assert_eq!(wrong.status, 422);
    }
}

async fn a_page_asks_for_every_such_form(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let grace = server.person(&seed.organization_id, "grace@example.com", Role::Member).await;
    let person = ApiUser::session(&server, &seed).await;
    let app = json!({ "name": "A", "redirect_uris": ["https://a.example/cb"] });
    let app = person.post("/api/apps", app).await.json["app"]["id"].as_str().unwrap().to_owned();
    let private = json!({ "name": "P", "scopes": ["contacts.read"], "expiry": "30d" });
    let private = person.post("/api/private-apps", private).await.json["private_app"]["id"].clone();
    let private = format!("/private-apps/{}", private.as_str().unwrap());
    let member = format!("/members/{grace}");
    let forms = [
        ("/settings".to_owned(), "/settings".to_owned(), 303),
        (format!("/apps/{app}"), format!("/apps/{app}/secrets"), 200),
        (private.clone(), format!("{private}/tokens"), 200),
        ("/private-apps/new".to_owned(), "/private-apps/new".to_owned(), 422),
        ("/invitations/new".to_owned(), "/invitations/new".to_owned(), 422),
        (member.clone(), member.clone(), 303),
        (member.clone(), format!("{member}/remove"), 303),
    ];
    for (page, action, done) in forms {
        let mut browser = server.signed_in(&seed).await;
        let form = browser.get(&page).await;
        assert_eq!(form.status, 200, "{page}");
        server.advance(LIFE + LIFE);
        let asked = browser.submit(&form, &action, &[]).await;
        assert_eq!(asked.texts("h1"), ["Confirm that it is you"], "{action}");
        let went_on = browser.submit(&asked, &action, &[("proof_password", PASSWORD)]).await;
        assert_eq!(went_on.status.as_u16(), done, "{action}: {}", went_on.text);
    }
}
