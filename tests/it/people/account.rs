//! What people change about themselves, and where they are signed in.

use std::cell::Cell;

use consentry::accounts::sessions;
use consentry::model::role::Role;
use consentry::store::db::Kind;
use serde_json::json;

use crate::api::user::ApiUser;
use crate::api::user::assert_problem;
use crate::harness::Browser;
use crate::harness::Server;
use crate::on_both;
use crate::people::EMAIL;
use crate::people::PASSWORD;
use crate::people::ada;
use crate::people::sign_in;

on_both![
    a_person_changes_their_name,
    a_changed_password_ends_what_the_old_one_began,
    a_password_is_not_changed_without_the_one_before,
    guessing_in_a_session_is_slow_and_locks_nobody_out,
    of_two_changes_at_once_one_counts,
    no_session_of_the_old_password_outlives_its_change,
    a_person_sees_and_ends_their_sessions,
    nobody_ends_the_session_of_another,
];

const NEW: &str = "seven quiet lanterns over the bay";

async fn enter(server: &Server, password: &str) -> Browser {
    let mut browser = Browser::new(server.issuer());
    let entered = sign_in(&mut browser, "/account", password).await;
    assert_eq!(entered.location().as_deref(), Some("/account"), "{}", entered.text);
    browser
}

async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.get("/account").await.status == 200
}

async fn a_person_changes_their_name(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Member).await;
    let mut browser = server.signed_in(&seed).await;
    let page = browser.get("/account").await;
    assert_eq!(page.attributes("#name", "value"), ["Ada Lovelace"]);
    let saved = browser.submit(&page, "/account", &[("name", " Ada King ")]).await;
    let page = browser.visit(&saved.location().unwrap()).await;
    assert!(page.text.contains("Your changes are saved."));
    assert_eq!(page.attributes("#name", "value"), ["Ada King"]);
    for (name, told) in [("", "It is missing."), ("a\u{202e}b", "It holds an invisible")] {
        let wrong = browser.submit(&page, "/account", &[("name", name)]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.texts("#name-error")[0].starts_with(told), "{:?}", wrong.texts("#name-error"));
    }
    let person = ApiUser::session(&server, &seed).await;
    assert_eq!(person.patch("/api/account", json!({ "name": "Ada" })).await.json["name"], "Ada");
    assert_problem(&person.patch("/api/account", json!({ "name": "" })).await, 400);
    assert_problem(&person.patch("/api/account", json!({ "email": "eve@example.com" })).await, 400);
    assert_eq!(person.get("/api/session").await.json["user"]["name"], "Ada");
}

async fn a_changed_password_ends_what_the_old_one_began(kind: Kind) {
    let server = Server::start(kind).await;
    ada(&server, Role::Member).await;
    let (mut here, mut there) = (enter(&server, PASSWORD).await, enter(&server, PASSWORD).await);
    let page = here.get("/account").await;
    let typed = [("current_password", PASSWORD), ("new_password", NEW)];
    let changed = here.submit(&page, "/account/password", &typed).await;
    let page = here.visit(&changed.location().unwrap()).await;
    assert!(page.text.contains("Your password is changed"), "{}", page.text);
    assert!(!is_signed_in(&mut there).await);
    let old = sign_in(&mut Browser::new(server.issuer()), "/account", PASSWORD).await;
    assert_eq!(old.status, 422);
    enter(&server, NEW).await;
}

async fn a_password_is_not_changed_without_the_one_before(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Member).await;
    let (mut here, mut there) = (enter(&server, PASSWORD).await, enter(&server, PASSWORD).await);
    let page = here.get("/account").await;
    for (current, new, wrong) in [
        ("not the password", NEW, "#current_password-error"),
        ("", NEW, "#current_password-error"),
        (PASSWORD, "short", "#new_password-error"),
        (PASSWORD, "", "#new_password-error"),
        (PASSWORD, "ada@example.com1234567890", "#new_password-error"),
    ] {
        let typed = [("current_password", current), ("new_password", new)];
        let kept = here.submit(&page, "/account/password", &typed).await;
        assert_eq!((kept.status.as_u16(), kept.texts(wrong).len()), (422, 1), "{current} {new}");
        assert!(!kept.text.contains(PASSWORD) && !kept.text.contains(NEW));
    }
    assert!(is_signed_in(&mut there).await);
    enter(&server, PASSWORD).await;
    let person = ApiUser::session(&server, &seed).await;
    let body = |current, new| json!({ "current_password": current, "new_password": new });
    assert_problem(&person.put("/api/account/password", body("wrong", NEW)).await, 422);
    assert_problem(&person.put("/api/account/password", body(PASSWORD, "short")).await, 422);
    assert_problem(&person.put("/api/account/password", body(PASSWORD, "")).await, 400);
    assert_problem(&person.put("/api/account/password", json!({ "new_password": NEW })).await, 400);
    assert_eq!(person.put("/api/account/password", body(PASSWORD, NEW)).await.status, 204);
    enter(&server, NEW).await;
}

