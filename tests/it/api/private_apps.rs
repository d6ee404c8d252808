//! Private apps.

use std::time::Duration;

use consentry::model::lifetime::Seconds;
use consentry::model::role::Role;
use consentry::store::db::Kind;
use serde_json::Value;
use serde_json::json;

use crate::api::user::ApiUser;
use crate::api::user::assert_problem;
use crate::api::user::ids;
use crate::api::user::misshapen_fields;
use crate::api::user::wrong_fields;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;

on_both!(
    a_private_app_is_created_used_changed_and_deleted,
    a_narrowed_private_app_can_do_less_at_once,
    two_tokens_live_at_once_and_a_revoked_one_is_dead,
    tokens_keep_to_the_organizations_policy,
    tokens_work_from_allowed_addresses_only,
    every_wrong_field_is_named_at_once,
    last_use_is_shown,
);

const DAY: Duration = Duration::from_secs(86_400);

async fn owner(kind: Kind) -> (Server, Seed, ApiUser) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let owner = ApiUser::session(&server, &seed).await;
    (server, seed, owner)
}

async fn create(owner: &ApiUser, changes: Value) -> Value {
    let mut wish = json!({ "name": "Export", "scopes": ["contacts.read", "apps.read"], "expiry": "30d" });
    wish.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    let made = owner.post("/api/private-apps", wish).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.json
}

fn path(created: &Value) -> String {
    format!("/api/private-apps/{}", created["private_app"]["id"].as_str().unwrap())
}

fn holder(server: &Server, token: &Value) -> ApiUser {
    ApiUser::bearer(server, token["token"].as_str().unwrap())
}

async fn a_private_app_is_created_used_changed_and_deleted(kind: Kind) {
    let (server, _, owner) = owner(kind).await;
    let made = create(&owner, json!({})).await;
    let script = holder(&server, &made["token"]);
    assert_eq!(script.get("/api/me").await.json["label"], "Export, Acme");
    assert_eq!(script.get("/api/apps").await.status, 200);

    let changed = owner.patch(&path(&made), json!({ "name": "Export 2" })).await;
    assert_eq!(changed.json["name"], "Export 2");
    assert_eq!(changed.json["tokens"].as_array().unwrap().len(), 1);
    assert_eq!(ids(&owner.get("/api/private-apps").await).len(), 1);
    assert!(
        !owner.get(&path(&made)).await.json.to_string().contains(made["token"]["token"].as_str().unwrap())
    );

    assert_eq!(owner.delete(&path(&made)).await.status, 204);
    assert_problem(&script.get("/api/me").await, 401);
    assert_problem(&owner.get(&path(&made)).await, 404);
}

