//! What is revoked on one node of two is refused by the other: at once where it is told, and in any case before what
//! it remembers is a second old.

use std::time::Duration;

use consentry::model::role::Role;
use consentry::store::db::Kind;
use tokio::time::Instant;
use tokio::time::sleep;

use crate::harness::OAuthClient;
use crate::harness::Server;

const REVOCATIONS: u32 = 6;

/// A resource is asked so often.
const PACE: Duration = Duration::from_millis(5);

/// A machine that is busy with something else for a moment may need more than one look.
const LOOKS: u32 = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_told_refuses_long_before_its_memory_is_old() {
    let (told, cut) = (Pair::of(true).await, Pair::of(false).await);
    for look in 1..=LOOKS {
        let (told, cut) = (told.unseen().await, cut.unseen().await);
        println!("told: {told:?}\ncut:  {cut:?}");
        let median = |spans: &[Duration]| spans[spans.len() / 2];
        if median(&told) * 3 < median(&cut) {
            return;
        }
        assert!(look < LOOKS, "refused after {told:?} where it is told, and after {cut:?} where it is not");
    }
}

/// Two nodes on one PostgreSQL, and an app that calls each.
struct Pair {
    first: OAuthClient,
    second: OAuthClient,
    _server: Server,
}

impl Pair {
    async fn of(told: bool) -> Pair {
        let server = match told {
            true => Server::start_nodes(Kind::Postgres, 2).await,
            false => Server::start_deaf_nodes(2).await,
        };
        let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
        let client = server.client(&seed).await;
        let at = |node: usize| {
            let (node, secret) = (server.nodes[node].clone(), client.secret.clone());
            OAuthClient::new(vec![node], &client.id, secret, client.redirect_uri.clone())
        };
        Pair { first: at(0), second: at(1), _server: server }
    }

    /// How long each of several revocations on the first node stayed unseen on the second, shortest first.
    async fn unseen(&self) -> Vec<Duration> {
        let mut spans = Vec::new();
        for number in 0..REVOCATIONS {
            spans.push(self.revoked(Duration::from_secs(1) / REVOCATIONS * number).await);
        }
        spans.sort();
        spans
    }

    /// The second node sees a token all the time, for `before`; then the first node revokes it.
    async fn revoked(&self, before: Duration) -> Duration {
        let token = self.first.client_credentials().await.text("access_token").to_owned();
        let began = Instant::now();
        assert!(self.second.is_active(&token).await);
        while began.elapsed() < before {
            sleep(PACE).await;
            assert!(self.second.is_active(&token).await);
        }
        assert_eq!(self.first.revoke(&token).await.status, 200);
        let revoked = Instant::now();
        loop {
            let asked = revoked.elapsed();
            if !self.second.is_active(&token).await {
                return revoked.elapsed();
            }
            let promised = Duration::from_secs(1);
            assert!(asked < promised, "a token counts {asked:?} after its revocation was answered");
            sleep(PACE).await;
        }
    }
}
