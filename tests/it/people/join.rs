//! Invitations: one link for one address, once.

use std::time::Duration;

use consentry::base::secret::Secret;
use consentry::model::role::Role;
use consentry::store::db::Kind;
use consentry::store::db::one;
use futures_util::future::join_all;
use serde_json::json;

use crate::api::user::ApiUser;
use crate::api::user::assert_problem;
use crate::api::user::ids;
use crate::api::user::wrong_fields;
use crate::harness::Answer;
use crate::harness::Browser;
use crate::harness::Page;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;
use crate::people::EMAIL;
use crate::people::PASSWORD;
use crate::people::ada;

on_both![
    somebody_new_makes_an_account_and_joins,
    whoever_has_an_account_signs_in_and_joins,
    a_link_is_for_its_address_alone,
    a_link_works_once_whoever_uses_it_at_once,
    of_newcomers_with_one_link_one_gets_the_account,
    a_link_ends_by_time_by_withdrawal_and_by_another,
    a_link_gives_no_more_than_its_inviter_may_give_now,
    a_member_who_follows_a_link_stays_what_they_are,
    nobody_invites_above_themselves,
    what_cannot_be_an_invitation_is_told,
];

const GRACE: &str = "grace@example.com";

/// Ada's Analytical Engines, and her session.
async fn start(kind: Kind, nodes: usize) -> (Server, Seed, ApiUser) {
    let server = Server::start_nodes(kind, nodes).await;
    let seed = ada(&server, Role::Owner).await;
    let owner = ApiUser::session(&server, &seed).await;
    (server, seed, owner)
}

async fn invite(user: &ApiUser, email: &str, role: &str) -> Answer {
    user.post("/api/invitations", json!({ "email": email, "role": role })).await
}

/// The link's path.
async fn link(server: &Server, user: &ApiUser, email: &str, role: &str) -> String {
    let invited = invite(user, email, role).await;
    assert_eq!(invited.status, 201, "{invited:?}");
    let path = invited.text("link").strip_prefix(server.issuer()).map(str::to_owned);
    path.unwrap_or_else(|| panic!("{} is not ours", invited.text("link")))
}

/// Somebody of another organization, who has an account.
async fn elsewhere(server: &Server, email: &str) -> Seed {
    server.seed("Elsewhere", email, Role::Owner).await
}

/// Sends the form of the page to another node.
async fn submit_at(node: &str, browser: &mut Browser, page: &Page, changes: &[(&str, &str)]) -> Page {
    let fields = page.changed("/join", changes);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(&format!("{node}/join"), &fields).await
}

async fn roles(server: &Server, seed: &Seed) -> Vec<(String, String)> {
    let owner = ApiUser::session(server, seed).await;
    let listed = owner.get("/api/members").await;
    let member = |item: &serde_json::Value| {
        (item["email"].as_str().unwrap().to_owned(), item["role"].as_str().unwrap().to_owned())
    };
    let mut roles: Vec<_> = listed.json["items"].as_array().unwrap().iter().map(member).collect();
    roles.sort();
    roles
}

fn has(roles: &[(String, String)], email: &str, role: &str) -> bool {
    roles.iter().any(|(one, of)| (one.as_str(), of.as_str()) == (email, role))
}

const NEWCOMER: [(&str, &str); 2] =
    [("name", "Grace Hopper"), ("password", "seven quiet lanterns over the bay")];