async fn a_narrowed_private_app_can_do_less_at_once(kind: Kind) {
    let (server, _, owner) = owner(kind).await;
    let made = create(&owner, json!({})).await;
    let script = holder(&server, &made["token"]);
    assert_eq!(script.get("/api/apps").await.status, 200);
    owner.patch(&path(&made), json!({ "scopes": ["contacts.read"] })).await;
    let refused = script.get("/api/apps").await;
    assert_problem(&refused, 403);
    assert!(refused.header("www-authenticate").contains(r#"error="insufficient_scope""#), "{refused:?}");
    assert!(refused.header("www-authenticate").contains(r#"scope="apps.read""#), "{refused:?}");
}

async fn two_tokens_live_at_once_and_a_revoked_one_is_dead(kind: Kind) {
    let (server, _, owner) = owner(kind).await;
    let made = create(&owner, json!({})).await;
    let tokens = format!("{}/tokens", path(&made));
    let second = owner.post(&tokens, json!({ "expiry": "never" })).await;
    assert_eq!(second.status, 201, "{second:?}");
    assert!(second.json.get("expires_at").is_none());
    assert_problem(&owner.post(&tokens, json!({ "expiry": "1y" })).await, 409);

    let first = holder(&server, &made["token"]);
    assert_eq!(first.get("/api/me").await.status, 200);
    let revoked = format!("{tokens}/{}", made["token"]["id"].as_str().unwrap());
    assert_eq!(owner.delete(&revoked).await.status, 204);
    assert_problem(&first.get("/api/me").await, 401);
    assert_problem(&owner.delete(&revoked).await, 404);
    assert_eq!(holder(&server, &second.json).get("/api/me").await.status, 200);
    assert_eq!(owner.post(&tokens, json!({ "expiry": "30d" })).await.status, 201);
}

async fn tokens_keep_to_the_organizations_policy(kind: Kind) {
    let (server, seed, owner) = owner(kind).await;
    let endless = create(&owner, json!({ "expiry": "never" })).await;
    let limit = Some(Seconds::days(90));
    server.change_organization(&seed.organization_id, |acme| acme.private_token_age = limit).await;
    server.app.standing_changed();

    let wish = |expiry| json!({ "name": "x", "scopes": ["contacts.read"], "expiry": expiry });
    for expiry in ["1y", "never"] {
        assert_eq!(wrong_fields(&owner.post("/api/private-apps", wish(expiry)).await), ["expiry"]);
        let more = owner.post(&format!("{}/tokens", path(&endless)), json!({ "expiry": expiry })).await;
        assert_eq!(wrong_fields(&more), ["expiry"]);
    }
    assert_eq!(owner.post("/api/private-apps", wish("90d")).await.status, 201);

    let script = holder(&server, &endless["token"]);
    assert_eq!(script.get("/api/me").await.status, 200);
    server.advance(91 * DAY);
    let blocked = script.get("/api/me").await;
    assert_problem(&blocked, 401);
    assert!(blocked.text("detail").contains("policy"), "{blocked:?}");
}

async fn tokens_work_from_allowed_addresses_only(kind: Kind) {
    let (server, _, owner) = owner(kind).await;
    let made = create(&owner, json!({ "allowed_ips": ["203.0.113.0/24", "198.51.100.7"] })).await;
    let script = || holder(&server, &made["token"]);
    assert_problem(&script().get("/api/me").await, 401);
    let from = |address: &str| script().with("x-forwarded-for", address.to_owned());
    assert_eq!(from("203.0.113.9").get("/api/me").await.status, 200);
    assert_eq!(from("198.51.100.7").get("/api/me").await.status, 200);
    assert_problem(&from("198.51.100.8").get("/api/me").await, 401);
    assert_problem(&from("203.0.113.9, 198.51.100.8").get("/api/me").await, 401);
}

async fn every_wrong_field_is_named_at_once(kind: Kind) {
    let (_server, _, owner) = owner(kind).await;
    let wish = json!({
        "name": "",
        "description": "x".repeat(501),
        "scopes": ["nothing.write"],
        "allowed_ips": ["10.0.0.0/33"],
        "expiry": "never",
    });
    let mut fields = misshapen_fields(&owner.post("/api/private-apps", wish).await);
    fields.dedup();
    assert_eq!(fields, ["name", "description", "scopes", "allowed_ips"]);
    let many: Vec<_> = (0..101).map(|n| format!("10.0.0.{n}")).collect();
    let wish = json!({ "name": "x", "scopes": ["contacts.read"], "allowed_ips": many, "expiry": "30d" });
    assert_eq!(misshapen_fields(&owner.post("/api/private-apps", wish).await), ["allowed_ips"]);
    let two_in_one = json!({ "name": "x", "scopes": ["contacts.read"], "allowed_ips": ["10.0.0.1, 10.0.0.2"], "expiry": "30d" });
    assert!(
        misshapen_fields(&owner.post("/api/private-apps", two_in_one).await)
            .contains(&"allowed_ips".to_owned())
    );
    let none =
        json!({ "name": "x", "scopes": ["contacts.read"], "allowed_ips": ["10.0.0.0/33"], "expiry": "30d" });
    assert_eq!(wrong_fields(&owner.post("/api/private-apps", none).await), ["allowed_ips"]);
    let no_expiry = json!({ "name": "x", "scopes": ["contacts.read"] });
    assert_problem(&owner.post("/api/private-apps", no_expiry).await, 400);
}

async fn last_use_is_shown(kind: Kind) {
    let (server, _, owner) = owner(kind).await;
    let made = create(&owner, json!({})).await;
    let script = holder(&server, &made["token"]).with("x-forwarded-for", "203.0.113.7".to_owned());
    assert_eq!(script.get("/api/apps?limit=3").await.status, 200);
    server.settle().await;
    let shown = owner.get(&path(&made)).await;
    let token = &shown.json["tokens"][0];
    assert_eq!(token["last_used_ip"], "203.0.113.7");
    assert_eq!(token["last_used_call"], "GET /api/apps");
    assert!(token["last_used_at"].as_str().unwrap().ends_with('Z'));
}
