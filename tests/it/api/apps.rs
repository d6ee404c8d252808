//! OAuth apps.

use consentry::model::role::Role;
use consentry::store::db::Kind;
use serde_json::Value;
use serde_json::json;

use crate::api::user::ApiUser;
use crate::api::user::assert_problem;
use crate::api::user::ids;
use crate::api::user::misshapen_fields;
use crate::api::user::wrong_fields;
use crate::harness::OAuthClient;
use crate::harness::Server;
use crate::on_both;

on_both!(
    an_app_is_registered_changed_and_deleted,
    a_registered_app_gets_tokens_and_a_deleted_one_loses_them,
    every_wrong_field_is_named_at_once,
    two_secrets_live_at_once_and_no_more,
    an_ended_secret_works_no_more,
    lists_come_in_pages,
    presets_fill_in_what_is_left_out,
    a_disabled_app_rests,
    two_rotations_at_once_have_one_winner,
);

const CALLBACK: &str = "https://client.example/callback";

async fn owner(kind: Kind) -> (Server, ApiUser) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let owner = ApiUser::session(&server, &seed).await;
    (server, owner)
}

async fn register(owner: &ApiUser, name: &str) -> Value {
    let wish = json!({
        "name": name,
        "redirect_uris": [CALLBACK],
        "scopes": ["contacts.read"],
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
    });
    let made = owner.post("/api/apps", wish).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.json
}

fn path(registered: &Value) -> String {
    format!("/api/apps/{}", registered["app"]["id"].as_str().unwrap())
}

fn client(server: &Server, registered: &Value, secret: &Value) -> OAuthClient {
    let id = registered["app"]["id"].as_str().unwrap();
    let secret = secret.as_str().map(str::to_owned);
    OAuthClient::new(server.nodes.clone(), id, secret, CALLBACK.to_owned())
}

async fn an_app_is_registered_changed_and_deleted(kind: Kind) {
    let (_server, owner) = owner(kind).await;
    let made = register(&owner, "Contact Sync").await;
    assert!(made["secret"]["secret"].as_str().unwrap().starts_with("SECRET."));
    assert_eq!(made["app"]["access_lifetime"], "1h");

    let shown = owner.get(&path(&made)).await;
    assert_eq!(shown.json["name"], "Contact Sync");
    assert_eq!(shown.json["grants"], 0);
    assert_eq!(shown.json["secrets"].as_array().unwrap().len(), 1);
    assert!(shown.json["secrets"][0].get("secret").is_none(), "a secret is shown once");

    let changed = owner.patch(&path(&made), json!({ "name": "Sync 2", "access_lifetime": "never" })).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(changed.json["name"], "Sync 2");
    assert_eq!(changed.json["access_lifetime"], "never");
    assert_eq!(changed.json["redirect_uris"], json!([CALLBACK]));

    assert_eq!(owner.delete(&path(&made)).await.status, 204);
    assert_problem(&owner.get(&path(&made)).await, 404);
    assert_problem(&owner.delete(&path(&made)).await, 404);
}

async fn a_registered_app_gets_tokens_and_a_deleted_one_loses_them(kind: Kind) {
    let (server, owner) = owner(kind).await;
    let made = register(&owner, "Contact Sync").await;
    let client = client(&server, &made, &made["secret"]["secret"]);
    let token = client.client_credentials().await.text("access_token").to_owned();
    assert_eq!(client.call("/api/me", &token).await.status, 200);
    assert_eq!(owner.delete(&path(&made)).await.status, 204);
    assert_eq!(client.call("/api/me", &token).await.status, 401);
}

async fn every_wrong_field_is_named_at_once(kind: Kind) {
    let (_server, owner) = owner(kind).await;
    let wish = json!({
        "name": " ",
        "description": "a\u{202e}b",
        "kind": "public",
        "pkce": "optional",
        "redirect_uris": [CALLBACK, "http://evil.example/cb", "https://*.example"],
        "grant_types": ["authorization_code", "client_credentials"],
        "scopes": ["contacts.read", "nothing.read"],
        "access_lifetime": "1s",
        "refresh_lifetime": "1m",
        "refresh_window": "2h",
        "resource_server": true,
    });
    let refused = owner.post("/api/apps", wish).await;
    let mut fields = misshapen_fields(&refused);
    fields.sort();
    let expected = [
        "access_lifetime",
        "description",
        "grant_types",
        "name",
        "pkce",
        "redirect_uris",
        "refresh_lifetime",
        "refresh_window",
        "resource_server",
        "scopes",
    ];
    assert_eq!(fields, expected);
    let text = refused.json.to_string();
    assert!(text.contains("Line 2: ") && text.contains("Line 3: ") && !text.contains("Line 1: "), "{text}");
    assert!(ids(&owner.get("/api/apps").await).is_empty(), "nothing was made");

    let no_uri = owner.post("/api/apps", json!({ "name": "x" })).await;
    assert_eq!(wrong_fields(&no_uri), ["redirect_uris"]);
    let odd_span = json!({ "name": "x", "redirect_uris": [CALLBACK], "access_lifetime": "soon" });
    assert_eq!(misshapen_fields(&owner.post("/api/apps", odd_span).await), ["access_lifetime"]);
    let many: Vec<_> = (0..51).map(|n| format!("{CALLBACK}/{n}")).collect();
    let many = owner.post("/api/apps", json!({ "name": "x", "redirect_uris": many })).await;
    assert_eq!(misshapen_fields(&many), ["redirect_uris"]);
    for (name, value) in [
        ("redirect_uris", json!(["http://evil.example/cb"])),
        ("scopes", json!(["nothing.read"])),
        ("access_lifetime", json!("1s")),
        ("refresh_window", json!("2h")),
        ("resource_server", json!(true)),
        ("name", json!("x\u{e0041}")),
    ] {
        let mut wish = json!({ "name": "x", "redirect_uris": [CALLBACK] });
        wish[name] = value;
        assert_eq!(wrong_fields(&owner.post("/api/apps", wish).await), [name]);
    }

    assert_problem(&owner.post("/api/apps", json!({ "name": "x", "nmae": "y" })).await, 400);
    assert_problem(&owner.post("/api/apps", json!({ "redirect_uris": [] })).await, 400);
    assert_problem(&owner.post("/api/apps", json!({ "name": "x", "kind": "secret" })).await, 400);
}

