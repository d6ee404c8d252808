//! Whatever holds a secret prints without it.

use std::fmt::Debug;
use std::fs;
use std::path::PathBuf;

use consentry::accounts::sign_in::SignedIn;
use consentry::app::Successors;
use consentry::base::clock::Clock;
use consentry::base::keyring::Keyring;
use consentry::base::secret::Secret;
use consentry::config::Config;
use consentry::config::DatabaseUrl;
use consentry::config::Flags;
use consentry::model::scope::Scopes;
use consentry::oauth::authorize;
use consentry::oauth::authorize::AuthorizationRequest;
use consentry::oauth::client_auth::ClientCredentials;
use consentry::oauth::issue::TokenResponse;
use consentry::oauth::token::CodeRequest;
use consentry::oauth::token::RefreshRequest;
use consentry::oauth::token::TokenRequest;
use consentry::store::db::Kind;
use consentry::web::cookies::Cookies;
use consentry::web::credentials;
use consentry::web::form::Params;
use consentry::web::form::Rules;
use consentry::web::pages::consent::Consent;
use consentry::web::pages::form_post::FormPost;
use consentry::web::pages::parts::Frame;
use consentry::web::pages::setup::Setup;
use poem::http::HeaderMap;
use poem::http::HeaderValue;

use crate::folder::Folder;
use crate::harness::Server;

const CANARY: &str = "c4n4ry-Zx81";

fn secret() -> Secret {
    Secret::presented(CANARY)
}

fn shows_nothing(what: &str, value: &dyn Debug) {
    for printed in [format!("{value:?}"), format!("{value:#?}")] {
        assert!(!printed.contains(CANARY), "{what} shows its secret: {printed}");
    }
}

#[test]
fn requests_and_answers_print_without_their_secrets() {
    let redeem = TokenRequest::AuthorizationCode(CodeRequest {
        code: secret(),
        redirect_uri: None,
        code_verifier: Some(secret()),
    });
    let refresh = TokenRequest::RefreshToken(RefreshRequest { refresh_token: secret(), scope: None });
    let issued = TokenResponse {
        access_token: secret(),
        expires_in: None,
        refresh_token: Some(secret()),
        refresh_token_timeout: None,
        authorization_expires_in: None,
        scopes: Scopes::default(),
    };
    let asked = AuthorizationRequest { state: Some(CANARY.to_owned()), ..AuthorizationRequest::default() };
    let client = ClientCredentials::new(Some(("app".to_owned(), secret())), None, None).unwrap();
    let in_body = ClientCredentials::new(None, Some("app"), Some(CANARY)).unwrap();
    let form = Params::from_form(format!("code={CANARY}&password={CANARY}").as_bytes(), &Rules::STRICT);
    let mut headers = HeaderMap::new();
    // "app:c4n4ry-Zx81"
    headers.insert("authorization", HeaderValue::from_static("Basic YXBwOmM0bjRyeS1aeDgx"));
    let basic = credentials::basic(&headers).unwrap().unwrap();
    assert_eq!(basic.secret.reveal(), CANARY);
    let cookie = Cookies::new(&"https://id.example.com".parse().unwrap()).set("sid", CANARY, None).unwrap();
    assert!(cookie.to_str().unwrap().contains(CANARY));

    shows_nothing("a request to redeem a code", &redeem);
    shows_nothing("a request to refresh", &refresh);
    shows_nothing("a token response", &issued);
    shows_nothing("an authorization request", &asked);
    shows_nothing("a client's credentials", &client);
    shows_nothing("a client's credentials in a body", &in_body);
    shows_nothing("a form", &form.unwrap());
    shows_nothing("a Basic header", &basic);
    shows_nothing("a cookie", &cookie);
    shows_nothing("a sign-in", &SignedIn { cookie: secret(), device: secret() });
    shows_nothing("successors", &Successors { refresh: secret(), access: secret() });
}

