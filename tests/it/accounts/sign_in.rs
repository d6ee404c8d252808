//! Signing in, and what keeps guessing slow.

use std::time::Duration;

use consentry::accounts::sessions;
use consentry::accounts::sign_in::SignInError;
use consentry::accounts::sign_in::SignedIn;
use consentry::base::secret::Secret;
use consentry::manage::members;
use consentry::manage::members::AddError;
use consentry::manage::members::NewMember;
use consentry::model::role::Role;
use consentry::store::db::Kind;
use consentry::store::db::all;
use consentry::store::memberships;

use crate::accounts::EMAIL;
use crate::accounts::PASSWORD;
use crate::accounts::ada;
use crate::accounts::attempt;
use crate::accounts::disable;
use crate::harness::Server;
use crate::on_both;

on_both![
    unknown_wrong_and_disabled_are_one_answer,
    guesses_at_the_same_time_are_all_counted,
    every_spelling_of_an_address_counts_as_one,
    a_right_password_after_the_pause_is_forgiven,
    a_stranger_cannot_lock_out_a_known_device,
    a_known_device_has_its_own_limit,
    a_device_is_known_for_its_own_person_and_not_for_ever,
    a_network_has_a_limit,
    counters_name_neither_people_nor_networks,
    a_generated_password_signs_in_and_an_address_is_taken_once,
    somebody_with_an_account_joins_another_organization_with_it,
];

const HERE: &str = "192.0.2.1";
const ELSEWHERE: &str = "203.0.113.1";

type Answer = Result<SignedIn, SignInError>;

fn is_wrong(answer: &Answer) -> bool {
    matches!(answer, Err(SignInError::Wrong))
}

fn must_wait(answer: &Answer) -> bool {
    matches!(answer, Err(SignInError::Wait(_)))
}

/// So many failures, the pauses between them waited out; a pause of seconds follows the ninth.
async fn fail(server: &Server, times: usize, email: &str, device: Option<&str>) {
    for _ in 0..times {
        loop {
            match attempt(&server.app, email, "wrong", HERE, device).await {
                Err(SignInError::Wait(pause)) => server.advance(pause),
                answer => break assert!(is_wrong(&answer), "{answer:?}"),
            }
        }
    }
}

async fn unknown_wrong_and_disabled_are_one_answer(kind: Kind) {
    let server = Server::start(kind).await;
    let app = &server.app;
    ada(app).await;
    let signed_in = attempt(app, " ADA@example.com", PASSWORD, HERE, None).await.unwrap();
    assert!(sessions::current(app, signed_in.cookie.reveal()).await.unwrap().is_some());
    assert!(is_wrong(&attempt(app, EMAIL, "wrong", HERE, None).await));
    assert!(is_wrong(&attempt(app, "eve@example.com", PASSWORD, HERE, None).await));
    assert!(is_wrong(&attempt(app, "not an address", PASSWORD, HERE, None).await));
    disable(app).await;
    assert!(is_wrong(&attempt(app, EMAIL, PASSWORD, HERE, None).await));
    assert!(sessions::current(app, signed_in.cookie.reveal()).await.unwrap().is_none());
}

async fn guesses_at_the_same_time_are_all_counted(kind: Kind) {
    let server = Server::start(kind).await;
    ada(&server.app).await;
    let tasks = (0..40).map(|number| {
        let app = server.app.clone();
        let address = format!("198.51.{number}.1");
        tokio::spawn(async move { attempt(&app, EMAIL, &format!("guess {number}"), &address, None).await })
    });
    let (mut looked_at, mut sent_away) = (0, 0);
    for task in tasks.collect::<Vec<_>>() {
        match task.await.unwrap() {
            Err(SignInError::Wrong) => looked_at += 1,
            Err(SignInError::Wait(_)) => sent_away += 1,
            other => panic!("{other:?}"),
        }
    }
    // A few more come through when the first pauses, of seconds, are over before the last guess.
    assert!((5..=8).contains(&looked_at), "{looked_at} guesses were looked at");
    assert_eq!(looked_at + sent_away, 40);
}

async fn every_spelling_of_an_address_counts_as_one(kind: Kind) {
    let server = Server::start(kind).await;
    let app = &server.app;
    ada(app).await;
    for spelling in ["ada@example.com", "ADA@example.com", " ada@EXAMPLE.com"] {
        fail(&server, 3, spelling, None).await;
    }
    assert!(must_wait(&attempt(app, "aDa@example.com", PASSWORD, ELSEWHERE, None).await));
}

async fn a_right_password_after_the_pause_is_forgiven(kind: Kind) {
    let server = Server::start(kind).await;
    let app = &server.app;
    ada(app).await;
    fail(&server, 9, EMAIL, None).await;
    let Err(SignInError::Wait(pause)) = attempt(app, EMAIL, PASSWORD, HERE, None).await else {
        panic!("there is no pause after nine failures")
    };
    assert!(pause <= Duration::from_secs(16), "{pause:?}");
    server.advance(Duration::from_secs(16));
    attempt(app, EMAIL, PASSWORD, HERE, None).await.unwrap();
    for _ in 0..5 {
        assert!(is_wrong(&attempt(app, EMAIL, "wrong", HERE, None).await));
    }
}

