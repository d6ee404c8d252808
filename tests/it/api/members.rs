//! Who belongs to an organization: by the matrix of roles, and never without an owner.

use std::time::Duration;

use consentry::app::ChangeError;
use consentry::manage::people;
use consentry::model::email::Email;
use consentry::model::id::UserId;
use consentry::model::role::Role;
use consentry::store;
use consentry::store::db::Kind;
use consentry::store::db::one;
use futures_util::future::join_all;
use serde_json::json;

use crate::api::user::ApiUser;
use crate::api::user::assert_problem;
use crate::api::user::ids;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;

on_both![
    members_see_each_other,
    members_are_found_by_name_and_address,
    roles_change_by_the_matrix,
    an_organization_keeps_an_owner,
    of_two_owners_who_go_at_once_one_stays,
    nobody_decides_by_a_role_that_they_have_lost,
    whoever_is_removed_is_gone_at_once_and_gets_nothing_back,
    whoever_leaves_goes_on_elsewhere,
    what_a_former_member_knows_is_listed_until_it_is_changed,
    whoever_is_disabled_is_out_until_they_are_enabled,
];

const ROLES: [Role; 4] = [Role::Member, Role::Developer, Role::Admin, Role::Owner];

fn path(id: &UserId) -> String {
    format!("/api/members/{id}")
}

/// One more person, and their session.
async fn join(server: &Server, seed: &Seed, email: &str, role: Role) -> (UserId, ApiUser) {
    let user_id = server.person(&seed.organization_id, email, role).await;
    let seed = Seed { user_id: user_id.clone(), ..seed.clone() };
    (user_id, ApiUser::session(server, &seed).await)
}

async fn members_see_each_other(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let owner = ApiUser::session(&server, &acme).await;
    let (grace, member) = join(&server, &acme, "grace@example.com", Role::Member).await;
    server.advance(Duration::from_secs(6 * 60));
    assert_eq!(member.get("/api/members").await.status, 200);
    server.settle().await;

    let seen = owner.get(&path(&grace)).await;
    assert_eq!(seen.text("role"), "member");
    assert_eq!(seen.text("email"), "grace@example.com");
    assert_eq!(seen.json["disabled"], false);
    assert!(seen.json["last_seen_at"].is_string(), "{seen:?}");
    let unseen = member.get(&path(&acme.user_id)).await;
    assert_eq!((unseen.text("role"), unseen.json["last_seen_at"].is_null()), ("owner", true));
    assert_eq!(ids(&member.get("/api/members").await).len(), 2);
}

async fn members_are_found_by_name_and_address(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let other = server.seed("Other", "eve@example.com", Role::Owner).await;
    server.person(&other.organization_id, "grace.other@example.com", Role::Member).await;
    let owner = ApiUser::session(&server, &acme).await;
    let mut people = vec![acme.user_id.to_string()];
    for name in ["grace", "joan", "mary"] {
        let email = format!("{name}.hopper@navy.example");
        people.push(server.person(&acme.organization_id, &email, Role::Member).await.to_string());
    }
    people.reverse();
    let found = async |query: &str| ids(&owner.get(&format!("/api/members?{query}")).await);
    assert_eq!(found("limit=2").await, people[..2]);
    assert_eq!(found(&format!("limit=2&after={}", people[1])).await, people[2..]);
    assert_eq!(found("q=GRA").await, people[2..3]);
    assert_eq!(found("q=navy+hop+jo").await, people[1..2]);
    assert_eq!(found(&format!("q={}", people[0])).await, people[..1]);
    assert_eq!(found("q=other").await, Vec::<String>::new(), "another organization's member");

    let renamed = Seed { user_id: UserId::parse(&people[2]).unwrap(), ..acme.clone() };
    let grace = ApiUser::session(&server, &renamed).await;
    assert_eq!(grace.patch("/api/account", json!({ "name": "Ärmel Grün" })).await.status, 200);
    assert_eq!(found("q=ärm").await, people[2..3]);
    assert_problem(&owner.get("/api/members?after=usr_x").await, 400);
    assert_problem(&owner.get("/api/members?after=app_01kafqg3v8e4tbm9d2n5c7x1yz").await, 400);
}

async fn roles_change_by_the_matrix(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    for decider in ROLES {
        let (_, user) = join(&server, &acme, &format!("{decider}@example.com"), decider).await;
        for before in ROLES {
            for after in ROLES {
                let email = format!("{decider}-{before}-{after}@example.com");
                let id = server.person(&acme.organization_id, &email, before).await;
                let told = user.patch(&path(&id), json!({ "role": after.as_str() })).await;
                let may = decider >= Role::Admin && before <= decider && after <= decider;
                let what = format!("{decider} makes {before} {after}: {told:?}");
                assert_eq!(told.status.as_u16(), if may { 200 } else { 403 }, "{what}");
                let now = user.get(&path(&id)).await;
                assert_eq!(now.text("role"), if may { after } else { before }.as_str(), "{what}");
            }
            let email = format!("{decider}-{before}-removed@example.com");
            let id = server.person(&acme.organization_id, &email, before).await;
            let may = decider >= Role::Admin && before <= decider;
            assert_eq!(user.delete(&path(&id)).await.status.as_u16(), if may { 204 } else { 403 });
            assert_eq!(user.get(&path(&id)).await.status.as_u16(), if may { 404 } else { 200 });
        }
    }
    let owner = ApiUser::session(&server, &acme).await;
    let wrong = json!({ "role": "emperor" });
    assert_problem(&owner.patch(&path(&acme.user_id), wrong).await, 400);
    assert_problem(&owner.patch(&path(&acme.user_id), json!({})).await, 400);
}

