//! A new master key: what was made under the old one works as long as that is held.

use std::time::Duration;

use consentry::store::db::Kind;

use crate::harness::Server;
use crate::on_both;

on_both![under_a_new_key_everything_goes_on, without_the_old_key_only_what_needs_it_has_ended,];

async fn under_a_new_key_everything_goes_on(kind: Kind) {
    let (mut server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let first = client.connect(&mut browser).await;
    let lost = client.refresh(first.text("refresh_token")).await;
    let page = browser.get(&client.authorize_path(&[("prompt", "consent")])).await;
    server.add_key();
    let server = server.restart().await;
    server.advance(Duration::from_secs(61));
    let found = client.refresh(first.text("refresh_token")).await;
    assert_eq!(found.json["refresh_token"], lost.json["refresh_token"], "the same successor as before");
    assert_eq!(found.json["access_token"], lost.json["access_token"]);
    assert_eq!(client.refresh(found.text("refresh_token")).await.status, 200);
    let stale = browser.submit(&page, "/authorize", &[("decision", "allow")]).await;
    assert_eq!(stale.status, 400, "what guards a form derives from the current key, so it is shown again");
    let allowed = client.allow(&mut browser, &[("prompt", "consent")]).await;
    assert_eq!(client.redeem(&allowed.redirected("code").unwrap()).await.status, 200);
}

async fn without_the_old_key_only_what_needs_it_has_ended(kind: Kind) {
    let (mut server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let (kept, rotated) = (client.connect(&mut browser).await, client.connect(&mut browser).await);
    client.refresh(rotated.text("refresh_token")).await;
    server.add_key();
    server.retire_keys();
    let server = server.restart().await;
    assert!(client.is_active(kept.text("access_token")).await);
    assert_eq!(client.refresh(kept.text("refresh_token")).await.status, 200);
    client.refresh(rotated.text("refresh_token")).await.assert_error(400, "invalid_grant");
    assert!(client.connect(&mut browser).await.status.is_success(), "the session goes on");
    drop(server);
}
