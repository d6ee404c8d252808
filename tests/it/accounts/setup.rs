//! The first owner.

use std::time::Duration;

use consentry::accounts::sessions;
use consentry::accounts::setup;
use consentry::accounts::setup::NewOwner;
use consentry::accounts::setup::SetupError;
use consentry::accounts::sign_in::SignedIn;
use consentry::app::App;
use consentry::app::ChangeError;
use consentry::base::secret::Secret;
use consentry::model::role::Role;
use consentry::store::db::Kind;
use consentry::store::db::one;
use consentry::store::settings;

use crate::accounts::EMAIL;
use crate::accounts::PASSWORD;
use crate::accounts::ada;
use crate::harness::Server;
use crate::on_both;

on_both![
    of_many_first_owners_one_wins,
    a_link_that_is_being_used_is_used,
    nodes_show_the_same_link_for_half_an_hour,
    a_link_that_was_shown_too_late_is_worthless,
    every_wrong_field_is_told_and_the_link_stays,
    the_first_member_ends_the_link,
];

fn owner<'a>(email: &'a str, password: &str) -> NewOwner<'a> {
    let organization = "Analytical Engines";
    NewOwner { organization, name: "Ada Lovelace", email, password: Secret::presented(password), agent: None }
}

async fn token(app: &App) -> String {
    let link = setup::link(app).await.unwrap().expect("there is nobody yet");
    let (page, token) = link.split_once("?token=").unwrap();
    assert_eq!(page, app.config.issuer.join("/setup"));
    token.to_owned()
}

/// Repeated while all places at the password hash are taken.
async fn complete(app: &App, token: &str, email: &str) -> Result<SignedIn, SetupError> {
    loop {
        match setup::complete(app, token, owner(email, PASSWORD)).await {
            Err(SetupError::Busy) => tokio::task::yield_now().await,
            done => return done,
        }
    }
}

async fn count(app: &App, kind: Kind) -> (i64, i64, i64) {
    let mut conn = app.db.read().await.unwrap();
    assert_eq!(conn.kind(), kind);
    one!(
        conn,
        (i64, i64, i64),
        "SELECT (SELECT COUNT(*) FROM users), (SELECT COUNT(*) FROM organizations), \
         (SELECT COUNT(*) FROM audit_events WHERE action = 'installation.set_up')",
    )
    .unwrap()
}

async fn of_many_first_owners_one_wins(kind: Kind) {
    let server = Server::start(kind).await;
    let token = token(&server.app).await;
    let tasks = (0..64).map(|number| {
        let (app, token) = (server.app.clone(), token.clone());
        tokio::spawn(async move { complete(&app, &token, &format!("ada{number}@example.com")).await })
    });
    let mut winners = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        match task.await.unwrap() {
            Ok(signed_in) => winners.push(signed_in),
            Err(SetupError::Link) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(winners.len(), 1);
    assert_eq!(count(&server.app, kind).await, (1, 1, 1));
    let session = sessions::current(&server.app, winners[0].cookie.reveal()).await.unwrap().unwrap();
    assert!(session.operator);
    assert_eq!((session.role, session.organization_name.as_str()), (Role::Owner, "Analytical Engines"));
    assert_eq!(setup::link(&server.app).await.unwrap(), None);
    assert!(!setup::works(&server.app, &token).await.unwrap());
}

async fn a_link_that_is_being_used_is_used(kind: Kind) {
    let server = Server::start(kind).await;
    let app = server.app.clone();
    let token = token(&app).await;
    let mut conn = app.db.read().await.unwrap();
    let nonce = settings::find(&mut conn, "setup_nonce", app.now()).await.unwrap().unwrap();
    drop(conn);
    let mut first = app.db.begin().await.unwrap();
    assert!(settings::take(&mut first, "setup_nonce", &nonce, app.now()).await.unwrap());
    let second = tokio::spawn({
        let app = app.clone();
        async move { complete(&app, &token, EMAIL).await }
    });
    // Long enough for the second to have read that the link works, and to wait for the first.
    tokio::time::sleep(Duration::from_millis(700)).await;
    first.commit().await.unwrap();
    assert!(matches!(second.await.unwrap(), Err(SetupError::Link)));
    assert_eq!(count(&app, kind).await, (0, 0, 0));
}

async fn nodes_show_the_same_link_for_half_an_hour(kind: Kind) {
    let server = Server::start(kind).await;
    let first = token(&server.app).await;
    server.advance(Duration::from_secs(29 * 60));
    assert_eq!(token(&server.app).await, first);
    assert!(setup::works(&server.app, &first).await.unwrap());
    server.advance(Duration::from_secs(61));
    assert!(!setup::works(&server.app, &first).await.unwrap());
    assert!(matches!(complete(&server.app, &first, EMAIL).await, Err(SetupError::Link)));
    let second = token(&server.app).await;
    assert_ne!(second, first);
    complete(&server.app, &second, EMAIL).await.unwrap();
}

async fn a_link_that_was_shown_too_late_is_worthless(kind: Kind) {
    let server = Server::start(kind).await;
    let app = &server.app;
    complete(app, &token(app).await, EMAIL).await.unwrap();
    // What a node does that saw nobody just before, and settles its nonce just after.
    let mut tx = app.db.single().await.unwrap();
    let end = app.now() + setup::LIFETIME;
    let nonce = settings::settle(&mut tx, "setup_nonce", "late", app.now(), Some(end)).await.unwrap();
    tx.commit().await.unwrap();
    let late = app.keys.setup_tokens(&nonce).swap_remove(0);
    assert!(matches!(complete(app, late.reveal(), "eve@example.com").await, Err(SetupError::Link)));
    assert_eq!(count(app, kind).await, (1, 1, 1));
}

async fn every_wrong_field_is_told_and_the_link_stays(kind: Kind) {
    let server = Server::start(kind).await;
    let app = &server.app;
    let token = token(app).await;
    let wrong = NewOwner { organization: "", name: "\u{200b}", ..owner("ada", "short") };
    let Err(SetupError::Refused(ChangeError::Invalid(errors))) = setup::complete(app, &token, wrong).await
    else {
        panic!("empty fields passed")
    };
    let fields: Vec<_> = errors.iter().map(|error| error.field).collect();
    assert_eq!(fields, ["organization", "name", "email"]);
    let stranger = setup::complete(app, "SETUP.guess", owner(EMAIL, PASSWORD)).await;
    assert!(matches!(stranger, Err(SetupError::Link)));
    assert_eq!(count(app, kind).await, (0, 0, 0));
    complete(app, &token, EMAIL).await.unwrap();
}

async fn the_first_member_ends_the_link(kind: Kind) {
    let server = Server::start(kind).await;
    let token = token(&server.app).await;
    ada(&server.app).await;
    assert_eq!(setup::link(&server.app).await.unwrap(), None);
    let late = complete(&server.app, &token, "eve@example.com").await;
    assert!(matches!(late, Err(SetupError::Link)));
}
