//! Modules: seen by those who build, changed by operators.

use consentry::model::email::Email;
use consentry::model::id::UserId;
use consentry::model::role::Role;
use consentry::model::user::User;
use consentry::store;
use consentry::store::db::Kind;

use crate::harness::Browser;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;
use crate::pages::but;
use crate::pages::csrf;

on_both![
    an_operator_adds_edits_and_removes_a_module,
    every_wrong_field_keeps_what_was_typed_and_says_why,
    an_owner_who_is_no_operator_only_looks,
    what_the_configuration_says_is_not_edited_here,
];

const NEW: &str = "/modules/new";

const GOOD: [(&str, &str); 4] = [
    ("name", "calendar"),
    ("title", "Calendar"),
    ("read_description", "See events"),
    ("write_description", "Change events"),
];

async fn start(kind: Kind) -> (Server, Seed, Browser) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let now = server.app.now();
    let operator = User {
        id: UserId::generate(now),
        email: Email::parse("op@example.com").unwrap(),
        name: "Grace Hopper".to_owned(),
        operator: true,
        disabled_at: None,
        created_at: now,
    };
    let mut tx = server.app.db.begin().await.unwrap();
    store::users::insert(&mut tx, &operator, "no password").await.unwrap();
    let (user, organization) = (&operator.id, &seed.organization_id);
    store::memberships::insert(&mut tx, user, organization, Role::Admin, now).await.unwrap();
    tx.commit().await.unwrap();
    let browser = server.signed_in(&Seed { user_id: operator.id, ..seed.clone() }).await;
    (server, seed, browser)
}

async fn an_operator_adds_edits_and_removes_a_module(kind: Kind) {
    let (server, _, mut browser) = start(kind).await;
    let form = browser.get(NEW).await;
    let page = browser.submit(&form, NEW, &[&GOOD[..], &[("sensitive", "true")]].concat()).await;
    assert_eq!(page.location().as_deref(), Some("/modules?done=module-added"), "{}", page.text);
    let list = browser.get("/modules?done=module-added").await;
    assert!(list.texts("h2").contains(&"Calendar".to_owned()));
    assert!(browser.get("/apps/new").await.text.contains("access.calendar"), "apps can ask for it");

    let edit = "/modules/calendar/edit";
    let form = browser.get(edit).await;
    assert_eq!(form.field(edit, "read_description"), "See events");
    assert_eq!(form.field(edit, "sensitive"), "true");
    let page = browser.submit(&form, edit, &[("title", "Diary")]).await;
    assert_eq!(page.status, 303, "{}", page.text);
    let modules = server.app.modules().await.unwrap();
    let module = modules.get("calendar").unwrap();
    assert_eq!((module.title.as_str(), module.sensitive), ("Diary", true));

    let page = browser.submit(&form, "/modules/calendar/delete", &[]).await;
    assert_eq!(page.location().as_deref(), Some("/modules?done=module-removed"));
    assert!(server.app.modules().await.unwrap().get("calendar").is_none());
    assert_eq!(browser.get(edit).await.status, 404);
}

async fn every_wrong_field_keeps_what_was_typed_and_says_why(kind: Kind) {
    let (server, _, mut browser) = start(kind).await;
    let before = server.app.modules().await.unwrap().iter().count();
    let long = "long ".repeat(200);
    for (field, value, error) in [
        ("name", "", "is not a module's name"),
        ("name", "Calendar", "is not a module's name"),
        ("name", "audit", "is reserved"),
        ("name", "contacts", "already"),
        ("title", "", "is missing"),
        ("title", &long, "at most 80"),
        ("description", &long, "at most 500"),
        ("read_description", &long, "at most 500"),
        ("write_description", &long, "at most 500"),
    ] {
        let form = browser.get(NEW).await;
        let page = browser.submit(&form, NEW, &but(&GOOD, field, value)).await;
        assert_eq!(page.status, 422, "{field}: {}", page.text);
        assert_eq!(page.field(NEW, field).trim(), value.trim());
        let told = page.texts(&format!("#{field}-error"));
        assert!(told.len() == 1 && told[0].contains(error), "{field}: {told:?}");
    }
    assert_eq!(server.app.modules().await.unwrap().iter().count(), before);
}

async fn an_owner_who_is_no_operator_only_looks(kind: Kind) {
    let (server, seed, _) = start(kind).await;
    let mut owner = server.signed_in(&seed).await;
    let list = owner.get("/modules").await;
    assert_eq!(list.status, 200);
    assert!(list.attributes("main a", "href").is_empty(), "nothing to press");
    let page = owner.get(NEW).await;
    assert_eq!(page.status, 403);
    assert!(page.text.contains("Only an operator of this installation"), "{}", page.text);
    let csrf = csrf(&mut owner).await;
    let fields = [&GOOD[..], &[("csrf", csrf.as_str())]].concat();
    for path in [NEW, "/modules/contacts/edit"] {
        assert_eq!(owner.upload(path, &fields, None).await.status, 403, "{path}");
    }
    assert_eq!(owner.post("/modules/contacts/delete", &fields).await.status, 403);
    let user_id = server.person(&seed.organization_id, "mem@example.com", Role::Member).await;
    let mut member = server.signed_in(&Seed { user_id, ..seed }).await;
    assert_eq!(member.get("/modules").await.status, 403);
}

async fn what_the_configuration_says_is_not_edited_here(kind: Kind) {
    let (server, _, mut browser) = start(kind).await;
    let list = browser.get("/modules").await;
    assert_eq!(list.attributes("main a", "href"), [NEW], "only adding");
    let csrf = csrf(&mut browser).await;
    for name in ["contacts", "apps", "nothing"] {
        assert_eq!(browser.get(&format!("/modules/{name}/edit")).await.status, 404, "{name}");
        let fields = [("csrf", csrf.as_str()), ("title", "X")];
        let page = browser.upload(&format!("/modules/{name}/edit"), &fields, None).await;
        assert_eq!(page.status, 404, "{name}");
        let page = browser.post(&format!("/modules/{name}/delete"), &[("csrf", &csrf)]).await;
        assert!([404, 409].contains(&page.status.as_u16()), "{name}");
    }
    assert!(server.app.modules().await.unwrap().get("contacts").is_some());
}
