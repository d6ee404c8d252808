//! A cookie that another site of the domain plants beside ours makes somebody unknown at some paths. That is the worst
//! it does: they are asked to sign in, and never sent back and forth.

use std::collections::BTreeSet;

use consentry::model::role::Role;
use consentry::store::db::Kind;

use crate::harness::Browser;
use crate::harness::OAuthClient;
use crate::harness::Page;
use crate::harness::Seed;
use crate::harness::Server;
use crate::harness::Tossed;
use crate::on_both;
use crate::people::EMAIL;
use crate::people::PASSWORD;
use crate::people::ada;

on_both![no_page_sends_in_circles, signing_in_again_ends_at_a_page];

/// Of the right shape, and of none.
const VALUES: [&str; 2] = ["plantedplantedplantedplantedplantedplantedp", ""];

async fn start(kind: Kind) -> (Server, Seed, OAuthClient) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let client = server.client(&seed).await;
    server.private_app(&seed, |_, _| {}).await;
    (server, seed, client)
}

/// Every page that the navigation and the pages behind it lead to: no file of the API's, and the log once.
async fn pages(browser: &mut Browser) -> BTreeSet<String> {
    let (mut found, mut waiting) = (BTreeSet::new(), vec!["/".to_owned(), "/sign-in".to_owned()]);
    while let Some(path) = waiting.pop() {
        let page = browser.get(&path).await;
        if found.insert(path) {
            let is_page = |link: &String| {
                link.starts_with('/') && !["/api/", "/audit?"].iter().any(|other| link.starts_with(other))
            };
            let links = page.attributes("a", "href").into_iter().filter(is_page);
            waiting.extend(links.map(|link| link.split('#').next().unwrap().to_owned()));
        }
    }
    found
}

/// Each cookie, value, path and place that a sibling domain can choose to disturb `page`.
fn tossed(page: &str) -> impl Iterator<Item = Tossed> {
    let path = page.split('?').next().unwrap();
    let parents = path.match_indices('/').skip(1).map(|(end, _)| &path[..end]);
    let paths: BTreeSet<&str> = parents.chain([path, "/", "/sign-in", "/authorize"]).collect();
    let paths: Vec<&'static str> = paths.into_iter().map(|path| &*path.to_owned().leak()).collect();
    paths.into_iter().flat_map(|path| {
        ["sid", "browser"].into_iter().flat_map(move |name| {
            VALUES
                .into_iter()
                .flat_map(move |value| [true, false].map(move |first| Tossed { name, value, path, first }))
        })
    })
}

/// Follows redirects within the server to where they end.
async fn end(browser: &mut Browser, mut page: Page, what: &str) -> Page {
    for _ in 0..4 {
        match page.location().filter(|next| next.starts_with('/')) {
            Some(next) => page = browser.get(&next).await,
            None => return page,
        }
    }
    panic!("{what}: sent on and on, at last to {:?}", page.location())
}

async fn no_page_sends_in_circles(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    let mut known = server.signed_in(&seed).await;
    client.connect(&mut known).await;
    let mut pages = pages(&mut known).await;
    assert!(pages.len() > 12 && pages.contains(&format!("/apps/{}/edit", client.id)), "{pages:?}");
    pages.extend([client.authorize_path(&[]), client.authorize_path(&[("prompt", "consent")])]);
    let session = known.cookie("sid").unwrap().to_owned();
    for page in &pages {
        for tossed in tossed(page) {
            for signed_in in [true, false] {
                let mut browser = match signed_in {
                    true => Browser::with_cookie(server.issuer(), "sid", &session),
                    false => Browser::new(server.issuer()),
                };
                browser.get("/sign-in").await;
                browser.toss(tossed);
                let what = format!("{page}, signed in: {signed_in}, {tossed:?}");
                let first = browser.get(page).await;
                let last = end(&mut browser, first, &what).await;
                assert!(last.status.as_u16() < 400, "{what}: {last:?}");
            }
        }
    }
}

/// At the page that does not know them they are asked, and not told that they are signed in.
async fn signing_in_again_ends_at_a_page(kind: Kind) {
    let (server, seed, client) = start(kind).await;
    for page in ["/apps".to_owned(), client.authorize_path(&[])] {
        let path = if page == "/apps" { "/apps" } else { "/authorize" };
        for first in [true, false] {
            let tossed = Tossed { name: "sid", value: VALUES[0], path, first };
            let mut browser = server.signed_in(&seed).await;
            browser.toss(tossed);
            let asked = browser.get(&page).await;
            let asked = end(&mut browser, asked, path).await;
            assert!(asked.asks_for_a_password(), "{tossed:?}: {asked:?}");
            let typed = [("email", EMAIL), ("password", PASSWORD)];
            let entered = browser.submit(&asked, "/sign-in", &typed).await;
            let last = end(&mut browser, entered, path).await;
            assert!(last.asks_for_a_password(), "{tossed:?}: {last:?}");
            assert_eq!(browser.get("/connections").await.status, 200, "elsewhere they are known");
        }
    }
}
