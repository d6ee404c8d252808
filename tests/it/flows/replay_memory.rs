//! How long a replay is noticed: as long as anything of the authorization lives, and no longer.

use std::time::Duration;

use consentry::model::client::GrantType;
use consentry::model::id::ClientId;
use consentry::model::lifetime::Seconds;
use consentry::store;
use consentry::store::db::Kind;
use consentry::store::db::one;

use crate::harness::Server;
use crate::harness::grant;
use crate::on_both;

on_both![
    a_replayed_code_is_noticed_as_long_as_its_connection_is_refreshed,
    a_replayed_code_is_noticed_as_long_as_its_permanent_token_lives,
    a_spent_refresh_token_is_noticed_long_after_its_own_idle_end,
    a_lost_answer_at_the_end_of_an_idle_life_is_given_again,
    nothing_is_kept_of_what_has_ended,
    a_connection_that_refreshes_for_years_leaves_a_bounded_trace,
];

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn days_later(server: &Server, days: u32) {
    server.advance(DAY * days);
    consentry::jobs::sweep::sweep(&server.app, &mut Default::default()).await.unwrap();
}

/// Used codes and refresh tokens that are kept.
async fn kept(server: &Server) -> (i64, i64) {
    let mut conn = server.app.db.read().await.unwrap();
    let codes = one!(conn, (i64,), "SELECT COUNT(*) FROM authorization_codes").unwrap().0;
    (codes, one!(conn, (i64,), "SELECT COUNT(*) FROM refresh_tokens").unwrap().0)
}

async fn a_replayed_code_is_noticed_as_long_as_its_connection_is_refreshed(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let code = client.code(&mut server.signed_in(&seed).await).await;
    let mut tokens = client.redeem(&code).await;
    for _ in 0..4 {
        days_later(&server, 60).await;
        tokens = client.refresh(tokens.text("refresh_token")).await;
        assert_eq!(tokens.status, 200, "{tokens:?}");
    }
    client.redeem(&code).await.assert_error(400, "invalid_grant");
    client.refresh(tokens.text("refresh_token")).await.assert_error(400, "invalid_grant");
    assert!(!client.is_active(tokens.text("access_token")).await);
}

async fn a_replayed_code_is_noticed_as_long_as_its_permanent_token_lives(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let client = server
        .client_with(&seed, |client| {
            client.access_lifetime = None;
            client.grant_types = [GrantType::AuthorizationCode].into_iter().collect();
        })
        .await;
    let code = client.code(&mut server.signed_in(&seed).await).await;
    let tokens = client.redeem(&code).await;
    for _ in 0..4 {
        days_later(&server, 100).await;
    }
    assert!(client.is_active(tokens.text("access_token")).await);
    client.redeem(&code).await.assert_error(400, "invalid_grant");
    assert!(!client.is_active(tokens.text("access_token")).await);
}

async fn a_spent_refresh_token_is_noticed_long_after_its_own_idle_end(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    for lifetime in [Some(Seconds::days(3)), None] {
        let client = server.client_with(&seed, |client| client.refresh_lifetime = lifetime).await;
        let first = client.connect(&mut server.signed_in(&seed).await).await;
        let mut tokens = client.refresh(first.text("refresh_token")).await;
        for _ in 0..20 {
            days_later(&server, 2).await;
            tokens = client.refresh(tokens.text("refresh_token")).await;
            assert_eq!(tokens.status, 200, "{tokens:?}");
        }
        client.refresh(first.text("refresh_token")).await.assert_error(400, "invalid_grant");
        client.refresh(tokens.text("refresh_token")).await.assert_error(400, "invalid_grant");
        assert!(!client.is_active(tokens.text("access_token")).await, "{lifetime:?}");
    }
}

async fn a_lost_answer_at_the_end_of_an_idle_life_is_given_again(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let client = server.client_with(&seed, |client| client.refresh_lifetime = Some(Seconds::days(3))).await;
    let first = client.connect(&mut server.signed_in(&seed).await).await;
    server.advance(DAY * 3 - Duration::from_secs(5));
    let lost = client.refresh(first.text("refresh_token")).await;
    assert_eq!(lost.status, 200, "{lost:?}");
    for wait in [Duration::from_secs(30), Duration::from_secs(600), DAY] {
        server.advance(wait);
        let found = client.refresh(first.text("refresh_token")).await;
        assert_eq!(found.status, 200, "{found:?}");
        assert_eq!(found.text("refresh_token"), lost.text("refresh_token"));
    }
    days_later(&server, 2).await;
    client.refresh(first.text("refresh_token")).await.assert_error(400, "invalid_grant");
    client.refresh(lost.text("refresh_token")).await.assert_error(400, "invalid_grant");
    let mut conn = server.app.db.read().await.unwrap();
    let sql = "SELECT COUNT(*) FROM audit_events WHERE action = 'authorization.revoked_after_replay'";
    assert_eq!(one!(conn, (i64,), sql).unwrap().0, 0, "an idle connection is no replay");
}

async fn nothing_is_kept_of_what_has_ended(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let client = server.client_with(&seed, |client| client.refresh_lifetime = Some(Seconds::days(30))).await;
    for end in ["grant", "app", "idle"] {
        let client = match end {
            "app" => server.client(&seed).await,
            _ => client.again(),
        };
        let first = client.connect(&mut server.signed_in(&seed).await).await;
        let second = client.refresh(first.text("refresh_token")).await;
        client.refresh(second.text("refresh_token")).await;
        assert_eq!(kept(&server).await, (1, 3), "{end}");
        let now = server.app.now();
        let id = ClientId::parse(&client.id).unwrap();
        let mut tx = server.app.db.begin().await.unwrap();
        let days = match end {
            "grant" => {
                let grant = grant(&mut tx, &seed.user_id, &id).await;
                store::grants::revoke(&mut tx, &grant.id, &seed.user_id, now).await.unwrap();
                92
            }
            "app" => {
                store::clients::delete(&mut tx, &id, &seed.organization_id).await.unwrap();
                92
            }
            _ => 30,
        };
        tx.commit().await.unwrap();
        for _ in 0..3 {
            days_later(&server, days).await;
        }
        for _ in 0..3 {
            days_later(&server, 31).await;
        }
        assert_eq!(kept(&server).await, (0, 0), "{end}");
    }
}

async fn a_connection_that_refreshes_for_years_leaves_a_bounded_trace(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut tokens = client.connect(&mut server.signed_in(&seed).await).await;
    for _ in 0..80 {
        days_later(&server, 10).await;
        tokens = client.refresh(tokens.text("refresh_token")).await;
        assert_eq!(tokens.status, 200, "{tokens:?}");
    }
    let (codes, refresh_tokens) = kept(&server).await;
    assert_eq!(codes, 1);
    assert!((30..=40).contains(&refresh_tokens), "{refresh_tokens} after 80 refreshes, a year holds 37");
}