async fn an_organization_keeps_an_owner(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let owner = ApiUser::session(&server, &acme).await;
    let own = path(&acme.user_id);
    let (second, _) = join(&server, &acme, "grace@example.com", Role::Owner).await;
    // One who cannot sign in is no owner to rely on.
    let mut tx = server.app.db.begin().await.unwrap();
    store::users::set_disabled(&mut tx, &second, Some(server.app.now())).await.unwrap();
    tx.commit().await.unwrap();
    for told in [
        owner.patch(&own, json!({ "role": "admin" })).await,
        owner.delete(&own).await,
        owner.delete("/api/members/me").await,
    ] {
        assert_problem(&told, 409);
        assert!(told.text("detail").contains("last owner"), "{told:?}");
    }
    assert_eq!(owner.patch(&own, json!({ "role": "owner" })).await.status, 200);
    let (third, _) = join(&server, &acme, "joan@example.com", Role::Admin).await;
    assert_eq!(owner.patch(&path(&third), json!({ "role": "owner" })).await.status, 200);
    assert_eq!(owner.patch(&own, json!({ "role": "member" })).await.status, 200);
    assert_problem(&owner.patch(&own, json!({ "role": "owner" })).await, 403);
}

async fn of_two_owners_who_go_at_once_one_stays(kind: Kind) {
    let server = Server::start_nodes(kind, 2).await;
    for round in 0..6 {
        let acme = server.seed("Acme", &format!("ada{round}@example.com"), Role::Owner).await;
        let first = ApiUser::session(&server, &acme).await.at(&server.nodes[0]);
        let (id, second) = join(&server, &acme, &format!("grace{round}@example.com"), Role::Owner).await;
        let second = second.at(&server.nodes[1]);
        let ids = [&acme.user_id, &id];
        let going = [&first, &second].into_iter().zip(ids).map(|(owner, id)| async move {
            match round % 2 {
                0 => owner.patch(&path(id), json!({ "role": "member" })).await.status.as_u16(),
                _ => owner.delete("/api/members/me").await.status.as_u16(),
            }
        });
        let mut statuses = join_all(going).await;
        statuses.sort_unstable();
        assert_eq!(statuses, [if round % 2 == 0 { 200 } else { 204 }, 409]);
    }
}

/// Two admins take each other's role at one moment: whoever comes second is no admin by then.
async fn nobody_decides_by_a_role_that_they_have_lost(kind: Kind) {
    let server = Server::start_nodes(kind, 2).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    for round in 0..6 {
        let (one, first) = join(&server, &acme, &format!("one{round}@example.com"), Role::Admin).await;
        let (two, second) = join(&server, &acme, &format!("two{round}@example.com"), Role::Admin).await;
        let (first, second) = (first.at(&server.nodes[0]), second.at(&server.nodes[1]));
        let duel = [(&first, &two), (&second, &one)].map(|(admin, rival)| async move {
            admin.patch(&path(rival), json!({ "role": "member" })).await.status.as_u16()
        });
        let mut statuses = join_all(duel).await;
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 403]);
    }
}

async fn whoever_is_removed_is_gone_at_once_and_gets_nothing_back(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let owner = ApiUser::session(&server, &acme).await;
    let (id, developer) = join(&server, &acme, "grace@example.com", Role::Developer).await;
    let seed = Seed { user_id: id.clone(), ..acme.clone() };
    let wish = json!({ "name": "Theirs", "redirect_uris": ["https://a.example/cb"] });
    let app = developer.post("/api/apps", wish).await;
    let app = format!("/api/apps/{}", app.json["app"]["id"].as_str().unwrap());
    let client = server.client(&acme).await;
    let tokens = client.connect(&mut server.signed_in(&seed).await).await;
    let pending = client.code(&mut server.signed_in(&seed).await).await;
    assert!(client.is_active(tokens.text("access_token")).await);

    assert_eq!(owner.delete(&path(&id)).await.status, 204);
    assert_eq!(developer.get("/api/session").await.status, 401);
    let is_dead = async || {
        !client.is_active(tokens.text("access_token")).await
            && client.refresh(tokens.text("refresh_token")).await.status == 400
            && client.redeem(&pending).await.status == 400
    };
    assert!(is_dead().await);
    assert_eq!(owner.get(&app).await.status, 200, "the app goes on");
    assert_problem(&owner.delete(&path(&id)).await, 404);

    server.person(&acme.organization_id, "grace@example.com", Role::Developer).await;
    let again = ApiUser::session(&server, &seed).await;
    assert!(is_dead().await, "a token lives again");
    assert_eq!(ids(&again.get("/api/grants").await), Vec::<String>::new());
    assert_problem(&again.patch(&app, json!({ "name": "Mine" })).await, 403);
    let mut conn = server.app.db.read().await.unwrap();
    let (records,) = one!(
        conn,
        (i64,),
        "SELECT COUNT(*) FROM audit_events WHERE action = 'member.remove' AND object = $1 AND actor = $2",
        &id,
        &acme.user_id,
    )
    .unwrap();
    assert_eq!(records, 1);
}

