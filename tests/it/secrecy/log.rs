//! The real program at its most talkative, through a whole flow: no secret is in what it wrote.

use std::fs;
use std::fs::File;
use std::net::TcpListener;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::BodyExt;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http2;
use hyper_util::rt::TokioExecutor;
use hyper_util::rt::TokioIo;
use reqwest::Method;
use serde_json::Value;
use serde_json::json;
use tokio::net::TcpStream;

use crate::folder::Folder;
use crate::harness::Browser;
use crate::harness::OAuthClient;
use crate::harness::client::VERIFIER;
use crate::harness::postgres;

const PASSWORD: &str = "trace-horse-battery-7";
const WRONG: &str = "trace-wrong-password-8";
const REDIRECT_URI: &str = "https://client.example/callback";
const STATE: &str = "trace-state-0123456789";

/// `consentry serve`, logging everything there is to log.
struct Program {
    child: Child,
    folder: Folder,
    issuer: String,
}

impl Program {
    async fn start(database: Option<String>) -> Program {
        let folder = Folder::new();
        let modules = "[[modules]]\nname = \"contacts\"\ntitle = \"Contacts\"\n";
        fs::write(folder.path().join("consentry.toml"), modules).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(env!("CARGO_BIN_EXE_consentry"));
        command
            .args(["serve", "--log", "trace", "--listen", &format!("127.0.0.1:{port}")])
            .current_dir(folder.path())
            .env_clear()
            .stdin(Stdio::null())
            .stdout(File::create(folder.path().join("out")).unwrap())
            .stderr(File::create(folder.path().join("log")).unwrap());
        if let Some(url) = database {
            command.env("CONSENTRY_DATABASE_URL", url);
        }
        let program =
            Program { child: command.spawn().unwrap(), folder, issuer: format!("http://127.0.0.1:{port}") };
        let started = Instant::now();
        while reqwest::get(format!("{}/health/ready", program.issuer)).await.is_err() {
            assert!(started.elapsed() < Duration::from_secs(60), "no answer: {}", program.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        program
    }

    fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.folder.path().join("log")).unwrap()).into_owned()
    }

    /// The token of the link that the terminal shows.
    fn setup_token(&self) -> String {
        let out = fs::read_to_string(self.folder.path().join("out")).unwrap();
        out.split("/setup?token=").nth(1).expect("a link").split_whitespace().next().unwrap().to_owned()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What was typed, shown or sent and is nobody else's business.
#[derive(Default)]
struct Secrets(Vec<(String, String)>);

impl Secrets {
    fn keep(&mut self, what: &str, secret: &str) -> String {
        assert!(secret.len() > 15, "{what} is too short to be looked for: {secret}");
        self.0.push((what.to_owned(), secret.to_owned()));
        secret.to_owned()
    }

    /// In clear, form-encoded, and in Base64 wherever it may begin in a longer text.
    fn assert_absent(&self, log: &str) {
        for (what, secret) in &self.0 {
            let encoded: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            let mut spellings = vec![secret.clone(), encoded];
            for offset in 0..3 {
                let shifted = [&[0; 3][..offset], secret.as_bytes()].concat();
                let whole = &shifted[..shifted.len() / 3 * 3];
                for text in [STANDARD_NO_PAD.encode(whole), URL_SAFE_NO_PAD.encode(whole)] {
                    spellings.push(text[if offset == 0 { 0 } else { 4 }..].to_owned());
                }
            }
            for spelling in spellings {
                if let Some(line) = log.lines().find(|line| line.contains(&spelling)) {
                    panic!("the log shows {what}: {line}");
                }
            }
        }
    }
}

async fn a_whole_flow_at_trace_logs_no_secret(database: Option<String>) {
    let program = Program::start(database).await;
    let mut secrets = Secrets::default();
    for (what, secret) in [("the password", PASSWORD), ("a wrong password", WRONG), ("the state", STATE)] {
        secrets.keep(what, secret);
    }
    let mut browser = Browser::new(&program.issuer);
    let link = secrets.keep("the set-up token", &program.setup_token());
    let page = browser.get(&format!("/setup?token={link}")).await;
    let owner =
        [("organization", "Acme"), ("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)];
    assert_eq!(browser.submit(&page, "/setup", &owner).await.status, 303);
    keep_cookies(&mut secrets, &browser);

    let client = register(&program, &mut browser, &mut secrets).await;
    let page = client.allow(&mut browser, &[("state", STATE), ("scope", "contacts.read")]).await;
    let code = secrets.keep("the code", &page.redirected("code").unwrap());
    let issued = client.redeem(&code).await;
    let access = secrets.keep("an access token", issued.text("access_token"));
    let refresh = secrets.keep("a refresh token", issued.text("refresh_token"));
    let renewed = client.refresh(&refresh).await;
    secrets.keep("a second access token", renewed.text("access_token"));
    let successor = secrets.keep("a second refresh token", renewed.text("refresh_token"));
    assert!(client.is_active(&access).await);
    assert_eq!(client.call("/api/me", &access).await.status, 200);
    assert_eq!(client.call("/verify?scope=contacts.read", &access).await.status, 200);
    assert_eq!(
        client.post("/token", &[("grant_type", "authorization_code"), ("code", &code)]).await.status,
        400
    );
    assert_eq!(client.revoke(&successor).await.status, 200);

    invite(&program, &mut browser, &mut secrets).await;

    let mut other = Browser::new(&program.issuer);
    for password in [WRONG, PASSWORD] {
        let form = other.get("/sign-in").await;
        other.submit(&form, "/sign-in", &[("email", "ada@example.com"), ("password", password)]).await;
        keep_cookies(&mut secrets, &other);
    }
    let posted = client.authorize_path(&[("response_mode", "form_post"), ("scope", "contacts.read")]);
    let posted = other.visit(&posted).await;
    secrets.keep("a posted code", &posted.attributes("input[name=code]", "value")[0]);

    over_http2(&program, &client, &browser, &mut secrets).await;
    let log = program.log();
    assert!(log.contains("TRACE"), "the log does not trace");
    secrets.assert_absent(&log);
}

/// Somebody is invited, makes an account, and proves their password again.
async fn invite(program: &Program, browser: &mut Browser, secrets: &mut Secrets) {
    let password = secrets.keep("the password of somebody invited", "seven quiet lanterns over the bay");
    let form = browser.get("/invitations/new").await;
    let shown = browser.submit(&form, "/invitations/new", &[("email", "grace@example.com")]).await;
    let link = shown.texts("#secret").remove(0);
    secrets.keep("the invitation", link.split_once("token=").expect("a link").1);
    let mut invited = Browser::new(&program.issuer);
    let page = invited.get(link.strip_prefix(&program.issuer).unwrap()).await;
    let joined = invited.submit(&page, "/join", &[("name", "Grace"), ("password", &password)]).await;
    assert_eq!(joined.status, 303, "{}", joined.text);
    keep_cookies(secrets, &invited);
    let session: Value = serde_json::from_str(&invited.get("/api/session").await.text).unwrap();
    let proven = OAuthClient::new(vec![program.issuer.clone()], "", None, String::new())
        .request(Method::POST, "/api/session/proof")
        .header("cookie", format!("sid={}", invited.cookie("sid").unwrap()))
        .header("origin", &program.issuer)
        .header("x-csrf-token", session["csrf_token"].as_str().unwrap())
        .json(&json!({ "current_password": password }));
    assert_eq!(proven.send().await.unwrap().status(), 204);
}

/// As a proxy would bring it: the library behind HTTP/2 tells of every frame.
async fn over_http2(program: &Program, client: &OAuthClient, browser: &Browser, secrets: &mut Secrets) {
    let address = program.issuer.strip_prefix("http://").unwrap();
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (mut http, connection) = http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    tokio::spawn(connection);
    let path = client.authorize_path(&[("state", STATE), ("scope", "contacts.read")]);
    let asked = hyper::Request::get(format!("{}{path}", program.issuer))
        .header("cookie", format!("sid={}", browser.cookie("sid").unwrap()))
        .body(Full::<Bytes>::default());
    let answer = http.send_request(asked.unwrap()).await.unwrap();
    let location = answer.headers()["location"].to_str().unwrap();
    let code = location.split_once("code=").expect("a code").1.split('&').next().unwrap();
    let form = format!("grant_type=authorization_code&code={code}&code_verifier={VERIFIER}");
    let redeemed = hyper::Request::post(format!("{}/token", program.issuer))
        .header("authorization", client.basic())
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Full::from(format!("{form}&redirect_uri={REDIRECT_URI}")));
    let answer = http.send_request(redeemed.unwrap()).await.unwrap();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    let issued: Value = serde_json::from_slice(&body).unwrap();
    let access = secrets.keep("an access token over HTTP/2", issued["access_token"].as_str().unwrap());
    secrets.keep("a refresh token over HTTP/2", issued["refresh_token"].as_str().unwrap());
    secrets.keep("a code over HTTP/2", code);
    secrets.keep("the Basic header", client.basic().strip_prefix("Basic ").unwrap());
    let me = hyper::Request::get(format!("{}/api/me", program.issuer))
        .header("authorization", format!("Bearer {access}"))
        .body(Full::<Bytes>::default());
    assert_eq!(http.send_request(me.unwrap()).await.unwrap().status(), 200);
}

fn keep_cookies(secrets: &mut Secrets, browser: &Browser) {
    for name in ["sid", "device"] {
        if let Some(value) = browser.cookie(name) {
            secrets.keep(&format!("the cookie {name}"), value);
        }
    }
}

/// An app with a secret, registered through the API in the browser's session.
async fn register(program: &Program, browser: &mut Browser, secrets: &mut Secrets) -> OAuthClient {
    let session: Value = serde_json::from_str(&browser.get("/api/session").await.text).unwrap();
    let csrf = secrets.keep("the CSRF token", session["csrf_token"].as_str().unwrap());
    let api = OAuthClient::new(vec![program.issuer.clone()], "", None, String::new());
    let registered = api
        .request(Method::POST, "/api/apps")
        .header("cookie", format!("sid={}", browser.cookie("sid").unwrap()))
        .header("origin", &program.issuer)
        .header("x-csrf-token", csrf)
        .json(&json!({ "name": "Trace", "redirect_uris": [REDIRECT_URI], "scopes": ["contacts.read"] }))
        .send()
        .await
        .unwrap();
    let registered: Value = registered.json().await.unwrap();
    let secret = secrets.keep("the client's secret", registered["secret"]["secret"].as_str().unwrap());
    let nodes = vec![program.issuer.clone()];
    OAuthClient::new(nodes, registered["app"]["id"].as_str().unwrap(), Some(secret), REDIRECT_URI.to_owned())
}

mod sqlite {
    #[tokio::test]
    async fn a_whole_flow_at_trace_logs_no_secret() {
        super::a_whole_flow_at_trace_logs_no_secret(None).await;
    }
}

mod postgresql {
    #[tokio::test]
    async fn a_whole_flow_at_trace_logs_no_secret() {
        let url = super::postgres::fresh_schema().await;
        super::a_whole_flow_at_trace_logs_no_secret(Some(url)).await;
    }
}
