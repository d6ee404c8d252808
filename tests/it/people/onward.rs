//! What waits behind the sign-in: however large it is, for a time, in one browser, and for each tab by itself.

use std::time::Duration;

use consentry::model::client::ClientKind;
use consentry::model::redirect_uri::RedirectUri;
use consentry::model::role::Role;
use consentry::model::shape::Shaped;
use consentry::store::db::Kind;
use reqwest::Method;

use crate::harness::Browser;
use crate::harness::OAuthClient;
use crate::harness::Page;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;
use crate::people::EMAIL;
use crate::people::PASSWORD;
use crate::people::ada;
use crate::people::sign_in;

on_both![
    the_largest_request_waits_behind_the_sign_in,
    the_largest_request_comes_from_another_site,
    what_waits_ends_and_the_sign_in_holds,
    what_waits_in_one_browser_is_nothing_in_another,
    several_tabs_sign_in_at_once,
    the_first_two_tabs_of_a_browser_sign_in_at_once,
    a_post_from_another_site_costs_nobody_their_cookies,
];

const TYPED: [(&str, &str); 2] = [("email", EMAIL), ("password", PASSWORD)];

async fn start(kind: Kind) -> (Server, Seed, OAuthClient) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let client = server.client(&seed).await;
    (server, seed, client)
}

/// States of the greatest length, of characters that grow on the way.
fn largest_states() -> [String; 4] {
    ["~".repeat(2048), "\\\"".repeat(1024), "\u{e9}".repeat(1024), "\u{1f431}".repeat(512)]
}