async fn guessing_in_a_session_is_slow_and_locks_nobody_out(kind: Kind) {
    let server = Server::start(kind).await;
    ada(&server, Role::Member).await;
    let mut thief = enter(&server, PASSWORD).await;
    let page = thief.get("/account").await;
    let mut statuses = Vec::new();
    for guess in 0..7 {
        let guess = format!("guess number {guess}");
        let typed = [("current_password", guess.as_str()), ("new_password", NEW)];
        let told = thief.submit(&page, "/account/password", &typed).await;
        statuses.push(told.status.as_u16());
        assert_eq!(told.status == 429, told.headers.contains_key("retry-after"));
    }
    assert_eq!(statuses, [422, 422, 422, 422, 422, 429, 429]);
    enter(&server, PASSWORD).await;
}

async fn of_two_changes_at_once_one_counts(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Member).await;
    let person = ApiUser::session(&server, &seed).await;
    let wanted = |number| format!("{NEW} number {number}");
    let changes = (0..4).map(|number| {
        let body = json!({ "current_password": PASSWORD, "new_password": wanted(number) });
        let person = &person;
        async move { person.put("/api/account/password", body).await.status.as_u16() }
    });
    let statuses = futures_util::future::join_all(changes).await;
    let won: Vec<_> = (0..4).filter(|number| statuses[*number] == 204).collect();
    assert_eq!(won.len(), 1, "{statuses:?}");
    enter(&server, &wanted(won[0])).await;
}

/// Somebody who knows the old password keeps signing in while it is changed.
async fn no_session_of_the_old_password_outlives_its_change(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Member).await;
    let person = ApiUser::session(&server, &seed).await;
    let body = json!({ "current_password": PASSWORD, "new_password": NEW });
    let over = Cell::new(false);
    let change = async {
        let changed = person.put("/api/account/password", body).await;
        over.set(true);
        changed
    };
    let intruder = || async {
        while !over.get() {
            sign_in(&mut Browser::new(server.issuer()), "/account", PASSWORD).await;
        }
    };
    let (changed, ..) = tokio::join!(change, intruder(), intruder());
    assert_eq!(changed.status, 204);
    let left = person.get("/api/sessions").await.json;
    assert_eq!(left["items"].as_array().unwrap().len(), 1, "{left}");
}

async fn a_person_sees_and_ends_their_sessions(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Member).await;
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(enter(&server, PASSWORD).await);
    }
    let mut here = enter(&server, PASSWORD).await;
    let page = here.get("/account").await;
    assert_eq!(page.texts(".session h3").len(), 4);
    assert_eq!(page.texts(".session .badge"), ["This browser"]);
    assert!(page.text.contains("127.0.0.1"));
    let person = ApiUser::session(&server, &seed).await;
    let listed = person.get("/api/sessions").await;
    let items = listed.json["items"].as_array().unwrap();
    assert_eq!(items.len(), 5);
    assert_eq!(items.iter().filter(|item| item["current"] == true).count(), 1);

    let one = page.attributes(".session form", "action").remove(0);
    let ended = here.submit(&page, &one, &[]).await;
    assert_eq!(ended.location().as_deref(), Some("/account?done=session-ended"));
    assert_eq!(here.submit(&page, &one, &[]).await.status, 404);
    let mut alive = 0;
    for other in &mut others {
        alive += u32::from(is_signed_in(other).await);
    }
    assert_eq!(alive, 2);
    here.submit(&page, "/account/sessions/end-others", &[]).await;
    for other in &mut others {
        assert!(!is_signed_in(other).await);
    }
    assert_eq!(person.get("/api/sessions").await.status, 401);
    assert!(is_signed_in(&mut here).await);
}

async fn nobody_ends_the_session_of_another(kind: Kind) {
    let server = Server::start(kind).await;
    let ada = ada(&server, Role::Member).await;
    let eve = server.seed("Other", "eve@example.com", Role::Owner).await;
    let mut browser = server.signed_in(&ada).await;
    let cookie = browser.cookie("sid").unwrap().to_owned();
    let session = sessions::current(&server.app, &cookie).await.unwrap().unwrap();
    let person = ApiUser::session(&server, &eve).await;
    for id in [session.id.as_str(), &"A".repeat(43), "x"] {
        assert_problem(&person.delete(&format!("/api/sessions/{id}")).await, 404);
    }
    assert_eq!(person.delete("/api/sessions").await.status, 204);
    assert!(is_signed_in(&mut browser).await);
    assert!(browser.get("/account").await.text.contains(EMAIL));
}
