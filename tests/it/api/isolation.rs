//! Another organization's things are the same as missing ones (SECURITY I-20).

use consentry::model::role::Role;
use consentry::store::db::Kind;
use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use crate::api::user::ApiUser;
use crate::harness::Server;
use crate::on_both;

on_both!(foreign_things_are_missing_things);

/// Every operation on one thing, with a body that would do.
fn operations(
    app: &str,
    secret: &str,
    private_app: &str,
    token: &str,
) -> Vec<(Method, String, Option<Value>)> {
    vec![
        (Method::GET, format!("/api/apps/{app}"), None),
        (Method::PATCH, format!("/api/apps/{app}"), Some(json!({ "name": "mine" }))),
        (Method::POST, format!("/api/apps/{app}/secrets"), None),
        (Method::DELETE, format!("/api/apps/{app}/secrets/{secret}"), None),
        (Method::DELETE, format!("/api/apps/{app}/logo"), None),
        (Method::DELETE, format!("/api/apps/{app}"), None),
        (Method::GET, format!("/api/private-apps/{private_app}"), None),
        (Method::PATCH, format!("/api/private-apps/{private_app}"), Some(json!({ "name": "mine" }))),
        (Method::POST, format!("/api/private-apps/{private_app}/tokens"), Some(json!({ "expiry": "30d" }))),
        (Method::DELETE, format!("/api/private-apps/{private_app}/tokens/{token}"), None),
        (Method::DELETE, format!("/api/private-apps/{private_app}/logo"), None),
        (Method::DELETE, format!("/api/private-apps/{private_app}"), None),
    ]
}

async fn foreign_things_are_missing_things(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let other = server.seed("Other", "eve@example.com", Role::Owner).await;
    let owner = ApiUser::session(&server, &acme).await;
    let app =
        owner.post("/api/apps", json!({ "name": "x", "redirect_uris": ["https://a.example/cb"] })).await;
    let wish = json!({ "name": "x", "scopes": ["contacts.read"], "expiry": "30d" });
    let private_app = owner.post("/api/private-apps", wish.clone()).await;
    let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
    let (app_id, secret_id) = (id(&app.json["app"]), id(&app.json["secret"]));
    let (private_id, token_id) = (id(&private_app.json["private_app"]), id(&private_app.json["token"]));
    let before = (owner.get("/api/apps").await.json, owner.get("/api/private-apps").await.json);

    let stranger = ApiUser::session(&server, &other).await;
    let all = json!({ "name": "x", "scopes": ["apps.write", "private_apps.write"], "expiry": "30d" });
    let script = stranger.post("/api/private-apps", all).await;
    let script = ApiUser::bearer(&server, script.json["token"]["token"].as_str().unwrap());

    let foreign = operations(&app_id, &secret_id, &private_id, &token_id);
    let missing = operations(
        "app_00000000000000000000000000",
        "sec_00000000000000000000000000",
        "pri_00000000000000000000000000",
        "pat_00000000000000000000000000",
    );
    for caller in [&stranger, &script] {
        for ((method, path, body), (_, nowhere, _)) in foreign.iter().zip(&missing) {
            let mut foreign = caller.send(method.clone(), path, body.clone()).await;
            let mut missing = caller.send(method.clone(), nowhere, body.clone()).await;
            assert_eq!(foreign.status, 404, "{method} {path}: {foreign:?}");
            for answer in [&mut foreign, &mut missing] {
                answer.json["request_id"] = Value::Null;
            }
            assert_eq!((foreign.status, &foreign.json), (missing.status, &missing.json), "{method} {path}");
        }
    }
    let after = (owner.get("/api/apps").await.json, owner.get("/api/private-apps").await.json);
    assert_eq!(before, after, "nothing was changed");
}
