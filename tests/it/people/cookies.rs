//! What ties a form to the browser that it was shown to.

use consentry::model::role::Role;
use consentry::store::db::Kind;
use reqwest::StatusCode;

use crate::harness::Browser;
use crate::harness::Page;
use crate::harness::Server;
use crate::on_both;
use crate::people::EMAIL;
use crate::people::PASSWORD;
use crate::people::ada;
use crate::people::sign_in;

on_both![
    a_form_works_in_the_browser_it_was_shown_to_only,
    a_post_from_another_origin_is_refused,
    two_cookies_of_one_name_are_none,
    looking_never_changes_anything,
    cookies_are_out_of_reach_of_scripts_and_other_sites,
];

/// A post with the headers of a browser that stands somewhere else.
async fn post(server: &Server, path: &str, headers: &[(&str, &str)], body: &str) -> StatusCode {
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut request = http.post(server.url(path)).body(body.to_owned());
    request = request.header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap().status()
}

async fn a_form_works_in_the_browser_it_was_shown_to_only(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Member).await;
    let mut victim = Browser::new(server.issuer());
    let mut attacker = Browser::new(server.issuer());
    victim.get("/sign-in").await;
    let form = attacker.get("/sign-in").await;
    let typed = [("email", EMAIL), ("password", PASSWORD)];
    let refused = victim.submit(&form, "/sign-in", &typed).await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.attributes("#email", "value"), [EMAIL]);
    let mut stranger = Browser::new(server.issuer());
    assert_eq!(stranger.submit(&form, "/sign-in", &typed).await.status, 403, "without any cookie");
    assert_eq!(victim.submit(&refused, "/sign-in", &typed).await.status, 303, "the fresh form works");
    let mut one = server.signed_in(&seed).await;
    let mut other = server.signed_in(&seed).await;
    let page = one.get("/connections").await;
    assert_eq!(other.submit(&page, "/sign-out", &[]).await.status, 403);
    for csrf in ["", "CSRF.guess"] {
        assert_eq!(one.submit(&page, "/sign-out", &[("csrf", csrf)]).await.status, 403, "{csrf}");
    }
    assert_eq!(one.get("/connections").await.status, 200);
}

async fn a_post_from_another_origin_is_refused(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Member).await;
    let mut browser = server.signed_in(&seed).await;
    let page = browser.get("/connections").await;
    let fields = page.fields("/sign-out");
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let cookie = format!("{}={}", server.cookie_name("sid"), browser.cookie("sid").unwrap());
    let cookie = ("cookie", cookie.as_str());
    let ours = server.origin();
    let foreign: [&[(&str, &str)]; 6] = [
        &[cookie],
        &[cookie, ("origin", "null")],
        &[cookie, ("origin", "https://evil.example")],
        &[cookie, ("origin", ours), ("origin", "https://evil.example")],
        &[cookie, ("sec-fetch-site", "same-site")],
        &[cookie, ("origin", "null"), ("sec-fetch-site", "same-origin")],
    ];
    for headers in foreign {
        assert_eq!(post(&server, "/sign-out", headers, &body).await, 403, "{headers:?}");
    }
    assert_eq!(browser.get("/connections").await.status, 200);
    assert_eq!(post(&server, "/sign-out", &[cookie, ("origin", ours)], &body).await, 303);
    assert_eq!(browser.get("/connections").await.status, 303);
}

async fn two_cookies_of_one_name_are_none(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Member).await;
    let own = server.signed_in(&seed).await.cookie("sid").unwrap().to_owned();
    let planted = server.signed_in(&seed).await.cookie("sid").unwrap().to_owned();
    let mut tossed = Browser::with_cookie(
        server.issuer(),
        "sid",
        &format!("{planted}; {}={own}", server.cookie_name("sid")),
    );
    assert_eq!(tossed.get("/connections").await.status, 303);
    let mut odd = Browser::with_cookie(server.issuer(), "sid", &format!("{own}x"));
    assert_eq!(odd.get("/connections").await.status, 303);
    let mut fine = Browser::with_cookie(server.issuer(), "sid", &own);
    assert_eq!(fine.get("/connections").await.status, 200);
}

async fn looking_never_changes_anything(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Member).await;
    let mut browser = server.signed_in(&seed).await;
    for path in ["/sign-out", "/session/organization", "/connections/grt_1/revoke"] {
        assert_eq!(browser.get(path).await.status, 405, "{path}");
    }
    assert_eq!(browser.get("/connections").await.status, 200);
}

async fn cookies_are_out_of_reach_of_scripts_and_other_sites(kind: Kind) {
    let server = Server::start(kind).await;
    ada(&server, Role::Member).await;
    let mut browser = Browser::new(server.issuer());
    let shown = browser.get("/sign-in").await;
    let entered = sign_in(&mut browser, "/sign-in", PASSWORD).await;
    let cookies = |page: &Page| {
        let lines = page.headers.get_all("set-cookie").iter();
        lines.map(|line| line.to_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((cookies(&shown).len(), cookies(&entered).len()), (1, 2));
    for cookie in cookies(&shown).iter().chain(&cookies(&entered)) {
        assert!(cookie.contains("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    assert!(cookies(&entered)[0].ends_with("Max-Age=2592000"), "{entered:?}");
    let device = format!("{}=", server.cookie_name("device"));
    assert!(cookies(&entered)[1].starts_with(&device) && cookies(&entered)[1].ends_with("Max-Age=7776000"));
    assert!(cookies(&browser.get("/connections").await).is_empty());
}
