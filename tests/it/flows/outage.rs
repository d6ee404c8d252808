//! The database is away: every endpoint says so, nobody is told that a token or a grant is gone, and afterwards all
//! is as it was (SECURITY: a storage error is never an answer).

use std::time::Duration;

use consentry::model::role::Role;
use sqlx::Connection;
use sqlx::Executor;
use sqlx::SqliteConnection;

use crate::folder::Folder;
use crate::harness::Answer;
use crate::harness::Browser;
use crate::harness::OAuthClient;
use crate::harness::Page;
use crate::harness::Server;
use crate::harness::postgres::Cluster;

/// What an app and a person hold while the database goes away.
struct Holdings {
    client: OAuthClient,
    browser: Browser,
    page: Page,
    code: String,
    tokens: Answer,
}

impl Holdings {
    async fn new(server: &Server) -> Holdings {
        let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
        let client = server.client(&seed).await;
        let mut browser = server.signed_in(&seed).await;
        let tokens = client.connect(&mut browser).await;
        let code = client.code(&mut browser).await;
        let page = browser.get(&client.authorize_path(&[("prompt", "consent")])).await;
        Holdings { client, browser, page, code, tokens }
    }

    async fn writing_is_unavailable(&mut self) {
        let client = &self.client;
        let allow = [("decision", "allow")];
        let (refreshed, redeemed, issued, revoked, allowed) = tokio::join!(
            client.refresh(self.tokens.text("refresh_token")),
            client.redeem(&self.code),
            client.client_credentials(),
            client.revoke(self.tokens.text("access_token")),
            self.browser.submit(&self.page, "/authorize", &allow),
        );
        for answer in [refreshed, redeemed, issued, revoked] {
            unavailable(&answer);
        }
        assert_eq!((allowed.status.as_u16(), allowed.location()), (503, None));
        assert!(allowed.header("content-type").starts_with("text/html"));
        assert!(!allowed.header("retry-after").is_empty());
    }

    async fn reading_is_unavailable(&mut self) {
        let (access, refresh) = (self.tokens.text("access_token"), self.tokens.text("refresh_token"));
        let (one, other, called) = tokio::join!(
            self.client.introspect(access),
            self.client.introspect(refresh),
            self.client.call("/verify?scope=contacts.read", access),
        );
        for answer in [one, other, called] {
            unavailable(&answer);
        }
        let path = self.client.authorize_path(&[]);
        let page = self.browser.get(&path).await;
        assert_eq!((page.status.as_u16(), page.location()), (503, None));
        assert!(!page.header("retry-after").is_empty());
    }

    async fn reading_works(&self) {
        assert!(self.client.is_active(self.tokens.text("access_token")).await);
        assert!(self.client.is_active(self.tokens.text("refresh_token")).await);
        assert_eq!(
            self.client.call("/verify?scope=contacts.read", self.tokens.text("access_token")).await.status,
            200
        );
    }

    /// Tries for some seconds, as clients do, and then everything is as before.
    async fn nothing_is_lost(mut self) {
        let mut issued = self.client.client_credentials().await;
        for _ in 0..50 {
            if issued.status == 200 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            issued = self.client.client_credentials().await;
        }
        assert_eq!(issued.status, 200, "{issued:?}");
        self.reading_works().await;
        assert_eq!(self.client.redeem(&self.code).await.status, 200);
        assert_eq!(self.client.refresh(self.tokens.text("refresh_token")).await.status, 200);
        let allowed = self.browser.submit(&self.page, "/authorize", &[("decision", "allow")]).await;
        assert!(allowed.redirected("code").is_some(), "{allowed:?}");
    }
}

#[track_caller]
fn unavailable(answer: &Answer) {
    answer.assert_error(503, "temporarily_unavailable");
    assert!(answer.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_program_locks_the_sqlite_file() {
    let folder = Folder::new();
    let url = format!("sqlite:{}", folder.path().join("test.sqlite3").display());
    let server = Server::start_on(folder, url.clone(), 1).await;
    let mut holdings = Holdings::new(&server).await;
    let mut foreign = SqliteConnection::connect(&url).await.unwrap();
    foreign.execute("BEGIN IMMEDIATE").await.unwrap();
    holdings.writing_is_unavailable().await;
    holdings.reading_works().await;
    foreign.execute("ROLLBACK").await.unwrap();
    holdings.nothing_is_lost().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_is_killed_and_comes_back() {
    let mut cluster = tokio::task::spawn_blocking(Cluster::start).await.unwrap();
    let server = Server::start_on(Folder::new(), cluster.url(), 1).await;
    let mut holdings = Holdings::new(&server).await;
    cluster.kill();
    // What is remembered of a client or a token is a second old at most.
    tokio::time::sleep(Duration::from_millis(1050)).await;
    holdings.writing_is_unavailable().await;
    holdings.reading_is_unavailable().await;
    let _cluster = tokio::task::spawn_blocking(move || {
        cluster.restart();
        cluster
    })
    .await
    .unwrap();
    holdings.nothing_is_lost().await;
}
