//! An OAuth client as an app's author would write it.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use reqwest::RequestBuilder;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;
use sha2::Digest;
use sha2::Sha256;

use crate::harness::Browser;
use crate::harness::Page;

/// A client that uses the nodes in turn.
pub struct OAuthClient {
    nodes: Vec<String>,
    next: AtomicUsize,
    pub id: String,
    pub secret: Option<String>,
    pub redirect_uri: String,
    http: reqwest::Client,
}

/// A JSON answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub json: Value,
}

/// A verifier of RFC 7636 that every test may share.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

impl OAuthClient {
    pub fn new(nodes: Vec<String>, id: &str, secret: Option<String>, redirect_uri: String) -> OAuthClient {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        OAuthClient { nodes, next: AtomicUsize::new(0), id: id.to_owned(), secret, redirect_uri, http }
    }

    /// The same client, which asks this node only.
    pub fn at(&self, node: &str) -> OAuthClient {
        Self::new(vec![node.to_owned()], &self.id, self.secret.clone(), self.redirect_uri.clone())
    }

    /// The same client in another process.
    pub fn again(&self) -> OAuthClient {
        OAuthClient::new(self.nodes.clone(), &self.id, self.secret.clone(), self.redirect_uri.clone())
    }

    fn node(&self) -> &str {
        &self.nodes[self.next.fetch_add(1, Ordering::Relaxed) % self.nodes.len()]
    }

    /// `/authorize` with everything a careful client sends; `changes` replace, add, or with `""` remove.
    pub fn authorize_path(&self, changes: &[(&str, &str)]) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", &self.id),
            ("redirect_uri", &self.redirect_uri),
            ("scope", "contacts.read contacts.write"),
            ("state", "state-1"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        pairs.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        pairs.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        format!("/authorize?{query}")
    }

    /// Sends a person to `/authorize`, has them allow everything, and returns the redirect.
    pub async fn allow(&self, browser: &mut Browser, changes: &[(&str, &str)]) -> Page {
        let page = browser.visit(&self.authorize_path(changes)).await;
        if page.status == StatusCode::SEE_OTHER {
            return page;
        }
        browser.submit(&page, "/authorize", &[("decision", "allow")]).await
    }

    /// A fresh code.
    pub async fn code(&self, browser: &mut Browser) -> String {
        let page = self.allow(browser, &[]).await;
        page.redirected("code").unwrap_or_else(|| panic!("no code: {:?} {}", page.location(), page.text))
    }

    /// A request to be made by hand, authenticated in no way.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.node()))
    }

    /// The `Authorization` header that authenticates this client.
    pub fn basic(&self) -> String {
        let secret = self.secret.as_deref().unwrap_or_default();
        format!("Basic {}", STANDARD.encode(format!("{}:{secret}", self.id)))
    }

    /// Posts to an endpoint with Basic authentication, or with `client_id` in the body for a public client.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        let mut request = self.request(Method::POST, path);
        match &self.secret {
            Some(_) => request = request.header("authorization", self.basic()),
            None => fields.push(("client_id", &self.id)),
        }
        Answer::of(request.form(&fields).send().await.unwrap()).await
    }

    /// Posts exactly these fields without authenticating in any way.
    pub async fn post_bare(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.request(Method::POST, path).form(fields);
        Answer::of(request.send().await.unwrap()).await
    }

    pub async fn redeem(&self, code: &str) -> Answer {
        self.redeem_with(code, &[]).await
    }

    /// `changes` replace, add, or with `""` remove.
    pub async fn redeem_with(&self, code: &str, changes: &[(&str, &str)]) -> Answer {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", VERIFIER),
        ];
        fields.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        fields.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        self.post("/token", &fields).await
    }

    pub async fn refresh(&self, refresh_token: &str) -> Answer {
        self.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
    }

    /// From nothing to tokens.
    pub async fn connect(&self, browser: &mut Browser) -> Answer {
        let answer = self.redeem(&self.code(browser).await).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer
    }

    pub async fn client_credentials(&self) -> Answer {
        self.post("/token", &[("grant_type", "client_credentials")]).await
    }

    pub async fn introspect(&self, token: &str) -> Answer {
        self.post("/introspect", &[("token", token)]).await
    }

    pub async fn is_active(&self, token: &str) -> bool {
        let answer = self.introspect(token).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json["active"] == true
    }

    pub async fn revoke(&self, token: &str) -> Answer {
        self.post("/revoke", &[("token", token)]).await
    }

    /// Calls a resource with a bearer token.
    pub async fn call(&self, path: &str, token: &str) -> Answer {
        let request = self.request(Method::GET, path).bearer_auth(token);
        Answer::of(request.send().await.unwrap()).await
    }
}

impl Answer {
    pub async fn of(response: reqwest::Response) -> Answer {
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let json = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Answer { status, headers, json }
    }

    /// A member of the object as text.
    pub fn text(&self, name: &str) -> &str {
        self.json[name].as_str().unwrap_or_else(|| panic!("no {name} in {self:?}"))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Fails unless the answer is what the endpoints of the protocol answer whatever they are sent: JSON that no
    /// cache keeps, and never a fault of the server.
    #[track_caller]
    pub fn assert_spoken(&self, what: &str) {
        assert!(self.status.as_u16() < 500, "{what}: {self:?}");
        assert!(self.header("content-type").starts_with("application/json"), "{what}: {self:?}");
        assert_eq!(self.header("cache-control"), "no-store", "{what}: {self:?}");
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{what}: {self:?}");
        if !self.status.is_success() {
            let description = self.json["error_description"].as_str().unwrap_or_default();
            let allowed = |byte: u8| matches!(byte, 0x20 | 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
            assert!(!description.is_empty() && description.bytes().all(allowed), "{what}: {self:?}");
        }
    }

    /// Fails unless the answer is this error in the shape of RFC 6749 §5.2.
    #[track_caller]
    pub fn assert_error(&self, status: u16, code: &str) {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        assert_eq!(self.json["error"], code, "{self:?}");
        assert!(self.json["error_description"].is_string(), "{self:?}");
        assert_eq!(self.header("cache-control"), "no-store", "{self:?}");
        assert!(self.header("content-type").starts_with("application/json"), "{self:?}");
    }
}
