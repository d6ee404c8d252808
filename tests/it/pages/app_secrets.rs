//! Secrets of apps: shown once, two at most, ended one by one.

use consentry::base::digest::Digest;
use consentry::model::id::ClientId;
use consentry::model::role::Role;
use consentry::store;
use consentry::store::db::Kind;

use crate::harness::Browser;
use crate::harness::OAuthClient;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;

on_both![
    a_second_secret_is_shown_once_and_only_its_digest_is_kept,
    a_third_secret_must_wait_until_one_has_ended,
    a_reloaded_answer_makes_no_second_secret,
    many_presses_at_once_make_one_secret,
    a_public_app_gets_no_secret,
];

async fn start(kind: Kind) -> (Server, Seed, Browser, OAuthClient) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let browser = server.signed_in(&seed).await;
    let client = server.client(&seed).await;
    (server, seed, browser, client)
}

async fn kept(server: &Server, client: &OAuthClient) -> Vec<Digest> {
    let id = ClientId::parse(&client.id).unwrap();
    let mut conn = server.app.db.read().await.unwrap();
    let live = store::client_secrets::live(&mut conn, &id, server.app.now()).await.unwrap();
    live.into_iter().map(|secret| secret.digest).collect()
}

async fn a_second_secret_is_shown_once_and_only_its_digest_is_kept(kind: Kind) {
    let (server, _, mut browser, client) = start(kind).await;
    let app = format!("/apps/{}", client.id);
    let detail = browser.get(&app).await;
    let page = browser.submit(&detail, &format!("{app}/secrets"), &[]).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert_eq!(page.texts("h1"), ["Contact Sync has a new secret"]);
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.location().is_none());
    let secret = page.texts("#secret").remove(0);
    assert!(secret.starts_with("SECRET."));
    assert_eq!(page.attributes("a[download]", "download"), ["contact-sync.env"]);

    let fresh = OAuthClient::new(server.nodes.clone(), &client.id, Some(secret.clone()), String::new());
    assert_eq!(fresh.introspect("x").await.status, 200, "the new secret works");
    assert_eq!(client.introspect("x").await.status, 200, "and so does the old one");
    assert!(kept(&server, &client).await.contains(&Digest::of(&secret)));
    for path in ["/apps", &app, &format!("{app}/edit")] {
        assert!(!browser.get(path).await.text.contains(&secret), "{path}");
    }
}

async fn a_third_secret_must_wait_until_one_has_ended(kind: Kind) {
    let (server, _, mut browser, client) = start(kind).await;
    let app = format!("/apps/{}", client.id);
    let detail = browser.get(&app).await;
    let secrets = format!("{app}/secrets");
    let second = browser.submit(&detail, &secrets, &[]).await.texts("#secret").remove(0);
    let full = browser.get(&app).await;
    assert_eq!(full.texts(".aside"), ["Two secrets live. End one of them before you add another."]);
    assert!(!full.attributes("form", "action").contains(&secrets));
    let csrf = full.attributes("input[name=csrf]", "value").remove(0);
    let page = browser.post(&secrets, &[("csrf", &csrf), ("once", "another")]).await;
    assert_eq!(page.status, 409);
    assert!(page.text.contains("End one of them first"));
    assert_eq!(kept(&server, &client).await.len(), 2);

    // The newest is listed first.
    let actions = full.attributes(".list form", "action");
    assert_eq!(actions.len(), 2);
    let ended = browser.submit(&full, &actions[1], &[]).await;
    assert_eq!(ended.location(), Some(format!("{app}?done=secret-ended")));
    assert_eq!(client.introspect("x").await.status, 401, "the first secret has ended");
    let fresh = OAuthClient::new(server.nodes.clone(), &client.id, Some(second), String::new());
    assert_eq!(fresh.introspect("x").await.status, 200);
    assert_eq!(browser.submit(&full, &actions[1], &[]).await.status, 404, "it ends once");
}

async fn a_reloaded_answer_makes_no_second_secret(kind: Kind) {
    let (server, _, mut browser, client) = start(kind).await;
    let app = format!("/apps/{}", client.id);
    let detail = browser.get(&app).await;
    let secrets = format!("{app}/secrets");
    assert_eq!(browser.submit(&detail, &secrets, &[]).await.status, 200);
    let actions = browser.get(&app).await.attributes(".list form", "action");
    browser.submit(&detail, &secrets, &[]).await;
    let csrf = detail.attributes("input[name=csrf]", "value").remove(0);
    browser.post(&actions[1], &[("csrf", &csrf)]).await;
    let again = browser.submit(&detail, &secrets, &[]).await;
    assert_eq!(again.location(), Some(format!("{app}?done=before")));
    assert_eq!(kept(&server, &client).await.len(), 1);
    let told = browser.get(&format!("{app}?done=before")).await.texts(".notice.warn span");
    assert!(told[0].contains("was sent before"), "{told:?}");
}

async fn many_presses_at_once_make_one_secret(kind: Kind) {
    let (server, seed, mut browser, client) = start(kind).await;
    let app = format!("/apps/{}", client.id);
    let detail = browser.get(&app).await;
    let fields = detail.fields(&format!("{app}/secrets"));
    let cookie = browser.cookie("sid").unwrap().to_owned();
    let presses = (0..10).map(|_| {
        let mut browser = Browser::with_cookie(server.issuer(), "sid", &cookie);
        let (fields, path) = (fields.clone(), format!("{app}/secrets"));
        tokio::spawn(async move {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            browser.post(&path, &fields).await.status.as_u16()
        })
    });
    let mut answers = Vec::new();
    for press in presses.collect::<Vec<_>>() {
        answers.push(press.await.unwrap());
    }
    answers.sort_unstable();
    assert_eq!(answers, [[200].as_slice(), &[303; 9]].concat());
    assert_eq!(kept(&server, &client).await.len(), 2);

    let form = browser.get("/apps/new").await;
    let typed = [("name", "Twice"), ("redirect_uris", "https://a.example/cb")];
    assert_eq!(browser.submit(&form, "/apps/new", &typed).await.status, 200);
    let again = browser.submit(&form, "/apps/new", &typed).await;
    assert_eq!(again.status, 409);
    assert_eq!(again.field("/apps/new", "name"), "Twice");
    assert!(again.texts(".notice.bad span")[0].contains("sent before"));
    let count = || async { crate::pages::clients(&server, &seed).await.len() };
    assert_eq!(count().await, 2);
    assert_eq!(browser.submit(&again, "/apps/new", &[]).await.status, 200, "a second app on purpose");
    assert_eq!(count().await, 3);
}

async fn a_public_app_gets_no_secret(kind: Kind) {
    let (server, seed, mut browser, _) = start(kind).await;
    let public = |client: &mut consentry::model::client::Client| {
        client.kind = consentry::model::client::ClientKind::Public;
    };
    let client = server.client_with(&seed, public).await;
    let csrf = crate::pages::csrf(&mut browser).await;
    let path = format!("/apps/{}/secrets", client.id);
    let page = browser.post(&path, &[("csrf", &csrf), ("once", "1")]).await;
    assert_eq!(page.status, 409);
    assert!(page.text.contains("it could not keep one"));
}
