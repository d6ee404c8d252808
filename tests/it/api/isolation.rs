//! Another organization's things are the same as missing ones (SECURITY I-20): every documented operation is walked,
//! and one that names a thing that this test does not know fails it.

use consentry::model::id::ClientId;
use consentry::model::role::Role;
use consentry::store::db::Kind;
use consentry::web;
use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use crate::api::user::ApiUser;
use crate::harness::Answer;
use crate::harness::Server;
use crate::harness::grant;
use crate::on_both;

on_both!(foreign_things_are_missing_things, no_list_holds_a_foreign_thing);

/// An operation as the document tells it.
struct Operation {
    method: Method,
    path: String,
    /// A body that would do, if it takes one.
    body: Option<Value>,
}

fn operations() -> Vec<Operation> {
    let document = web::openapi::document(&"http://127.0.0.1:8080".parse().unwrap());
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap().iter().filter(|_| path.starts_with("/api/")) {
            let content = operation["requestBody"]["content"].as_object();
            let body = content.and_then(|content| content.values().next()).map(|content| {
                let name = content["schema"]["$ref"].as_str().unwrap_or_default().rsplit('/').next().unwrap();
                let stated = [&content["example"], &document["components"]["schemas"][name]["example"]];
                let example = stated.into_iter().find(|example| !example.is_null());
                example.cloned().unwrap_or_default()
            });
            let method = method.to_uppercase().parse().unwrap();
            operations.push(Operation { method, path: path.clone(), body });
        }
    }
    operations
}

/// The things of one organization by their place in a path.
struct Things {
    app: String,
    secret: String,
    private_app: String,
    token: String,
    grant: String,
}

impl Things {
    /// Things that never were.
    fn missing() -> Things {
        let id = |kind: &str| format!("{kind}_00000000000000000000000000");
        Things {
            app: id("app"),
            secret: id("sec"),
            private_app: id("pri"),
            token: id("pat"),
            grant: id("grt"),
        }
    }

    fn all(&self) -> [&str; 5] {
        [&self.app, &self.secret, &self.private_app, &self.token, &self.grant]
    }

    /// The path with these things in it; `None` where it names none, or one that belongs to no organization.
    fn at(&self, path: &str) -> Option<String> {
        let prefixes = [
            ("/api/apps/", &self.app),
            ("/api/instance/apps/", &self.app),
            ("/api/private-apps/", &self.private_app),
            ("/api/grants/", &self.grant),
        ];
        if !path.contains('{') || path.starts_with("/api/modules/") {
            return None;
        }
        let (_, id) =
            prefixes.into_iter().find(|(prefix, _)| path.starts_with(prefix)).unwrap_or_else(|| {
                panic!("{path} names a thing that this test does not know: say what a foreign one is")
            });
        let path =
            path.replace("{id}", id).replace("{secret_id}", &self.secret).replace("{token_id}", &self.token);
        assert!(!path.contains('{'), "{path}: say what a foreign one is");
        Some(path)
    }
}

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

async fn send(caller: &ApiUser, operation: &Operation, path: &str) -> Answer {
    let mut answer = match &operation.body {
        Some(_) if operation.path.ends_with("/logo") => {
            let picture = image::DynamicImage::new_rgba8(2, 2);
            let mut png = std::io::Cursor::new(Vec::new());
            picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
            caller.upload(path, "image/png", png.into_inner()).await
        }
        body => caller.send(operation.method.clone(), path, body.clone()).await,
    };
    answer.json["request_id"] = Value::Null;
    answer
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
                || (operation.path.starts_with("/api/grants/") && !is_person);
            assert_eq!(foreign.status.as_u16(), if closed { 403 } else { 404 }, "{what}: {foreign:?}");
            assert_eq!((foreign.status, &foreign.json), (missing.status, &missing.json), "{what}");
        }
        walked += 1;
    }
    assert!(walked >= 16, "{walked}");
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