#[test]
fn pages_print_without_their_secrets() {
    let frame = Frame { csrf: secret(), ..Frame::default() };
    shows_nothing(
        "a consent page",
        &Consent { frame: frame.clone(), ticket: secret(), ..Consent::default() },
    );
    shows_nothing("a set-up page", &Setup { token: secret(), ..Setup::default() });
    shows_nothing("a form post", &FormPost { fields: vec![("code", secret())], ..FormPost::default() });
    shows_nothing("a frame", &frame);
}

#[test]
fn settings_and_keys_print_without_their_secrets() {
    let folder = Folder::new();
    let url = format!("postgres://ann:{CANARY}@db.example/consentry?password={CANARY}");
    let flags = Flags { config: None, values: vec![("database_url", url.clone())] };
    let ring = Keyring::generate(Clock::default().now());
    let exposed = ring.current().expose();
    let variables = [("CONSENTRY_MASTER_KEY".into(), exposed.as_str().into())];
    let config = Config::load(&flags, variables, folder.path()).unwrap();
    shows_nothing("a database's URL", &url.parse::<DatabaseUrl>().unwrap());
    shows_nothing("the settings", &config);
    for printed in [format!("{config:?}"), format!("{ring:?}")] {
        assert!(!printed.contains(exposed.as_str()), "{printed}");
    }
}

/// What a redirect carries is made by the flow alone.
#[tokio::test]
async fn the_answer_to_an_app_prints_without_code_and_state() {
    let (server, _, client) = Server::start_with_client(Kind::Sqlite).await;
    let asked = client.authorize_path(&[("state", CANARY)]);
    let query = Params::from_query(asked.split_once('?').map(|(_, query)| query), &Rules::STRICT).unwrap();
    let asked = AuthorizationRequest::read(|name| query.get(name));
    let checked = authorize::check(&server.app, asked).await.unwrap();
    let answer = authorize::deny(&server.app, &checked);
    assert!(answer.location().reveal().contains(CANARY));
    shows_nothing("a checked request", &checked);
    shows_nothing("an answer", &answer);
    shows_nothing("a redirect", &answer.location());
}

/// The class: a field that is called like a secret has the type of one, wherever it could be printed.
#[test]
fn what_is_called_a_secret_has_its_type() {
    const NAMES: [&str; 19] = [
        "access_token",
        "assertion",
        "challenge_answer",
        "client_secret",
        "code",
        "code_verifier",
        "cookie",
        "csrf",
        "csrf_token",
        "device",
        "key",
        "master_key",
        "password",
        "private_token",
        "refresh_token",
        "secret",
        "setup",
        "ticket",
        "token",
    ];
    let mut plain = Vec::new();
    for (file, text) in sources() {
        for (attributes, body) in structs(&text) {
            for line in body.lines().filter(|_| attributes.contains("Debug")) {
                let field = line.trim().trim_start_matches("pub ").trim_start_matches("pub(super) ");
                let Some((name, kind)) = field.split_once(": ") else { continue };
                let text = kind.contains("String") || kind.contains("str") || kind.contains("[u8");
                if NAMES.contains(&name) && text {
                    plain.push(format!("{}: {field}", file.display()));
                }
            }
        }
    }
    assert!(plain.is_empty(), "use base::secret::Secret, or no Debug:\n{}", plain.join("\n"));
}

/// The attributes and the body of every struct with named fields.
fn structs(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut attributes = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.trim();
        if line.starts_with("#[") {
            attributes.push_str(line);
        } else if line.contains("struct ") && line.ends_with('{') {
            let body: Vec<&str> = lines.by_ref().take_while(|line| line.trim() != "}").collect();
            found.push((std::mem::take(&mut attributes), body.join("\n")));
        } else if !line.starts_with("//") {
            attributes.clear();
        }
    }
    found
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            match path.is_dir() {
                true => folders.push(path),
                false if path.extension().is_some_and(|extension| extension == "rs") => {
                    files.push((path.clone(), fs::read_to_string(path).unwrap()));
                }
                false => {}
            }
        }
    }
    assert!(files.len() > 50, "the sources were not found");
    files
}
