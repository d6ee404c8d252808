//! The network to PostgreSQL drops every packet: every endpoint says so in time, or answers without a database, and
//! all is well again soon after the network is.

use std::time::Duration;
use std::time::Instant;

use consentry::base::clock::Timestamp;
use consentry::model::id::ClientSecretId;
use consentry::model::id::GrantId;
use consentry::model::id::LogoId;
use consentry::model::id::PrivateAppId;
use consentry::model::id::PrivateAppTokenId;
use consentry::model::role::Role;
use futures_util::future::join_all;
use reqwest::Method;
use reqwest::header::HeaderMap;

use crate::folder::Folder;
use crate::harness::Path;
use crate::harness::Server;
use crate::harness::postgres;

/// In which an answer comes, whatever the network does.
const ANSWER: Duration = Duration::from_millis(2500);
/// In which all is well again.
const RECOVERY: Duration = Duration::from_secs(2);

/// One request, to be made again and again.
struct Ask {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: String,
    /// What it is called in the table.
    name: String,
    /// What it says while the database is silent.
    silent: u16,
}

struct Answered {
    status: u16,
    headers: HeaderMap,
    took: Duration,
}

impl Ask {
    fn new(method: Method, path: &str) -> Ask {
        let name = format!("{method} {}", path.split('?').next().unwrap_or_default());
        Ask { method, path: path.to_owned(), headers: Vec::new(), body: String::new(), name, silent: 503 }
    }

    /// One that needs no database.
    fn alone(path: &str, status: u16) -> Ask {
        Ask { silent: status, ..Ask::new(Method::GET, path) }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Ask {
        self.headers.push((name, value.into()));
        self
    }

    fn form(self, fields: &[(&str, &str)]) -> Ask {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Ask { body, ..self.with("content-type", "application/x-www-form-urlencoded") }
    }

    async fn send(&self, http: &reqwest::Client, server: &Server) -> Answered {
        let mut request = http.request(self.method.clone(), server.url(&self.path));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let started = Instant::now();
        let response = request.body(self.body.clone()).send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        response.bytes().await.unwrap();
        Answered { status, headers, took: started.elapsed() }
    }

    /// Fails unless that is what one is told while the database is silent.
    fn check(&self, answer: &Answered) {
        let name = &self.name;
        assert!(answer.took < ANSWER, "{name} took {:?}", answer.took);
        assert_eq!(answer.status, self.silent, "{name}");
        assert!(
            self.silent != 503 || answer.headers.contains_key("retry-after"),
            "{name} does not say when to come again"
        );
    }
}

/// Every endpoint that there is, as somebody calls it who may.
async fn endpoints(server: &Server) -> Vec<Ask> {
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let client = server.client(&seed).await;
    let mut browser = server.signed_in(&seed).await;
    let tokens = client.connect(&mut browser).await;
    let code = client.code(&mut browser).await;
    let consent = browser.get(&client.authorize_path(&[("prompt", "consent")])).await;
    let decision = consent.changed("/authorize", &[("decision", "allow")]);
    let private = server.private_app(&seed, |_, _| {}).await;
    let docs = browser.get("/docs").await;
    let style = docs.attributes("link[rel=stylesheet]", "href").remove(0);
    let cookie = format!("sid={}", browser.cookie("sid").unwrap());
    let then = Timestamp::from_millis(1);
    let logo = LogoId::generate(then);
    let taken = format!("/connections/{}/revoke", GrantId::generate(then));
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));

    let get = |path: &str| Ask::new(Method::GET, path);
    let post = |path: &str| Ask::new(Method::POST, path);
    let protocol = |name: &str, path: &str, fields: &[(&str, &str)]| Ask {
        name: format!("POST {path} {name}"),
        ..post(path).with("authorization", client.basic()).form(fields)
    };
    let redeem = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", &client.redirect_uri),
        ("code_verifier", crate::harness::client::VERIFIER),
    ];
    let worktual = [
        ("code", code.as_str()),
        ("client_id", &client.id),
        ("client_secret", client.secret.as_deref().unwrap()),
        ("redirect_url", &client.redirect_uri),
    ];
    let mut all = vec![
        protocol("code", "/token", &redeem),
        protocol("refresh", "/token", &[("grant_type", "refresh_token"), ("refresh_token", refresh)]),
        protocol("client", "/token", &[("grant_type", "client_credentials")]),
        protocol("access", "/introspect", &[("token", access)]),
        protocol("refresh", "/introspect", &[("token", refresh)]),
        protocol("private", "/introspect", &[("token", private.reveal())]),
        protocol("access", "/revoke", &[("token", access)]),
        protocol("refresh", "/revoke", &[("token", refresh)]),
        post("/services/oauth2/v1/token").form(&worktual),
        get("/verify?scope=contacts.read").with("authorization", format!("Bearer {access}")),
        get("/api/me").with("authorization", format!("Bearer {}", private.reveal())),
        Ask { name: "GET /authorize unknown".to_owned(), ..get(&client.authorize_path(&[])) },
        get(&client.authorize_path(&[])).with("cookie", cookie.clone()),
        get(&client.authorize_path(&[]).replace("/authorize", "/services/oauth2/v1/authorize")),
        get("/setup?token=SETUP.x"),
        get(&format!("/logos/{logo}.png")),
        get("/health/ready"),
        Ask::alone("/health/live", 200),
        Ask::alone("/.well-known/oauth-authorization-server", 200),
        Ask::alone("/docs", 200),
        Ask::alone("/openapi.json", 200),
        Ask::alone("/openapi.yaml", 200),
        Ask::alone(&style, 200),
    ];
    let form = |path: &str, fields: &[(&str, &str)]| {
        post(path).form(fields).with("cookie", cookie.clone()).with("origin", server.issuer())
    };
    let decision: Vec<_> = decision.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.push(form("/authorize", &decision));
    all.push(form("/sign-in", &[("email", "ada@example.com"), ("password", "wrong")]));
    for path in ["/sign-out", "/session/organization", &taken, "/settings"] {
        all.push(form(path, &[]));
    }
    let secret = format!("secrets/{}/end", ClientSecretId::generate(then));
    let token = format!("tokens/{}/revoke", PrivateAppTokenId::generate(then));
    let private = format!("/private-apps/{}", PrivateAppId::generate(then));
    let app = format!("/apps/{}", client.id);
    let kinds = [("/apps", app, "secrets", secret), ("/private-apps", private, "tokens", token)];
    for (list, one, add, end) in &kinds {
        let [new, edit, delete] = [format!("{list}/new"), format!("{one}/edit"), format!("{one}/delete")];
        let [add, end] = [format!("{one}/{add}"), format!("{one}/{end}")];
        all.extend([list, one.as_str(), &new, &edit].map(|path| get(path).with("cookie", cookie.clone())));
        all.push(Ask::alone(&delete, 303));
        all.extend([&new, &edit, &delete, &add, &end].map(|path| form(path, &[])));
    }
    let pages =
        ["/", "/modules", "/modules/new", "/modules/contacts/edit", "/connections", "/settings", "/sign-in"];
    all.extend(pages.map(|path| get(path).with("cookie", cookie.clone())));
    all.extend(
        ["/modules/new", "/modules/contacts/edit", "/modules/contacts/delete"].map(|path| form(path, &[])),
    );
    all.extend(operations(server, &cookie));
    all
}