async fn somebody_new_makes_an_account_and_joins(kind: Kind) {
    let (server, seed, owner) = start(kind, 1).await;
    let link = link(&server, &owner, " Grace@Example.com", "developer").await;
    let mut browser = Browser::new(server.issuer());
    let page = browser.get(&link).await;
    assert_eq!(page.status, 200, "{}", page.text);
    for told in ["Join Analytical Engines", "Ada Lovelace", GRACE, "Developer"] {
        assert!(page.text.contains(told), "{told}");
    }
    for (name, password, wrong) in [
        ("", "seven quiet lanterns over the bay", "#name-error"),
        ("Grace", "short", "#password-error"),
        ("Grace", "grace@example.com1234", "#password-error"),
    ] {
        let told = browser.submit(&page, "/join", &[("name", name), ("password", password)]).await;
        assert_eq!((told.status.as_u16(), told.texts(wrong).len()), (422, 1), "{}", told.text);
        assert_eq!(told.attributes("#name", "value"), [name]);
        assert!(!told.text.contains("lanterns"));
    }
    let joined = browser.submit(&page, "/join", &NEWCOMER).await;
    assert_eq!(joined.location().as_deref(), Some("/?done=joined"), "{}", joined.text);
    assert!(browser.visit("/?done=joined").await.text.contains("you are a member now"));
    assert!(has(&roles(&server, &seed).await, GRACE, "developer"));
    assert_eq!(ids(&owner.get("/api/invitations").await), Vec::<String>::new());
    assert_eq!(browser.get(&link).await.status, 404, "the link is used up");

    let mut conn = server.app.db.read().await.unwrap();
    let digest = Secret::presented(link.split_once('=').unwrap().1).digest();
    let (left, recorded) = one!(
        conn,
        (i64, i64),
        "SELECT (SELECT COUNT(*) FROM invitations WHERE digest = $1), (SELECT COUNT(*) FROM audit_events \
         WHERE action IN ('invitation.create', 'member.add') AND detail LIKE '%developer%')",
        &digest,
    )
    .unwrap();
    assert_eq!((left, recorded), (0, 2));
}

async fn whoever_has_an_account_signs_in_and_joins(kind: Kind) {
    let server = Server::start(kind).await;
    ada(&server, Role::Member).await;
    let other = elsewhere(&server, "eve@example.com").await;
    let owner = ApiUser::session(&server, &other).await;
    let link = link(&server, &owner, EMAIL, "admin").await;
    let mut browser = Browser::new(server.issuer());
    let page = browser.get(&link).await;
    assert!(page.asks_for_a_password(), "{}", page.text);
    assert_eq!(page.attributes("#email", "value"), [EMAIL]);
    let signed_in = browser.submit(&page, "/sign-in", &[("password", PASSWORD)]).await;
    let page = browser.visit(&signed_in.location().unwrap()).await;
    assert!(page.text.contains("Join Elsewhere"), "{}", page.text);
    let joined = browser.submit(&page, "/join", &[]).await;
    assert_eq!(joined.location().as_deref(), Some("/?done=joined"), "{}", joined.text);
    // And sees the organization that they joined.
    assert!(browser.get("/members").await.text.contains("eve@example.com"));
    assert!(has(&roles(&server, &other).await, EMAIL, "admin"));
}

async fn a_link_is_for_its_address_alone(kind: Kind) {
    let (server, seed, owner) = start(kind, 1).await;
    let eve = elsewhere(&server, "eve@example.com").await;
    elsewhere(&server, GRACE).await;
    let link = link(&server, &owner, GRACE, "admin").await;
    let mut browser = server.signed_in(&eve).await;
    let page = browser.get(&link).await;
    assert!(page.text.contains("You are signed in as eve@example.com"), "{}", page.text);
    let forced: Vec<_> = page.fields("/join").into_iter().filter(|(name, _)| name != "leave").collect();
    let forced: Vec<_> = forced.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let told = browser.post("/join", &forced).await;
    assert!(told.text.contains("You are signed in as eve@example.com"), "{}", told.text);
    assert!(!has(&roles(&server, &seed).await, "eve@example.com", "admin"));

    let left = browser.submit(&page, "/join", &[]).await;
    let page = browser.visit(&left.location().unwrap()).await;
    assert!(page.asks_for_a_password(), "the one who has the address signs in: {}", page.text);
    assert_eq!(browser.get("/account").await.status, 303, "eve is signed out");
}