async fn whoever_leaves_goes_on_elsewhere(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let other = server.seed("Other", "eve@example.com", Role::Owner).await;
    let (id, person) = join(&server, &acme, "grace@example.com", Role::Member).await;
    server.person(&other.organization_id, "grace@example.com", Role::Developer).await;
    assert_eq!(person.delete("/api/members/me").await.status, 204);
    let session = person.get("/api/session").await;
    assert_eq!(session.text("organization_id"), other.organization_id.as_str(), "{session:?}");
    let owner = ApiUser::session(&server, &acme).await;
    assert_problem(&owner.get(&path(&id)).await, 404);
    assert_eq!(person.delete("/api/members/me").await.status, 204);
    assert_eq!(person.get("/api/session").await.status, 401, "nowhere is left");
}

async fn what_a_former_member_knows_is_listed_until_it_is_changed(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let other = server.seed("Other", "eve@example.com", Role::Owner).await;
    let owner = ApiUser::session(&server, &acme).await;
    let (id, admin) = join(&server, &acme, "grace@example.com", Role::Admin).await;
    let wish = json!({ "name": "Zapier", "redirect_uris": ["https://a.example/cb"] });
    let registered = admin.post("/api/apps", wish).await;
    let app = registered.json["app"]["id"].as_str().unwrap();
    let wish = json!({ "name": "Nightly export", "scopes": ["contacts.read"], "expiry": "30d" });
    let private = admin.post("/api/private-apps", wish).await;
    assert_eq!((registered.status.as_u16(), private.status.as_u16()), (201, 201));
    // What others made, and what has ended, tells the leaver nothing.
    assert_eq!(owner.press(&format!("/api/apps/{app}/secrets")).await.status, 201);

    let mut browser = server.signed_in(&acme).await;
    assert!(!browser.get("/members").await.text.contains("former members"));
    assert_eq!(owner.delete(&path(&id)).await.status, 204);
    assert!(browser.get("/members").await.text.contains("2 secrets work"));
    let page = browser.get("/members/left").await;
    assert_eq!(page.texts("tbody th"), ["Nightly export", "Zapier"], "{}", page.text);
    assert!(!server.signed_in(&other).await.get("/members/left").await.text.contains("Zapier"));

    let made = page.attributes("form[action$='/secrets']", "action").remove(0);
    assert_eq!(browser.submit(&page, &made, &[]).await.status, 409, "it has two already");
    let ends = page.attributes(".confirm form", "action");
    assert_eq!(ends.len(), 2);
    for end in ends {
        assert_eq!(browser.submit(&page, &end, &[]).await.status, 303);
    }
    assert!(browser.get("/members/left").await.text.contains("Nothing is left to change"));
}

async fn whoever_is_disabled_is_out_until_they_are_enabled(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let owner = ApiUser::session(&server, &acme).await;
    let (id, person) = join(&server, &acme, "grace@example.com", Role::Developer).await;
    let seed = Seed { user_id: id.clone(), ..acme.clone() };
    let client = server.client(&acme).await;
    let tokens = client.connect(&mut server.signed_in(&seed).await).await;
    let email = Email::parse("grace@example.com").unwrap();

    people::set_disabled(&server.app, &email, true).await.unwrap();
    assert_eq!(person.get("/api/session").await.status, 401);
    assert!(!client.is_active(tokens.text("access_token")).await);
    assert_eq!(owner.get(&path(&id)).await.json["disabled"], true);
    people::set_disabled(&server.app, &email, true).await.unwrap();
    people::set_disabled(&server.app, &email, false).await.unwrap();
    assert!(client.is_active(tokens.text("access_token")).await);
    assert_eq!(person.get("/api/session").await.status, 401, "a session of before");
    assert_eq!(owner.get(&path(&id)).await.json["disabled"], false);

    let mut conn = server.app.db.read().await.unwrap();
    let (records,) = one!(
        conn,
        (i64,),
        "SELECT COUNT(*) FROM audit_events WHERE action IN ('user.disable', 'user.enable') AND object = $1",
        &id,
    )
    .unwrap();
    assert_eq!(records, 2);
    let nobody = people::set_disabled(&server.app, &Email::parse("no@example.com").unwrap(), true).await;
    assert!(matches!(nobody, Err(ChangeError::NotFound("person"))));
}