async fn two_secrets_live_at_once_and_no_more(kind: Kind) {
    let (server, owner) = owner(kind).await;
    let made = register(&owner, "Contact Sync").await;
    let secrets = format!("{}/secrets", path(&made));
    let second = owner.press(&secrets).await;
    assert_eq!(second.status, 201, "{second:?}");
    for secret in [&made["secret"]["secret"], &second.json["secret"]] {
        assert_eq!(client(&server, &made, secret).client_credentials().await.status, 200);
    }
    assert_problem(&owner.press(&secrets).await, 409);

    let public = json!({ "name": "Native", "preset": "native", "redirect_uris": ["http://127.0.0.1/cb"] });
    let public = owner.post("/api/apps", public).await;
    assert!(public.json.get("secret").is_none());
    assert_problem(&owner.press(&format!("{}/secrets", path(&public.json))).await, 409);
}

async fn an_ended_secret_works_no_more(kind: Kind) {
    let (server, owner) = owner(kind).await;
    let made = register(&owner, "Contact Sync").await;
    let client = client(&server, &made, &made["secret"]["secret"]);
    assert_eq!(client.client_credentials().await.status, 200);
    let secret = format!("{}/secrets/{}", path(&made), made["secret"]["id"].as_str().unwrap());
    assert_eq!(owner.delete(&secret).await.status, 204);
    client.client_credentials().await.assert_error(401, "invalid_client");
    assert_problem(&owner.delete(&secret).await, 404);
    assert_eq!(owner.press(&format!("{}/secrets", path(&made))).await.status, 201);
}

async fn lists_come_in_pages(kind: Kind) {
    let (_server, owner) = owner(kind).await;
    for name in ["a", "b", "c", "d", "e"] {
        register(&owner, name).await;
    }
    let whole = ids(&owner.get("/api/apps").await);
    assert_eq!(whole.len(), 5);
    let mut paged = Vec::new();
    let mut next = Some(String::from("/api/apps?limit=2"));
    while let Some(path) = next {
        let page = owner.get(&path).await;
        paged.extend(ids(&page));
        next = page.json["next"].as_str().map(|after| format!("/api/apps?limit=2&after={after}"));
    }
    assert_eq!(paged, whole);
    for odd in ["limit=0", "limit=201", "limit=x", "limit=1&limit=2"] {
        assert_problem(&owner.get(&format!("/api/apps?{odd}")).await, 400);
    }
}

async fn presets_fill_in_what_is_left_out(kind: Kind) {
    let (_server, owner) = owner(kind).await;
    for (preset, pkce, access) in
        [("standard", "required", "1h"), ("zapier", "optional", "1h"), ("worktual", "optional", "never")]
    {
        let wish = json!({ "name": preset, "preset": preset, "redirect_uris": [CALLBACK] });
        let made = owner.post("/api/apps", wish).await;
        assert_eq!(made.status, 201, "{made:?}");
        assert_eq!(made.json["app"]["pkce"], pkce, "{preset}");
        assert_eq!(made.json["app"]["access_lifetime"], access, "{preset}");
        assert_eq!(made.json["app"]["distribution"], "private", "{preset}");
    }
}

async fn a_disabled_app_rests(kind: Kind) {
    let (server, owner) = owner(kind).await;
    let made = register(&owner, "Contact Sync").await;
    let client = client(&server, &made, &made["secret"]["secret"]);
    let token = client.client_credentials().await.text("access_token").to_owned();
    assert_eq!(owner.patch(&path(&made), json!({ "disabled": true })).await.json["disabled"], true);
    assert_eq!(client.call("/api/me", &token).await.status, 401);
    client.client_credentials().await.assert_error(401, "invalid_client");
    assert_eq!(owner.patch(&path(&made), json!({ "disabled": false })).await.json["disabled"], false);
    assert_eq!(client.call("/api/me", &token).await.status, 200);
}

async fn two_rotations_at_once_have_one_winner(kind: Kind) {
    let (_server, owner) = owner(kind).await;
    let made = register(&owner, "Contact Sync").await;
    let secrets = format!("{}/secrets", path(&made));
    let all = futures_util::future::join_all((0..8).map(|_| owner.press(&secrets))).await;
    let won = all.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(won, 1, "{all:?}");
    assert!(all.iter().all(|answer| [201, 409, 503].contains(&answer.status.as_u16())), "{all:?}");
    assert_eq!(owner.get(&path(&made)).await.json["secrets"].as_array().unwrap().len(), 2);
}
