//! Signing in and out.

use consentry::model::role::Role;
use consentry::store::db::Kind;

use crate::harness::Browser;
use crate::harness::Server;
use crate::on_both;
use crate::people::EMAIL;
use crate::people::PASSWORD;
use crate::people::ada;
use crate::people::sign_in;

on_both![
    signing_in_leads_back_to_where_one_was_going,
    a_way_back_that_is_not_ours_leads_nowhere,
    a_wrong_password_keeps_the_address_and_nothing_else,
    too_many_tries_are_told_how_long_to_wait,
    signing_in_changes_the_cookie_and_signing_out_ends_it,
    the_page_names_the_app_that_waits,
    switching_shows_ones_own_organizations_only,
];

async fn signing_in_leads_back_to_where_one_was_going(kind: Kind) {
    let server = Server::start(kind).await;
    ada(&server, Role::Member).await;
    let mut browser = Browser::new(server.issuer());
    let sent = browser.get("/connections").await;
    assert_eq!(sent.status, 303);
    assert!(sent.location().unwrap().starts_with("/sign-in?to="));
    let back = sign_in(&mut browser, "/connections?done=connection-ended", PASSWORD).await;
    assert_eq!(back.status, 303);
    assert_eq!(back.location().as_deref(), Some("/connections?done=connection-ended"));
    let page = browser.get("/connections").await;
    assert_eq!((page.status.as_u16(), page.texts("h1")), (200, vec!["Connected apps".to_owned()]));
    assert!(page.text.contains(EMAIL) && page.text.contains("Analytical Engines"));
    assert_eq!(browser.get("/sign-in").await.location().as_deref(), Some("/"));
}

async fn a_way_back_that_is_not_ours_leads_nowhere(kind: Kind) {
    let server = Server::start(kind).await;
    ada(&server, Role::Member).await;
    let sealed = server.app.keys.seal("return", &"https://evil.example/");
    for to in ["https://evil.example/", "//evil.example", "/connections", &sealed] {
        let mut browser = Browser::new(server.issuer());
        let form = browser.get("/sign-in").await;
        let typed = [("to", to), ("email", EMAIL), ("password", PASSWORD)];
        let back = browser.submit(&form, "/sign-in", &typed).await;
        assert_eq!((back.location(), back.texts("h1")), (None, vec!["You are signed in".to_owned()]), "{to}");
        assert_eq!(browser.get("/connections").await.status, 200, "{to}");
    }
    let plain = sign_in(&mut Browser::new(server.issuer()), "/sign-in", PASSWORD).await;
    assert_eq!(plain.location().as_deref(), Some("/"));
    let mut browser = Browser::new(server.issuer());
    let sent = browser.get("//evil.example/").await;
    assert!(sent.location().is_none_or(|to| to == "/sign-in"), "{:?}", sent.location());
}

async fn a_wrong_password_keeps_the_address_and_nothing_else(kind: Kind) {
    let server = Server::start(kind).await;
    ada(&server, Role::Member).await;
    let mut browser = Browser::new(server.issuer());
    let wrong = sign_in(&mut browser, "/connections", "not the password").await;
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.texts("[role=alert]"), ["The e-mail address or the password is wrong"]);
    assert_eq!(wrong.attributes("#email", "value"), [EMAIL]);
    assert!(!wrong.text.contains("not the password"));
    let right = browser.submit(&wrong, "/sign-in", &[("password", PASSWORD)]).await;
    assert_eq!(right.location().as_deref(), Some("/connections"));
    let empty = browser.submit(&wrong, "/sign-in", &[("password", "")]).await;
    assert_eq!(empty.status, 422, "the form stays good after the sign-in");
}

async fn too_many_tries_are_told_how_long_to_wait(kind: Kind) {
    let server = Server::start(kind).await;
    ada(&server, Role::Member).await;
    let mut browser = Browser::new(server.issuer());
    let mut failed = 0;
    let page = loop {
        let page = sign_in(&mut browser, "/sign-in", "not the password").await;
        if page.status != 422 {
            // Where the machine is slow, the first pauses are over before the next try.
            break page;
        }
        failed += 1;
        assert!(failed < 20, "there is no pause after {failed} failures");
    };
    assert!(failed >= 5, "a pause after {failed} failures");
    assert_eq!(page.status, 429);
    let wait: u64 = page.header("retry-after").parse().unwrap();
    assert!((1..=900).contains(&wait));
    assert!(page.text.contains("Please wait"));
}

async fn signing_in_changes_the_cookie_and_signing_out_ends_it(kind: Kind) {
    let server = Server::start(kind).await;
    ada(&server, Role::Member).await;
    let mut browser = Browser::new(server.issuer());
    browser.get("/sign-in").await;
    assert_eq!(browser.cookie("sid"), None, "nobody has a session before they sign in");
    let own = browser.cookie("browser").unwrap().to_owned();
    sign_in(&mut browser, "/sign-in", PASSWORD).await;
    let inside = browser.cookie("sid").unwrap().to_owned();
    let page = browser.get("/connections").await;
    let gone = browser.submit(&page, "/sign-out", &[]).await;
    assert_eq!(gone.location().as_deref(), Some("/sign-in"));
    assert_eq!((browser.cookie("sid"), browser.cookie("browser")), (None, Some(own.as_str())));
    for old in [&own, &inside] {
        let mut thief = Browser::with_cookie(server.issuer(), "sid", old);
        assert_eq!(thief.get("/connections").await.status, 303, "an old cookie works");
    }
}

async fn the_page_names_the_app_that_waits(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let client = server.client(&seed).await;
    let mut browser = Browser::new(server.issuer());
    let path = client.authorize_path(&[]);
    let form = browser.visit(&path).await;
    assert!(form.text.contains("to continue to") && form.text.contains("Contact Sync"), "{}", form.text);
    let typed = [("email", EMAIL), ("password", PASSWORD)];
    let back = browser.submit(&form, "/sign-in", &typed).await;
    assert!(back.location().unwrap().starts_with("/authorize?"));
    let consent = browser.visit(&back.location().unwrap()).await;
    assert_eq!(consent.status, 200);
}

async fn switching_shows_ones_own_organizations_only(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Member).await;
    let other = server.seed("Zeta Works", "zoe@example.com", Role::Owner).await;
    let foreign = server.seed("Beta Works", "bob@example.com", Role::Owner).await;
    server.person(&other.organization_id, EMAIL, Role::Admin).await;
    let mut browser = server.signed_in(&seed).await;
    let page = browser.get("/connections").await;
    assert!(page.text.contains("Zeta Works") && !page.text.contains("Beta Works"));
    let action = "/session/organization";
    for id in [foreign.organization_id.as_str(), "org_1", ""] {
        let refused = browser.submit(&page, action, &[("organization", id)]).await;
        assert_eq!(refused.status, 404, "{id}");
    }
    let own = [("organization", other.organization_id.as_str())];
    assert_eq!(browser.submit(&page, action, &own).await.status, 303);
    let page = browser.get("/settings").await;
    assert_eq!(page.attributes("#name", "value"), ["Zeta Works"]);
}
