//! Another organization's things are the same as missing ones (SECURITY I-20): every documented operation is walked,
//! and one that names a thing that this test does not know fails it.

use consentry::model::id::ClientId;
use consentry::model::role::Role;
use consentry::store::db::Kind;
use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use crate::api::operations::Things;
use crate::api::operations::operations;
use crate::api::operations::send;
use crate::api::user::ApiUser;
use crate::harness::Server;
use crate::harness::grant;
use crate::on_both;

on_both!(foreign_things_are_missing_things, no_list_holds_a_foreign_thing);

/// What no token opens.
const PEOPLE: [&str; 4] = ["/api/grants/", "/api/sessions/", "/api/members/", "/api/invitations/"];

/// Acme with one of everything, and its owner.
async fn acme(server: &Server) -> (ApiUser, Things) {
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let owner = ApiUser::session(server, &acme).await;
    let wish = json!({ "name": "Acme only", "redirect_uris": ["https://a.example/cb"] });
    let app = owner.post("/api/apps", wish).await;
    let wish = json!({ "name": "Acme only", "scopes": ["contacts.read"], "expiry": "30d" });
    let private_app = owner.post("/api/private-apps", wish).await;
    let client = server.client(&acme).await;
    client.connect(&mut server.signed_in(&acme).await).await;
    let mut conn = server.app.db.read().await.unwrap();
    let grant = grant(&mut conn, &acme.user_id, &ClientId::parse(&client.id).unwrap()).await;
    let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
    let things = Things {
        app: id(&app.json["app"]),
        secret: id(&app.json["secret"]),
        private_app: id(&private_app.json["private_app"]),
        token: id(&private_app.json["token"]),
        grant: grant.id.to_string(),
        session: server.session(&acme).await.as_str().to_owned(),
        member: acme.user_id.to_string(),
        invitation: server.invitation(&acme, "grace@example.com").await.to_string(),
    };
    (owner, things)
}

/// An owner elsewhere, and a private app of theirs that may do everything.
async fn strangers(server: &Server) -> [ApiUser; 2] {
    let other = server.seed("Other", "eve@example.com", Role::Owner).await;
    let stranger = ApiUser::session(server, &other).await;
    let all = json!({ "name": "x", "scopes": ["apps.write", "private_apps.write"], "expiry": "30d" });
    let script = stranger.post("/api/private-apps", all).await;
    let script = ApiUser::bearer(server, script.json["token"]["token"].as_str().unwrap());
    [stranger, script]
}

async fn foreign_things_are_missing_things(kind: Kind) {
    let server = Server::start(kind).await;
    let (owner, things) = acme(&server).await;
    let whole = async || {
        let paths = [
            "/api/apps".to_owned(),
            format!("/api/apps/{}", things.app),
            "/api/private-apps".to_owned(),
            format!("/api/private-apps/{}", things.private_app),
            "/api/members".to_owned(),
            "/api/invitations".to_owned(),
        ];
        let mut whole = Vec::new();
        for path in paths {
            whole.push(owner.get(&path).await.json);
        }
        whole
    };
    let before = whole().await;
    let grants = owner.get("/api/grants").await.json;
    let callers = strangers(&server).await;
    let mut walked = 0;
    for operation in operations() {
        let Some(foreign) = things.at(&operation.path) else { continue };
        let nowhere = Things::missing().at(&operation.path).unwrap();
        for (caller, is_person) in callers.iter().zip([true, false]) {
            let what = format!("{} {}", operation.method, operation.path);
            let foreign = send(caller, &operation, &foreign).await;
            let missing = send(caller, &operation, &nowhere).await;
            // What is for operators or people alone is refused whatever it names.
            let closed = operation.path.starts_with("/api/instance/")
                || (PEOPLE.iter().any(|people| operation.path.starts_with(people)) && !is_person);
            assert_eq!(foreign.status.as_u16(), if closed { 403 } else { 404 }, "{what}: {foreign:?}");
            assert_eq!((foreign.status, &foreign.json), (missing.status, &missing.json), "{what}");
        }
        walked += 1;
    }
    assert!(walked >= 20, "{walked}");
    assert_eq!(whole().await, before, "nothing was changed");
    assert_eq!(owner.get("/api/grants").await.json, grants, "nothing was changed");
}

async fn no_list_holds_a_foreign_thing(kind: Kind) {
    let server = Server::start(kind).await;
    let (_owner, things) = acme(&server).await;
    for caller in strangers(&server).await {
        for operation in operations() {
            if operation.method != Method::GET || operation.path.contains('{') {
                continue;
            }
            let answer = caller.get(&operation.path).await;
            let text = answer.json.to_string();
            let foreign = things.all().into_iter().find(|id| text.contains(*id));
            assert_eq!(foreign, None, "{}: {answer:?}", operation.path);
            assert!(!text.contains("Acme only"), "{}: {answer:?}", operation.path);
        }
    }
}
