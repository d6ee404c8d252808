//! Many apps and many people in one moment, with nothing remembered: everybody is answered, and nobody waits long for
//! a connection, for nobody holds one while waiting for another.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;
use std::time::Instant;

use consentry::model::role::Role;
use consentry::store::db::Kind;
use futures_util::future::join_all;

use crate::harness::Answer;
use crate::harness::Browser;
use crate::harness::OAuthClient;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;

on_both![
    forty_apps_call_eight_times_in_one_moment,
    sixty_four_apps_call_in_one_moment,
    sixty_four_people_and_apps_do_all_there_is_in_one_moment,
];

/// The longest that anybody may wait for a connection.
const WAIT: Duration = Duration::from_millis(300);

/// On a machine with other work a thread itself may wait, so the best of some rounds counts: a crowd that stands
/// still does so in every round.
const ROUNDS: usize = 8;

/// An app, and what it got for one person.
struct Connected {
    client: OAuthClient,
    tokens: Answer,
}

impl Connected {
    fn access(&self) -> &str {
        self.tokens.text("access_token")
    }

    async fn call(&self, path: &str) -> u16 {
        self.client.call(path, self.access()).await.status.as_u16()
    }
}

/// As many different apps, all connected.
async fn connected(server: &Server, seed: &Seed, count: usize) -> Vec<Connected> {
    let one = async |_| {
        let client = server.client(seed).await;
        let mut browser = server.signed_in(seed).await;
        let tokens = client.connect(&mut browser).await;
        Connected { client, tokens }
    };
    let mut all = Vec::new();
    while all.len() < count {
        all.extend(join_all((0..8).map(one)).await);
    }
    all
}

/// Makes all calls in one moment after what was remembered has become too old; the longest wait for a connection.
async fn once(what: &str, server: &Server, calls: Vec<impl Future<Output = u16>>) -> Duration {
    tokio::time::sleep(Duration::from_millis(1100)).await;
    server.app.db.longest_wait();
    let started = Instant::now();
    let statuses = join_all(calls).await;
    let (took, waited) = (started.elapsed(), server.app.db.longest_wait());
    let mut counts = BTreeMap::new();
    statuses.into_iter().for_each(|status| *counts.entry(status).or_insert(0) += 1);
    println!("{:?}: {what}: {counts:?} in {took:.2?}, waited {waited:.1?}", server.app.db.kind());
    assert!(counts.keys().all(|status| *status == 200), "{what}: {counts:?}");
    waited
}

/// As [`once`], and nobody waits for long.
async fn at_once<F: Future<Output = u16>>(what: &str, server: &Server, calls: impl Fn() -> Vec<F>) {
    let mut waits = Vec::new();
    while waits.len() < ROUNDS {
        let waited = once(what, server, calls()).await;
        waits.push(waited);
        if waited < WAIT {
            return;
        }
    }
    panic!("{what}: somebody waited {waits:?} for a connection");
}

async fn forty_apps_call_eight_times_in_one_moment(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let apps = connected(&server, &seed, 40).await;
    let calls = (0..8).flat_map(|_| &apps).map(|app| app.call("/api/me")).collect();
    once("40 apps x 8 calls of /api/me", &server, calls).await;
}

async fn sixty_four_apps_call_in_one_moment(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let apps = connected(&server, &seed, 64).await;
    for path in ["/api/me", "/verify?scope=contacts.read"] {
        at_once(path, &server, || apps.iter().map(|app| app.call(path)).collect()).await;
    }
    let introspect = async |app: &Connected| app.client.introspect(app.access()).await.status.as_u16();
    at_once("introspection", &server, || apps.iter().map(introspect).collect()).await;
    let refresh =
        async |app: &Connected| app.client.refresh(app.tokens.text("refresh_token")).await.status.as_u16();
    at_once("refresh", &server, || apps.iter().map(refresh).collect()).await;
}

async fn sixty_four_people_and_apps_do_all_there_is_in_one_moment(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let apps = connected(&server, &seed, 64).await;
    let pages = ["/", "/apps", "/private-apps", "/modules", "/connections", "/settings", "/apps/new"];
    let reads = ["/api/apps", "/api/me", "/api/modules", "/api/private-apps", "/api/session"];
    let mut people = Vec::new();
    while people.len() < apps.len() {
        people.push(server.signed_in(&seed).await);
    }
    let authorize = async |(app, browser): (&Connected, &mut Browser)| {
        browser.get(&app.client.authorize_path(&[("prompt", "consent")])).await.status.as_u16()
    };
    let calls = apps.iter().zip(&mut people).map(authorize).collect();
    once("/authorize for 64 sessions", &server, calls).await;
    let visit = async |(number, browser): (usize, &mut Browser)| {
        let detail = format!("/apps/{}", apps[number].client.id);
        for path in [pages[number % pages.len()], reads[number % reads.len()], &detail] {
            let page = browser.get(path).await;
            if page.status != 200 {
                return page.status.as_u16();
            }
        }
        let issued = apps[number].client.client_credentials().await;
        let revoked = apps[number].client.revoke(issued.text("access_token")).await;
        revoked.status.as_u16()
    };
    let calls = people.iter_mut().enumerate().map(visit).collect();
    once("pages, API and tokens", &server, calls).await;
}
