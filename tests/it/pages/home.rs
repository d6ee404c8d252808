//! The first page: the way to a first token, and what there is.

use consentry::model::role::Role;
use consentry::store::db::Kind;

use crate::harness::Browser;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;

on_both![
    a_fresh_installation_says_where_its_link_is,
    a_stranger_is_sent_to_sign_in_and_back,
    the_steps_are_ticked_off_and_then_gone,
    a_member_sees_their_own_things_only,
];

async fn a_fresh_installation_says_where_its_link_is(kind: Kind) {
    let server = Server::start(kind).await;
    let page = Browser::new(server.issuer()).get("/").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.texts("h1"), ["Almost there"]);
    assert!(!page.text.contains("SETUP."), "the link itself is not given away");
    server.seed("Acme", "ada@example.com", Role::Owner).await;
    let page = Browser::new(server.issuer()).get("/").await;
    assert_eq!(page.location().as_deref(), Some("/sign-in"));
}

async fn a_stranger_is_sent_to_sign_in_and_back(kind: Kind) {
    let server = Server::start(kind).await;
    server.seed("Acme", "ada@example.com", Role::Owner).await;
    let mut browser = Browser::new(server.issuer());
    for path in ["/apps", "/apps/new", "/private-apps", "/modules", "/apps/app_x/edit"] {
        let to = browser.get(path).await.location().unwrap();
        assert!(to.starts_with("/sign-in?to="), "{path} leads to {to}");
        assert_eq!(
            browser.post(path, &[]).await.status.as_u16() / 100,
            if path.ends_with('s') { 4 } else { 3 }
        );
    }
}

async fn the_steps_are_ticked_off_and_then_gone(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let mut browser = server.signed_in(&seed).await;
    let page = browser.get("/").await;
    assert_eq!(page.texts(".progress"), ["0 of 2 done"]);
    assert_eq!(page.attributes(".step .primary", "href"), ["/apps/new"]);
    let client = server.client(&seed).await;
    assert_eq!(browser.get("/").await.texts(".progress"), ["1 of 2 done"]);
    let tokens = client.connect(&mut browser).await;
    assert!(client.is_active(tokens.text("access_token")).await);
    server.settle().await;
    let page = browser.get("/").await;
    assert!(page.texts(".progress").is_empty(), "{:?}", page.texts(".start"));
    assert_eq!(page.texts(".counts a"), ["1App", "0Private apps", "2Modules", "1Connected app"]);
}

async fn a_member_sees_their_own_things_only(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Member).await;
    let page = server.signed_in(&Seed { ..seed }).await.get("/").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.texts(".counts a"), ["0Connected apps"]);
    assert!(page.texts(".step").is_empty());
}
