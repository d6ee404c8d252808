//! Who is let in, by cookie or by token.

use consentry::model::role::Role;
use consentry::store::db::Kind;
use serde_json::json;

use crate::api::user::ApiUser;
use crate::api::user::assert_problem;
use crate::harness::Server;
use crate::on_both;

on_both!(
    nobody_gets_a_challenge_without_an_error,
    a_wrong_token_gets_a_challenge_that_says_so,
    a_browser_needs_its_csrf_token_and_our_origin_to_change_things,
    a_token_beside_a_cookie_counts_alone,
    two_tokens_are_refused,
    the_frameworks_own_errors_are_problems_too,
);

async fn nobody_gets_a_challenge_without_an_error(kind: Kind) {
    let server = Server::start(kind).await;
    let nobody = ApiUser::nobody(&server);
    for path in ["/api/me", "/api/apps", "/api/private-apps", "/api/modules", "/api/grants", "/api/session"] {
        let refused = nobody.get(path).await;
        assert_problem(&refused, 401);
        assert_eq!(refused.header("www-authenticate"), r#"Bearer realm="consentry""#, "{path}");
    }
    assert_problem(&nobody.post("/api/apps", json!({ "name": "x" })).await, 401);
}

async fn a_wrong_token_gets_a_challenge_that_says_so(kind: Kind) {
    let server = Server::start(kind).await;
    for token in ["x", "OAUTH2.nonsense", "PRIVATE.0rTs8yh0UKTzPZ9xpJ1ChhDC4bMFzVuGYUR0ggkPGrv0pBqwJ"] {
        let refused = ApiUser::bearer(&server, token).get("/api/apps").await;
        assert_problem(&refused, 401);
        assert!(refused.header("www-authenticate").contains(r#"error="invalid_token""#), "{refused:?}");
    }
}

async fn a_browser_needs_its_csrf_token_and_our_origin_to_change_things(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let user = async || ApiUser::session(&server, &seed).await;
    let wish = || json!({ "name": "x", "redirect_uris": ["https://client.example/cb"] });
    assert_eq!(user().await.post("/api/apps", wish()).await.status, 201);
    let evil = || "https://evil.example".to_owned();
    for forged in [
        user().await.without("x-csrf-token"),
        user().await.with("x-csrf-token", "CSRF.x".to_owned()),
        user().await.without("origin"),
        user().await.with("origin", evil()),
        user().await.with("origin", "null".to_owned()),
    ] {
        assert_problem(&forged.post("/api/apps", wish()).await, 403);
        assert_eq!(forged.get("/api/apps").await.status, 200);
    }
    let same_site = user().await.without("origin").with("sec-fetch-site", "same-origin".to_owned());
    assert_eq!(same_site.post("/api/apps", wish()).await.status, 201);
}

async fn a_token_beside_a_cookie_counts_alone(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let owner = ApiUser::session(&server, &seed).await;
    let wish = json!({ "name": "x", "scopes": ["contacts.read"], "expiry": "30d" });
    let made = owner.post("/api/private-apps", wish).await;
    let token = made.json["token"]["token"].as_str().unwrap();
    let both = owner.with("authorization", format!("Bearer {token}"));
    assert_eq!(both.get("/api/me").await.json["kind"], "private_app");
    assert_problem(&both.get("/api/private-apps").await, 403);
}

async fn two_tokens_are_refused(kind: Kind) {
    let server = Server::start(kind).await;
    let user = ApiUser::nobody(&server)
        .with("authorization", "OAUTH2.x".to_owned())
        .with("authorisation", "OAUTH2.y".to_owned());
    assert_problem(&user.get("/api/me").await, 400);
}

async fn the_frameworks_own_errors_are_problems_too(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let owner = ApiUser::session(&server, &seed).await;
    assert_problem(&owner.get("/api/nothing").await, 404);
    let other_method = owner.put("/api/apps", json!({})).await;
    assert_problem(&other_method, 405);
    assert!(other_method.header("allow").contains("POST"), "{other_method:?}");
    let text = owner.upload("/api/session/organization", "text/plain", b"x".to_vec()).await;
    assert_problem(&text, 415);
    let broken = owner.upload("/api/session/organization", "application/json", b"{".to_vec()).await;
    assert_problem(&broken, 400);
    let large = owner.upload("/api/session/organization", "application/json", vec![b' '; 100_000]).await;
    assert_problem(&large, 413);
}
