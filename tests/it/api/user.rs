//! Somebody who calls the management API.

use consentry::model::email::Email;
use consentry::model::id::UserId;
use consentry::model::role::Role;
use consentry::model::user::User;
use consentry::store;
use reqwest::Method;
use serde_json::Value;

use crate::harness::Answer;
use crate::harness::Browser;
use crate::harness::Seed;
use crate::harness::Server;

/// A browser session or the bearer of a token.
pub struct ApiUser {
    origin: String,
    headers: Vec<(&'static str, String)>,
    http: reqwest::Client,
}

impl ApiUser {
    pub fn nobody(server: &Server) -> ApiUser {
        ApiUser { origin: server.issuer().to_owned(), headers: Vec::new(), http: reqwest::Client::new() }
    }

    pub fn bearer(server: &Server, token: &str) -> ApiUser {
        Self::nobody(server).with("authorization", format!("Bearer {token}"))
    }

    /// A browser in which the person is signed in, on one of our own pages.
    pub async fn session(server: &Server, seed: &Seed) -> ApiUser {
        let browser = server.signed_in(seed).await;
        let cookie = browser.cookie("sid").unwrap();
        let user = Self::nobody(server).with("cookie", format!("{}={cookie}", server.cookie_name("sid")));
        let session = user.get("/api/session").await;
        assert_eq!(session.status, 200, "{session:?}");
        let csrf = session.text("csrf_token").to_owned();
        user.with("x-csrf-token", csrf).with("origin", server.origin().to_owned())
    }

    /// The session of a new person in the organization of `seed`.
    pub async fn colleague(server: &Server, seed: &Seed, email: &str, role: Role) -> ApiUser {
        let user_id = server.person(&seed.organization_id, email, role).await;
        Self::session(server, &Seed { organization_id: seed.organization_id.clone(), user_id }).await
    }

    /// The session of a new owner who may change what belongs to the whole installation.
    pub async fn operator(server: &Server, seed: &Seed) -> ApiUser {
        let now = server.app.now();
        let user = User {
            id: UserId::generate(now),
            email: Email::parse("operator@example.com").unwrap(),
            name: "Olga Operator".to_owned(),
            operator: true,
            disabled_at: None,
            created_at: now,
        };
        let mut tx = server.app.db.begin().await.unwrap();
        store::users::insert(&mut tx, &user, "no password").await.unwrap();
        tx.commit().await.unwrap();
        Self::colleague(server, seed, "operator@example.com", Role::Owner).await
    }

    /// The browser that this person is signed in with.
    pub fn browser(&self) -> Browser {
        let cookie = self.headers.iter().find(|(name, _)| *name == "cookie").map(|(_, value)| value);
        Browser::with_cookie(&self.origin, "sid", cookie.unwrap().strip_prefix("sid=").unwrap())
    }

    /// The same at another node.
    pub fn at(&self, node: &str) -> ApiUser {
        ApiUser { origin: node.to_owned(), headers: self.headers.clone(), http: self.http.clone() }
    }

    pub fn with(mut self, name: &'static str, value: String) -> ApiUser {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value));
        self
    }

    pub fn without(mut self, name: &str) -> ApiUser {
        self.headers.retain(|(other, _)| *other != name);
        self
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Sends an empty post.
    pub async fn press(&self, path: &str) -> Answer {
        self.send(Method::POST, path, None).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.origin));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    pub async fn upload(&self, path: &str, content_type: &str, file: Vec<u8>) -> Answer {
        let mut request =
            self.http.put(format!("{}{path}", self.origin)).header("content-type", content_type);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        Answer::of(request.body(file).send().await.unwrap()).await
    }
}

/// Fails unless the answer is a problem document of this status.
#[track_caller]
pub fn assert_problem(answer: &Answer, status: u16) {
    assert_eq!(answer.status.as_u16(), status, "{answer:?}");
    assert_eq!(answer.header("content-type"), "application/problem+json", "{answer:?}");
    assert_eq!(answer.json["status"], status, "{answer:?}");
    assert!(answer.json["type"].as_str().unwrap().starts_with("urn:consentry:problem:"), "{answer:?}");
    assert!(answer.json["detail"].is_string(), "{answer:?}");
}

/// The fields that are as documented and do not do here and now.
#[track_caller]
pub fn wrong_fields(answer: &Answer) -> Vec<String> {
    fields(answer, 422)
}

/// The fields that are named where at least one is not as documented.
#[track_caller]
pub fn misshapen_fields(answer: &Answer) -> Vec<String> {
    fields(answer, 400)
}

#[track_caller]
fn fields(answer: &Answer, status: u16) -> Vec<String> {
    assert_problem(answer, status);
    let errors = answer.json["errors"].as_array().unwrap();
    errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
}

/// The identifiers of the items of a list.
#[track_caller]
pub fn ids(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let items = answer.json["items"].as_array().unwrap();
    items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}
