//! How sessions begin, go on and end.

use std::net::IpAddr;
use std::time::Duration;

use consentry::accounts::sessions;
use consentry::accounts::sessions::current;
use consentry::accounts::sign_in::Attempt;
use consentry::accounts::sign_in::sign_in;
use consentry::app::App;
use consentry::base::secret::Secret;
use consentry::model::id::OrganizationId;
use consentry::model::role::Role;
use consentry::model::session::Session;
use consentry::store::db::Kind;
use consentry::store::db::one;
use consentry::store::db::run;

use crate::accounts::EMAIL;
use crate::accounts::PASSWORD;
use crate::accounts::ada;
use crate::accounts::disable;
use crate::harness::Server;
use crate::on_both;

on_both![
    a_session_that_nobody_uses_ends,
    a_session_that_is_used_ends_in_any_case,
    signing_in_anew_replaces_the_session,
    an_id_that_we_did_not_make_is_never_taken_over,
    signing_out_ends_the_session_here,
    a_disabled_person_is_signed_out,
    somebody_who_left_the_organization_is_signed_out,
    only_ones_own_organizations_are_shown,
];

const HOUR: Duration = Duration::from_secs(60 * 60);

/// The cookie of a fresh session of Ada.
async fn enter(app: &App, previous: Option<&Session>) -> Secret {
    let attempt = Attempt {
        email: EMAIL,
        password: Secret::presented(PASSWORD),
        address: Some(IpAddr::from([192, 0, 2, 1])),
        device: None,
        agent: None,
    };
    sign_in(app, attempt, previous).await.unwrap().cookie
}

async fn is_alive(app: &App, cookie: &Secret) -> bool {
    current(app, cookie.reveal()).await.unwrap().is_some()
}

/// Uses the session and waits until that is written down.
async fn use_it(app: &App, cookie: &Secret) {
    let now = app.now();
    assert!(is_alive(app, cookie).await);
    for _ in 0..200 {
        let session = current(app, cookie.reveal()).await.unwrap().unwrap();
        if session.seen_at >= now {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("that a session was used is not written down");
}

async fn a_session_that_nobody_uses_ends(kind: Kind) {
    let server = Server::start(kind).await;
    let app = &server.app;
    ada(app).await;
    let cookie = enter(app, None).await;
    server.advance(HOUR * 11);
    use_it(app, &cookie).await;
    server.advance(HOUR * 11);
    assert!(is_alive(app, &cookie).await);
    server.advance(HOUR * 12 + HOUR);
    assert!(!is_alive(app, &cookie).await);
}

async fn a_session_that_is_used_ends_in_any_case(kind: Kind) {
    let server = Server::start(kind).await;
    let app = &server.app;
    ada(app).await;
    let cookie = enter(app, None).await;
    for _ in 0..71 {
        server.advance(HOUR * 10);
        use_it(app, &cookie).await;
    }
    server.advance(HOUR * 10);
    assert!(!is_alive(app, &cookie).await, "it lives for more than 30 days");
}

async fn signing_in_anew_replaces_the_session(kind: Kind) {
    let server = Server::start(kind).await;
    let app = &server.app;
    ada(app).await;
    let old = enter(app, None).await;
    let session = current(app, old.reveal()).await.unwrap().unwrap();
    let new = enter(app, Some(&session)).await;
    assert!(old != new);
    assert!(!is_alive(app, &old).await);
    assert!(is_alive(app, &new).await);
}

async fn an_id_that_we_did_not_make_is_never_taken_over(kind: Kind) {
    let server = Server::start(kind).await;
    let app = &server.app;
    ada(app).await;
    let planted = Secret::generate_plain();
    assert!(!is_alive(app, &planted).await);
    enter(app, None).await;
    assert!(!is_alive(app, &planted).await);
    let mut conn = app.db.read().await.unwrap();
    let (kept,) = one!(conn, (i64,), "SELECT COUNT(*) FROM sessions").unwrap();
    assert_eq!(kept, 1);
}

async fn signing_out_ends_the_session_here(kind: Kind) {
    let server = Server::start(kind).await;
    let app = &server.app;
    ada(app).await;
    let (one, other) = (enter(app, None).await, enter(app, None).await);
    let session = current(app, one.reveal()).await.unwrap().unwrap();
    sessions::sign_out(app, &session).await.unwrap();
    assert!(!is_alive(app, &one).await);
    assert!(is_alive(app, &other).await);
}

async fn a_disabled_person_is_signed_out(kind: Kind) {
    let server = Server::start(kind).await;
    let app = &server.app;
    ada(app).await;
    let cookie = enter(app, None).await;
    disable(app).await;
    assert!(!is_alive(app, &cookie).await);
}

async fn somebody_who_left_the_organization_is_signed_out(kind: Kind) {
    let server = Server::start(kind).await;
    let app = &server.app;
    let ada = ada(app).await;
    let cookie = enter(app, None).await;
    let mut tx = app.db.single().await.unwrap();
    run!(tx, "DELETE FROM memberships WHERE user_id = $1", &ada.user_id).unwrap();
    tx.commit().await.unwrap();
    assert!(!is_alive(app, &cookie).await);
}

async fn only_ones_own_organizations_are_shown(kind: Kind) {
    let server = Server::start(kind).await;
    let app = &server.app;
    ada(app).await;
    let own = server.seed("Zeta Works", "zoe@example.com", Role::Owner).await.organization_id;
    let foreign = server.seed("Beta Works", "bob@example.com", Role::Owner).await.organization_id;
    server.person(&own, EMAIL, Role::Member).await;
    let cookie = enter(app, None).await;
    let session = current(app, cookie.reveal()).await.unwrap().unwrap();
    assert_eq!(session.organization_name, "Analytical Engines", "the first by name");
    let missing = OrganizationId::generate(app.now());
    for other in [&foreign, &missing] {
        assert!(!sessions::switch_organization(app, &session, other).await.unwrap());
    }
    assert!(sessions::switch_organization(app, &session, &own).await.unwrap());
    let session = current(app, cookie.reveal()).await.unwrap().unwrap();
    assert_eq!((session.organization_name.as_str(), session.role), ("Zeta Works", Role::Member));
    let anew = enter(app, Some(&session)).await;
    let session = current(app, anew.reveal()).await.unwrap().unwrap();
    assert_eq!(session.organization_name, "Zeta Works", "the one looked at last");
}