async fn a_link_works_once_whoever_uses_it_at_once(kind: Kind) {
    let (server, seed, owner) = start(kind, 2).await;
    let grace = elsewhere(&server, GRACE).await;
    let link = link(&server, &owner, GRACE, "developer").await;
    let mut pages = Vec::new();
    for number in 0..16 {
        let mut browser = server.signed_in(&grace).await;
        let page = browser.get(&link).await;
        assert_eq!(page.status, 200);
        pages.push((&server.nodes[number % 2], browser, page));
    }
    let posts = pages.iter_mut().map(|(node, browser, page)| submit_at(node, browser, page, &[]));
    let answers: Vec<Page> = join_all(posts).await;
    let won = answers.iter().filter(|answer| answer.location().as_deref() == Some("/?done=joined")).count();
    let lost = answers.iter().filter(|answer| answer.status == 404).count();
    assert_eq!((won, lost), (1, 15), "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    assert!(has(&roles(&server, &seed).await, GRACE, "developer"));
}

async fn of_newcomers_with_one_link_one_gets_the_account(kind: Kind) {
    let (server, seed, owner) = start(kind, 2).await;
    let link = link(&server, &owner, GRACE, "member").await;
    let mut pages = Vec::new();
    for number in 0..4 {
        let mut browser = Browser::new(server.issuer());
        let page = browser.get(&link).await;
        pages.push((&server.nodes[number % 2], browser, page));
    }
    let posts = pages.iter_mut().map(|(node, browser, page)| submit_at(node, browser, page, &NEWCOMER));
    let answers: Vec<Page> = join_all(posts).await;
    let won = answers.iter().filter(|answer| answer.status == 303).count();
    assert_eq!(won, 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    assert_eq!(roles(&server, &seed).await.len(), 2);
}

async fn a_link_ends_by_time_by_withdrawal_and_by_another(kind: Kind) {
    let (server, _, owner) = start(kind, 1).await;
    let mut browser = Browser::new(server.issuer());
    let replaced = link(&server, &owner, GRACE, "member").await;
    let withdrawn = link(&server, &owner, GRACE, "member").await;
    assert_eq!(browser.get(&replaced).await.status, 404);
    let open = ids(&owner.get("/api/invitations").await);
    assert_eq!(open.len(), 1, "an address has one link");
    let path = format!("/api/invitations/{}", open[0]);
    assert_eq!(owner.delete(&path).await.status, 204);
    assert_problem(&owner.delete(&path).await, 404);
    assert_eq!(browser.get(&withdrawn).await.status, 404);

    let late = link(&server, &owner, GRACE, "member").await;
    let page = browser.get(&late).await;
    server.advance(Duration::from_secs(7 * 24 * 60 * 60 - 1));
    assert_eq!(browser.get(&late).await.status, 200);
    server.advance(Duration::from_secs(1));
    assert_eq!(browser.get(&late).await.status, 404);
    assert_eq!(browser.submit(&page, "/join", &NEWCOMER).await.status, 404);
    for token in
        ["", "?token=", "?token=INVITE.x", "?token=SETUP.0rTs8yh0UKTzPZ9xpJ1ChhDC4bMFzVuGYUR0ggkPGrv0pBqwJ"]
    {
        assert_eq!(browser.get(&format!("/join{token}")).await.status, 404, "{token}");
    }
    assert_eq!(browser.get("/join?token=a&token=b").await.status, 400);
}

async fn a_link_gives_no_more_than_its_inviter_may_give_now(kind: Kind) {
    let (server, seed, owner) = start(kind, 1).await;
    let organization = &seed.organization_id;
    for (role, below) in [("admin", Role::Developer), ("owner", Role::Admin)] {
        let email = format!("inviter-of-{role}@example.com");
        let id = server.person(organization, &email, Role::Owner).await;
        let inviter = Seed { user_id: id.clone(), ..seed.clone() };
        let inviter = ApiUser::session(&server, &inviter).await;
        let link = link(&server, &inviter, GRACE, role).await;
        let mut browser = Browser::new(server.issuer());
        let page = browser.get(&link).await;
        // By whatever way they lost it: the link itself looks, and is not used up by that.
        server.person(organization, &email, below).await;
        let told = browser.submit(&page, "/join", &NEWCOMER).await;
        assert_eq!(told.status, 403, "{}", told.text);
        assert!(told.text.contains("may not give you that role any more"), "{}", told.text);
        server.person(organization, &email, Role::Owner).await;
        assert_eq!(browser.get(&link).await.status, 200);

        let demoted = owner.patch(&format!("/api/members/{id}"), json!({ "role": below.as_str() })).await;
        assert_eq!(demoted.status, 200);
        assert_eq!(browser.get(&link).await.status, 404, "it was withdrawn with the role");
    }
    let id = server.person(organization, "gone@example.com", Role::Admin).await;
    let inviter = ApiUser::session(&server, &Seed { user_id: id.clone(), ..seed.clone() }).await;
    let link = link(&server, &inviter, GRACE, "member").await;
    assert_eq!(owner.delete(&format!("/api/members/{id}")).await.status, 204);
    assert_eq!(Browser::new(server.issuer()).get(&link).await.status, 404);
}

async fn a_member_who_follows_a_link_stays_what_they_are(kind: Kind) {
    let (server, seed, owner) = start(kind, 1).await;
    let link = link(&server, &owner, GRACE, "member").await;
    let user_id = server.person(&seed.organization_id, GRACE, Role::Admin).await;
    let grace = Seed { user_id, ..seed.clone() };
    let mut browser = server.signed_in(&grace).await;
    let page = browser.get(&link).await;
    let told = browser.submit(&page, "/join", &[]).await;
    assert_eq!(told.location().as_deref(), Some("/members?done=member-before"), "{}", told.text);
    assert!(has(&roles(&server, &seed).await, GRACE, "admin"));
    assert_eq!(browser.get(&link).await.status, 404);
}

async fn nobody_invites_above_themselves(kind: Kind) {
    let (server, seed, owner) = start(kind, 1).await;
    let admin = ApiUser::colleague(&server, &seed, "max@example.com", Role::Admin).await;
    let developer = ApiUser::colleague(&server, &seed, "dev@example.com", Role::Developer).await;
    assert_problem(&invite(&admin, GRACE, "owner").await, 403);
    assert_problem(&invite(&developer, GRACE, "member").await, 403);
    assert_problem(&developer.get("/api/invitations").await, 403);
    assert_eq!(invite(&admin, GRACE, "admin").await.status, 201);
    assert_eq!(invite(&owner, GRACE, "owner").await.status, 201);
    let mut browser = server.signed_in(&seed).await;
    let page = browser.get("/invitations/new").await;
    assert_eq!(page.attributes("[name=role]", "value"), ["owner", "admin", "developer", "member"]);
}

async fn what_cannot_be_an_invitation_is_told(kind: Kind) {
    let (server, seed, owner) = start(kind, 1).await;
    assert_eq!(wrong_fields(&invite(&owner, EMAIL, "member").await), ["email"], "a member");
    for email in
        ["", "ada", "a@b@c.example", "ada@example.com\u{0}", &format!("{}@example.com", "a".repeat(65))]
    {
        assert_problem(&invite(&owner, email, "member").await, 400);
    }
    assert_problem(&invite(&owner, GRACE, "emperor").await, 400);
    assert_problem(&owner.post("/api/invitations", json!({ "email": GRACE })).await, 400);
    let mut browser = server.signed_in(&seed).await;
    let page = browser.get("/invitations/new").await;
    let told = browser.submit(&page, "/invitations/new", &[("email", "ada")]).await;
    assert_eq!((told.status.as_u16(), told.texts("#email-error").len()), (422, 1), "{}", told.text);
    let shown = browser.submit(&told, "/invitations/new", &[("email", GRACE), ("role", "admin")]).await;
    assert_eq!(shown.status, 200);
    let link = shown.texts("#secret").remove(0);
    assert!(link.starts_with(&format!("{}/join?token=INVITE.", server.issuer())), "{link}");
    let again = browser.submit(&told, "/invitations/new", &[("email", GRACE)]).await;
    assert_eq!(again.location().as_deref(), Some("/invitations?done=before"), "a reload makes no second one");
    let list = browser.get("/invitations").await;
    assert!(list.text.contains(GRACE) && !list.text.contains("INVITE."));
    let path = list.attributes("td.do form", "action").remove(0);
    assert_eq!(browser.submit(&list, &path, &[]).await.status, 303);
    assert_eq!(ids(&owner.get("/api/invitations").await), Vec::<String>::new());
}
