//! Lists in the console: searched, filtered and paged by links and forms, without script.

use consentry::model::page::Page;
use consentry::model::page::Place;
use consentry::model::role::Role;
use consentry::store;
use consentry::store::db::Kind;

use crate::harness::Server;
use crate::on_both;

on_both![
    apps_are_turned_searched_and_filtered,
    a_cursor_of_something_else_is_refused,
    every_list_has_its_field
];

async fn apps_are_turned_searched_and_filtered(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    for number in 0..120 {
        let name = if number % 10 == 0 { format!("Calendar {number}") } else { format!("Mail {number}") };
        server.client_with(&seed, |client| client.name = name).await;
    }
    let mut conn = server.app.db.read().await.unwrap();
    let whole = Page { from: Place::Newest, limit: 200 };
    let whole =
        store::clients::of_organization(&mut conn, &seed.organization_id, None, None, &whole).await.unwrap();
    drop(conn);
    let whole = whole.items.into_iter().map(|client| client.name).collect::<Vec<_>>();

    let mut browser = server.signed_in(&seed).await;
    let first = browser.get("/apps").await;
    assert!(first.attributes("[rel=prev]", "href").is_empty());
    let second = browser.get(&first.attributes("[rel=next]", "href")[0]).await;
    let third = browser.get(&second.attributes("[rel=next]", "href")[0]).await;
    assert!(third.attributes("[rel=next]", "href").is_empty());
    let names = |page: &crate::harness::Page| page.texts(".row-text strong");
    assert_eq!([names(&first), names(&second), names(&third)].concat(), whole);
    let back = browser.get(&third.attributes("[rel=prev]", "href")[0]).await;
    assert_eq!(names(&back), names(&second));
    let back = browser.get(&back.attributes("[rel=prev]", "href")[0]).await;
    assert_eq!(names(&back), names(&first));
    let almost = second.attributes("[rel=prev]", "href")[0].clone();
    assert_eq!(names(&browser.get(&almost).await), names(&first));

    let found = browser.get("/apps?q=mail&state=enabled").await;
    assert_eq!((names(&found).len(), found.field("/apps", "q").as_str()), (50, "mail"));
    let next = found.attributes("[rel=next]", "href").remove(0);
    assert!(next.starts_with("/apps?q=mail&state=enabled&after=app_"), "{next}");
    assert!(names(&browser.get(&next).await).iter().all(|name| name.starts_with("Mail")));
    assert_eq!(names(&browser.get("/apps?q=cal+110").await), ["Calendar 110"]);
    let none = browser.get("/apps?q=nothing").await;
    assert_eq!(none.texts("h2"), ["No app matches"]);
    assert!(names(&browser.get("/apps?state=stopped").await).is_empty());
}

async fn a_cursor_of_something_else_is_refused(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let mut browser = server.signed_in(&seed).await;
    let pri = "pri_00000000000000000000000000";
    let app = "app_00000000000000000000000000";
    for odd in [
        format!("after={pri}"),
        "before=app_x".to_owned(),
        format!("after={app}&before={app}"),
        format!("after={app}&after={app}"),
        "state=odd".to_owned(),
        format!("q={}", "x".repeat(101)),
    ] {
        assert_eq!(browser.get(&format!("/apps?{odd}")).await.status, 400, "{odd}");
    }
    assert_eq!(browser.get(&format!("/apps?after={app}")).await.status, 200, "a place at the end");
}

async fn every_list_has_its_field(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let mut browser = server.signed_in(&seed).await;
    for path in ["/apps", "/private-apps", "/modules", "/connections"] {
        let page = browser.get(&format!("{path}?q=zzz")).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        assert_eq!(page.field(path, "q"), "zzz", "{path}");
        assert!(page.texts("h2").concat().contains("matches"), "{path}");
    }
    let found = browser.get("/modules?q=CONT").await;
    assert_eq!(found.texts(".module h2"), ["Contacts"]);
}