fn pairs(path: &str) -> Vec<(String, String)> {
    let (_, query) = path.split_once('?').unwrap();
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// Goes on as a browser does, by redirects and by forms that post themselves, until a person or an app is asked.
async fn go_on(browser: &mut Browser, server: &Server, mut page: Page) -> Page {
    for _ in 0..6 {
        let own = page.location().filter(|next| next.starts_with('/') || next.starts_with(server.issuer()));
        let posts = page.attributes("form[data-auto-submit]", "action");
        page = match (own, posts.first()) {
            (Some(next), _) => browser.get(&next).await,
            (None, Some(action)) if action == "/authorize" => browser.submit(&page, action, &[]).await,
            _ => return page,
        };
    }
    panic!("a loop: {page:?}")
}

/// Signs in on the page, allows if asked, and returns the answer to the app.
async fn through(browser: &mut Browser, server: &Server, page: Page) -> Page {
    assert!(page.asks_for_a_password(), "{} {}", page.status, page.text);
    assert!(page.text.contains("Contact Sync"), "the app is named");
    let page = browser.submit(&page, "/sign-in", &TYPED).await;
    let page = go_on(browser, server, page).await;
    match page.status.as_u16() {
        200 => browser.submit(&page, "/authorize", &[("decision", "allow")]).await,
        _ => page,
    }
}

async fn the_largest_request_waits_behind_the_sign_in(kind: Kind) {
    let (server, _, client) = start(kind).await;
    for state in largest_states() {
        let path = client.authorize_path(&[("state", &state)]);
        assert!(path.len() <= 8192, "as an address of {} bytes", path.len());
        for method in [Method::GET, Method::POST] {
            let mut browser = Browser::new(server.issuer());
            let page = match method {
                Method::GET => browser.get(&path).await,
                _ => browser.post("/authorize", &borrowed(&pairs(&path))).await,
            };
            let answer = through(&mut browser, &server, page).await;
            assert_eq!(answer.redirected("state").as_deref(), Some(state.as_str()), "{method}: {answer:?}");
            let code = answer.redirected("code").unwrap();
            assert_eq!(client.redeem(&code).await.status, 200);
        }
    }
}

/// Everything as long as it may be, in a form, since no address holds it.
async fn the_largest_request_comes_from_another_site(kind: Kind) {
    let (server, seed, _) = start(kind).await;
    let start = "https://client.example/";
    let uri = format!("{start}{}", "p".repeat(RedirectUri::SHAPE.most - start.len()));
    let uri = RedirectUri::register(&uri).unwrap();
    let client = server.client_with(&seed, |client| client.redirect_uris = [uri].into_iter().collect()).await;
    let scope = format!("contacts.read{}", " contacts.write".repeat(135));
    let prompt = format!("consent{}", " login".repeat(600));
    let hint = "h".repeat(4000);
    for state in largest_states() {
        let asked = client.authorize_path(&[
            ("state", &state),
            ("scope", &scope),
            ("prompt", &prompt),
            ("login_hint", &hint),
            ("max_age", "0"),
        ]);
        assert!(asked.len() > 8192);
        let mut browser = Browser::new(server.issuer());
        let page = browser.post_from("https://client.example", "/authorize", &borrowed(&pairs(&asked))).await;
        let page = go_on(&mut browser, &server, page).await;
        let answer = through(&mut browser, &server, page).await;
        assert_eq!(answer.redirected("state").as_deref(), Some(state.as_str()), "{answer:?}");
        assert!(answer.redirected("code").is_some());
        // And once more by somebody who is signed in, as far as the question.
        let small = [("state", state.as_str()), ("prompt", "consent")];
        let small = pairs(&client.authorize_path(&small));
        let page = browser.post_from("https://client.example", "/authorize", &borrowed(&small)).await;
        let page = go_on(&mut browser, &server, page).await;
        let answer = browser.submit(&page, "/authorize", &[("decision", "deny")]).await;
        assert_eq!(answer.redirected("error").as_deref(), Some("access_denied"), "{answer:?}");
        assert_eq!(answer.redirected("state").as_deref(), Some(state.as_str()));
    }
}

async fn what_waits_ends_and_the_sign_in_holds(kind: Kind) {
    let (server, _, client) = start(kind).await;
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    for (wait, works) in [(29, true), (30, false), (600, false)] {
        for path in [client.authorize_path(&[]), "/sign-in?to=".to_owned()] {
            let mut browser = Browser::new(server.issuer());
            let form = match path.starts_with("/authorize") {
                true => browser.get(&path).await,
                false => browser.visit("/connections?done=x").await,
            };
            server.advance(minutes(wait));
            let page = browser.submit(&form, "/sign-in", &TYPED).await;
            assert_eq!(page.location().is_some(), works, "after {wait} minutes: {page:?}");
            if !works {
                assert_eq!(page.texts("h1"), ["You are signed in"]);
                assert!(page.text.contains("30 minutes"), "how long it would have waited");
                assert_eq!(page.attributes("main a", "href"), ["/"], "the way on");
            }
            let asked = browser.get(&client.authorize_path(&[])).await;
            assert!(asked.status == 200 && !asked.asks_for_a_password(), "the sign-in holds: {}", asked.text);
        }
    }
    // A page that is loaded anew waits anew.
    let mut browser = Browser::new(server.issuer());
    browser.get(&client.authorize_path(&[])).await;
    server.advance(minutes(45));
    let form = browser.get(&client.authorize_path(&[])).await;
    assert!(through(&mut browser, &server, form).await.redirected("code").is_some());
}

async fn what_waits_in_one_browser_is_nothing_in_another(kind: Kind) {
    let (server, _, client) = start(kind).await;
    let mut attacker = Browser::new(server.issuer());
    let lure = attacker.get(&client.authorize_path(&[("state", "of the attacker")])).await;
    let ticket = lure.field("/sign-in", "to");

    let mut victim = Browser::new(server.issuer());
    let form = victim.get("/sign-in").await;
    let typed = [TYPED[0], TYPED[1], ("to", &ticket)];
    let page = victim.submit(&form, "/sign-in", &typed).await;
    assert_eq!((page.location(), page.texts("h1")), (None, vec!["You are signed in".to_owned()]));
    let link = format!("/sign-in?to={ticket}");
    assert_eq!(victim.get(&link).await.location().as_deref(), Some("/"), "nor as a link, when signed in");

    let mut other = Browser::new(server.issuer());
    let form = other.get(&link).await;
    assert!(form.asks_for_a_password() && !form.text.contains("Contact Sync"), "nor before: {}", form.text);
    assert_eq!(other.submit(&form, "/sign-in", &TYPED).await.location(), None);

    // The attacker's whole form, posted from the victim's browser, signs nobody in.
    let mut third = Browser::new(server.issuer());
    third.get("/sign-in").await;
    assert_eq!(third.submit(&lure, "/sign-in", &TYPED).await.status, 403);
    assert_eq!(third.get("/connections").await.status, 303);
}

async fn several_tabs_sign_in_at_once(kind: Kind) {
    let (server, _, client) = start(kind).await;
    let mut browser = Browser::new(server.issuer());
    let states = ["first", "second", "third"];
    let mut tabs = Vec::new();
    for state in states {
        tabs.push(browser.get(&client.authorize_path(&[("state", state)])).await);
    }
    let own = browser.get("/connections").await.location().unwrap();
    let page = browser.get(&own).await;
    for (state, tab) in states.into_iter().zip(tabs) {
        let answer = through(&mut browser, &server, tab).await;
        assert_eq!(answer.redirected("state").as_deref(), Some(state), "{answer:?}");
        assert!(answer.redirected("code").is_some());
    }
    assert_eq!(browser.get(&own).await.location().as_deref(), Some("/connections"), "signed in meanwhile");
    let late = browser.submit(&page, "/sign-in", &TYPED).await;
    assert_eq!(late.location().as_deref(), Some("/connections"));
}

/// Neither tab brings a cookie, so that each is given one and the later replaces the other.
async fn the_first_two_tabs_of_a_browser_sign_in_at_once(kind: Kind) {
    let (server, _, client) = start(kind).await;
    let path = client.authorize_path(&[("state", "slower")]);
    let slower = Browser::new(server.issuer()).get(&path).await;
    let mut browser = Browser::new(server.issuer());
    browser.get(&client.authorize_path(&[("state", "faster")])).await;
    let fields = slower.changed("/sign-in", &TYPED);
    let here = |path: &str| format!("{}{path}", server.issuer());
    for (origin, stood_at, goes_on) in [
        (server.origin(), here(&path), true),
        (server.origin(), here("/sign-in?to=x"), false),
        (server.origin(), format!("https://evil.example{path}"), false),
        ("https://evil.example", here(&path), false),
    ] {
        let headers = [("origin", origin), ("referer", stood_at.as_str())];
        let page = browser.post_with("/sign-in", &headers, &fields).await;
        assert_eq!(page.status, 403);
        assert_eq!(page.attributes("#email", "value"), [EMAIL]);
        if goes_on {
            let page = browser.submit(&page, "/sign-in", &TYPED).await;
            let page = browser.visit(&page.location().unwrap()).await;
            let answer = browser.submit(&page, "/authorize", &[("decision", "allow")]).await;
            assert_eq!(answer.redirected("state").as_deref(), Some("slower"), "{answer:?}");
        } else {
            assert_eq!(
                page.field("/sign-in", "to"),
                slower.field("/sign-in", "to"),
                "nothing new to go on to"
            );
        }
    }
}

/// A browser keeps `SameSite=Lax` cookies back when another site posts: whoever answers that with fresh ones signs
/// people out.
async fn a_post_from_another_site_costs_nobody_their_cookies(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    let public = server.client_with(&seed, |client| client.kind = ClientKind::Public).await;
    for origin in ["https://client.example", "null"] {
        for path in ["/authorize", "/sign-in", "/setup", "/sign-out", "/settings", "/apps/new"] {
            for asked in [client.authorize_path(&[]), public.authorize_path(&[("prompt", "login")])] {
                let fields = pairs(&asked);
                let page = Browser::new(server.issuer()).post_from(origin, path, &borrowed(&fields)).await;
                assert!(page.headers.get("set-cookie").is_none(), "{path} from {origin}: {page:?}");
            }
        }
    }
    let mut browser = Browser::new(server.issuer());
    sign_in(&mut browser, "/sign-in", PASSWORD).await;
    let consent = browser.get(&client.authorize_path(&[])).await;
    browser.submit(&consent, "/authorize", &[("decision", "allow")]).await;
    let fields = pairs(&client.authorize_path(&[]));
    let page = browser.post_from("https://client.example", "/authorize", &borrowed(&fields)).await;
    assert!(page.location().unwrap().starts_with("/authorize?"), "to where the cookies are: {page:?}");
    assert!(browser.visit(&page.location().unwrap()).await.redirected("code").is_some());
}