/// Every documented operation of the management API, from a signed-in browser.
fn operations(server: &Server, cookie: &str) -> Vec<Ask> {
    let document = consentry::web::openapi::document(&server.app.config.issuer);
    let paths = document["paths"].as_object().unwrap().iter();
    let api = paths.filter(|(path, _)| path.starts_with("/api/"));
    let all = api.flat_map(|(path, methods)| {
        methods.as_object().unwrap().keys().map(move |method| (method.to_uppercase(), path))
    });
    let ask = |(method, path): (String, &String)| {
        let filled = path.replace(['{', '}'], "");
        let ask =
            Ask::new(method.parse().unwrap(), &filled).with("cookie", cookie).with("origin", server.issuer());
        Ask { body: "{}".to_owned(), ..ask.with("content-type", "application/json") }
    };
    all.map(ask).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_endpoint_answers_in_time_while_the_database_is_silent_and_soon_after_is_well() {
    let (network, url) = Path::to(&postgres::fresh_schema().await).await;
    let server = Server::start_on(Folder::new(), url, 1).await;
    let asks = endpoints(&server).await;
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let all = async || join_all(asks.iter().map(|ask| ask.send(&http, &server))).await;

    // The connections have just been used, so that none is asked whether it lives.
    asks[2].send(&http, &server).await;
    network.fall_silent();
    let first = all().await;
    for (ask, answer) in asks.iter().zip(&first) {
        assert!(answer.took < ANSWER, "{} took {:?} at first", ask.name, answer.took);
    }
    // Nothing is remembered any more.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let later = all().await;
    let wrong = asks.iter().zip(&later).filter(|(ask, answer)| answer.status != ask.silent);
    let wrong: Vec<_> = wrong.map(|(ask, answer)| (&ask.name, answer.status)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    asks.iter().zip(&later).for_each(|(ask, answer)| ask.check(answer));
    for ask in asks.iter().take(16) {
        let crowd = join_all((0..64).map(|_| ask.send(&http, &server))).await;
        crowd.iter().for_each(|answer| ask.check(answer));
    }

    network.come_back();
    let back = Instant::now();
    let recover = async |ask: &Ask| loop {
        let answer = ask.send(&http, &server).await;
        if answer.status != 503 {
            return (answer.status, back.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let recovered = join_all(asks.iter().map(recover)).await;
    println!(
        "{:<52} {:>6} {:>9} {:>9} {:>9} {:>6}",
        "endpoint", "silent", "at first", "later", "well in", "then"
    );
    for (((ask, first), later), (then, well)) in asks.iter().zip(&first).zip(&later).zip(&recovered) {
        let [first, later, well] =
            [first.took, later.took, *well].map(|took| format!("{:.2} s", took.as_secs_f64()));
        println!("{:<52} {:>6} {first:>9} {later:>9} {well:>9} {then:>6}", ask.name, ask.silent);
    }
    for (ask, (then, well)) in asks.iter().zip(recovered) {
        assert!(well < RECOVERY, "{} was well after {well:?}", ask.name);
        assert!(then < 500, "{} says {then} afterwards", ask.name);
    }
}