async fn a_stranger_cannot_lock_out_a_known_device(kind: Kind) {
    let server = Server::start(kind).await;
    let app = &server.app;
    ada(app).await;
    let device = attempt(app, EMAIL, PASSWORD, HERE, None).await.unwrap().device;
    // The stranger sits in the same network and uses up its limit as well.
    fail(&server, 12, EMAIL, None).await;
    for number in 0..18 {
        let other = format!("eve{number}@example.com");
        assert!(is_wrong(&attempt(app, &other, "wrong", HERE, None).await));
    }
    assert!(must_wait(&attempt(app, "eve@example.com", PASSWORD, HERE, None).await));
    assert!(must_wait(&attempt(app, EMAIL, PASSWORD, HERE, None).await));
    assert!(must_wait(&attempt(app, EMAIL, PASSWORD, ELSEWHERE, None).await));
    attempt(app, EMAIL, PASSWORD, HERE, Some(device.reveal())).await.unwrap();
    // The owner's success does not help the stranger.
    assert!(must_wait(&attempt(app, EMAIL, PASSWORD, ELSEWHERE, None).await));
}

async fn a_known_device_has_its_own_limit(kind: Kind) {
    let server = Server::start(kind).await;
    let app = &server.app;
    ada(app).await;
    let device = attempt(app, EMAIL, PASSWORD, HERE, None).await.unwrap().device;
    fail(&server, 9, EMAIL, Some(device.reveal())).await;
    assert!(must_wait(&attempt(app, EMAIL, PASSWORD, HERE, Some(device.reveal())).await));
    attempt(app, EMAIL, PASSWORD, ELSEWHERE, None).await.unwrap();
}

async fn a_device_is_known_for_its_own_person_and_not_for_ever(kind: Kind) {
    let server = Server::start(kind).await;
    let app = &server.app;
    ada(app).await;
    let bob = NewMember {
        email: "bob@example.com",
        name: "Bob",
        role: Role::Member,
        organization: "Analytical Engines",
        operator: false,
        password: Some(Secret::presented(PASSWORD)),
    };
    members::add(app, bob).await.unwrap();
    let bobs = attempt(app, "bob@example.com", PASSWORD, HERE, None).await.unwrap().device;
    let adas = attempt(app, EMAIL, PASSWORD, HERE, None).await.unwrap().device;
    fail(&server, 9, EMAIL, None).await;
    for useless in [bobs.reveal(), "", "guess"] {
        assert!(must_wait(&attempt(app, EMAIL, PASSWORD, HERE, Some(useless)).await));
    }
    server.advance(Duration::from_secs(90 * 24 * 60 * 60 - 60));
    fail(&server, 12, EMAIL, None).await;
    server.advance(Duration::from_secs(60));
    assert!(must_wait(&attempt(app, EMAIL, PASSWORD, HERE, Some(adas.reveal())).await));
}

async fn a_network_has_a_limit(kind: Kind) {
    let server = Server::start(kind).await;
    let app = &server.app;
    ada(app).await;
    for number in 0..30 {
        assert!(is_wrong(&attempt(app, "not an address", "wrong", &format!("192.0.2.{number}"), None).await));
    }
    let Err(SignInError::Wait(pause)) = attempt(app, EMAIL, PASSWORD, HERE, None).await else {
        panic!("the network has no limit")
    };
    assert!(pause <= Duration::from_secs(600) && pause > Duration::from_secs(500));
    attempt(app, EMAIL, PASSWORD, ELSEWHERE, None).await.unwrap();
    server.advance(pause);
    attempt(app, EMAIL, PASSWORD, HERE, None).await.unwrap();
}

async fn counters_name_neither_people_nor_networks(kind: Kind) {
    let server = Server::start(kind).await;
    attempt(&server.app, EMAIL, "wrong", HERE, None).await.unwrap_err();
    let mut conn = server.app.db.read().await.unwrap();
    let subjects = all!(conn, (String,), "SELECT subject FROM throttles").unwrap();
    assert_eq!(subjects.len(), 2);
    for (subject,) in subjects {
        assert!(!subject.contains("ada") && !subject.contains("192"), "{subject}");
    }
}

async fn a_generated_password_signs_in_and_an_address_is_taken_once(kind: Kind) {
    let server = Server::start(kind).await;
    let app = &server.app;
    let member = || NewMember {
        email: "Bob@Example.com",
        name: "Bob",
        role: Role::Admin,
        organization: "Analytical Engines",
        operator: true,
        password: None,
    };
    let added = members::add(app, member()).await.unwrap();
    let password = added.password.unwrap();
    let signed_in = attempt(app, "bob@example.com", password.reveal(), HERE, None).await.unwrap();
    let session = sessions::current(app, signed_in.cookie.reveal()).await.unwrap().unwrap();
    assert_eq!((session.role, session.operator), (Role::Admin, true));
    assert!(matches!(members::add(app, member()).await, Err(AddError::Taken(_))));
    assert_eq!(ada(app).await.organization_id, added.organization_id);
}

async fn somebody_with_an_account_joins_another_organization_with_it(kind: Kind) {
    let server = Server::start(kind).await;
    let app = &server.app;
    let added = ada(app).await;
    let join = |organization| NewMember {
        email: EMAIL,
        name: "Somebody Else",
        role: Role::Developer,
        organization,
        operator: false,
        password: None,
    };
    let joined = members::add(app, join("Difference Engines")).await.unwrap();
    assert_eq!(joined.user_id, added.user_id);
    assert_ne!(joined.organization_id, added.organization_id);
    assert!(joined.password.is_none());
    let memberships = memberships::of_user(&mut app.db.read().await.unwrap(), &added.user_id).await.unwrap();
    assert_eq!(memberships.len(), 2);
    assert!(matches!(members::add(app, join("Difference Engines")).await, Err(AddError::Member(_))));
    let with_password = NewMember { password: Some(Secret::presented(PASSWORD)), ..join("A Third") };
    assert!(matches!(members::add(app, with_password).await, Err(AddError::Taken(_))));
    assert!(attempt(app, EMAIL, PASSWORD, HERE, None).await.is_ok());
}
