//! The operations of the management API as its document tells them, and the things that their paths name.

use consentry::model::permission::Permission;
use consentry::web;
use consentry::web::openapi::PERMISSION;
use reqwest::Method;
use serde_json::Value;

use crate::api::user::ApiUser;
use crate::harness::Answer;

/// An operation as the document tells it.
pub struct Operation {
    pub method: Method,
    pub path: String,
    /// What it takes to call it.
    pub permission: Permission,
    /// A body that would do, if it takes one.
    pub body: Option<Value>,
}

/// Every operation of the management API.
pub fn operations() -> Vec<Operation> {
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
            let permission = operation[PERMISSION].as_str().and_then(Permission::named);
            let permission = permission.unwrap_or_else(|| panic!("{method} {path} names no permission"));
            operations.push(Operation { method, path: path.clone(), permission, body });
        }
    }
    operations
}

/// The things of one organization by their place in a path.
pub struct Things {
    pub app: String,
    pub secret: String,
    pub private_app: String,
    pub token: String,
    pub grant: String,
    pub session: String,
    pub member: String,
    pub invitation: String,
}

impl Things {
    /// Things that never were.
    pub fn missing() -> Things {
        let id = |kind: &str| format!("{kind}_00000000000000000000000000");
        Things {
            app: id("app"),
            secret: id("sec"),
            private_app: id("pri"),
            token: id("pat"),
            grant: id("grt"),
            session: "A".repeat(43),
            member: id("usr"),
            invitation: id("inv"),
        }
    }

    pub fn all(&self) -> [&str; 8] {
        let Self { app, secret, private_app, token, grant, session, member, invitation } = self;
        [app, secret, private_app, token, grant, session, member, invitation]
    }

    /// The path with these things in it; `None` where it names none, or one that belongs to no organization.
    pub fn at(&self, path: &str) -> Option<String> {
        let prefixes = [
            ("/api/apps/", &self.app),
            ("/api/instance/apps/", &self.app),
            ("/api/private-apps/", &self.private_app),
            ("/api/grants/", &self.grant),
            ("/api/sessions/", &self.session),
            ("/api/members/", &self.member),
            ("/api/invitations/", &self.invitation),
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

/// Calls an operation with a body that would do, or another.
pub async fn send(caller: &ApiUser, operation: &Operation, path: &str) -> Answer {
    let mut answer = match &operation.body {
        Some(_) if operation.path.ends_with("/logo") => {
            let picture = image::DynamicImage::new_rgba8(2, 2);
            let mut png = std::io::Cursor::new(Vec::new());
            picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
            caller.upload(path, "image/png", png.into_inner()).await
        }
        body => caller.send(operation.method.clone(), path, body.clone()).await,
    };
    if let Some(members) = answer.json.as_object_mut() {
        members.remove("request_id");
    }
    answer
}
