//! Lists by API: searched, filtered and paged in the database; and how much an organization may have.

use consentry::model::id::PrivateAppId;
use consentry::model::role::Role;
use consentry::store::db::Kind;
use consentry::store::db::run;
use serde_json::json;

use crate::api::user::ApiUser;
use crate::api::user::assert_problem;
use crate::api::user::ids;
use crate::harness::Server;
use crate::on_both;

on_both!(
    apps_are_found_by_the_beginnings_of_words_and_by_their_state,
    a_renamed_thing_is_found_by_its_new_name_only,
    grants_are_found_by_app_and_publisher,
    modules_come_in_pages_too,
    a_cursor_that_was_tampered_with_is_refused_with_what_to_send,
    callers_at_once_never_exceed_a_quota,
);

async fn apps_are_found_by_the_beginnings_of_words_and_by_their_state(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let other = server.seed("Other", "eve@example.com", Role::Owner).await;
    let mut made = Vec::new();
    for (seed, name) in
        [(&acme, "Mail Merge"), (&acme, "Ärzte-Portal"), (&other, "Mail Sync"), (&acme, "Export")]
    {
        made.push(server.client_with(seed, |client| client.name = name.to_owned()).await.id);
    }
    let owner = ApiUser::session(&server, &acme).await;
    owner.patch(&format!("/api/apps/{}", made[3]), json!({ "disabled": true })).await;
    let found = async |query: &str| ids(&owner.get(&format!("/api/apps?{query}")).await);
    for (query, expected) in [
        ("q=mai", Some(0)),
        ("q=MERGE+mail", Some(0)),
        ("q=%C3%A4rz", Some(1)),
        ("q=portal", Some(1)),
        ("state=disabled", Some(3)),
        ("state=disabled&q=ex", Some(3)),
        ("state=enabled&q=ex", None),
        ("q=erge", None),
        ("q=acme", None),
        ("q=mail+sync", None),
    ] {
        let expected = expected.map(|index: usize| made[index].clone());
        assert_eq!(found(query).await, Vec::from_iter(expected), "{query}");
    }
    assert_eq!(found(&format!("q={}", made[1])).await, [made[1].clone()]);
    assert!(found(&format!("q={}", made[2])).await.is_empty(), "not one of another organization");
    assert_eq!(found("q=%25").await.len(), 3, "no word is everything");
    for odd in ["state=odd", "q=a%0Ab", "q=a&q=b"] {
        assert_problem(&owner.get(&format!("/api/apps?{odd}")).await, 400);
    }
}

async fn a_renamed_thing_is_found_by_its_new_name_only(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let owner = ApiUser::session(&server, &seed).await;
    let app = json!({ "name": "Mail", "redirect_uris": ["https://client.example/cb"] });
    let app = owner.post("/api/apps", app).await.json["app"]["id"].as_str().unwrap().to_owned();
    let script = json!({ "name": "Mail", "scopes": ["contacts.read"], "expiry": "30d" });
    let script = owner.post("/api/private-apps", script).await.json["private_app"]["id"].clone();
    for (list, id) in [("/api/apps", app.as_str()), ("/api/private-apps", script.as_str().unwrap())] {
        let found = async |q: &str| ids(&owner.get(&format!("{list}?q={q}")).await);
        assert_eq!(found("mail").await, [id]);
        owner.patch(&format!("{list}/{id}"), json!({ "name": "Post" })).await;
        assert_eq!((found("post").await, found("mail").await), (vec![id.to_owned()], vec![]));
        owner.delete(&format!("{list}/{id}")).await;
        assert!(found("post").await.is_empty());
    }
}

async fn grants_are_found_by_app_and_publisher(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let other = server.seed("Globex", "eve@example.com", Role::Owner).await;
    for (publisher, name) in [(&seed, "Mail"), (&other, "Calendar")] {
        let client = server.client_with(publisher, |client| client.name = name.to_owned()).await;
        client.connect(&mut server.signed_in(&seed).await).await;
    }
    let person = ApiUser::session(&server, &seed).await;
    let found = async |query: &str| {
        let page = person.get(&format!("/api/grants?{query}")).await;
        let names = page.json["items"].as_array().unwrap().iter();
        names.map(|grant| grant["app_name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found("").await, ["Calendar", "Mail"]);
    assert_eq!(found("q=ma").await, ["Mail"]);
    assert_eq!(found("q=glob+cal").await, ["Calendar"]);
    let first = person.get("/api/grants?limit=1").await;
    assert_eq!(found(&format!("limit=1&after={}", first.text("next"))).await, ["Mail"]);
    let stranger = ApiUser::session(&server, &other).await;
    assert!(ids(&stranger.get("/api/grants?q=mail").await).is_empty());
}

async fn modules_come_in_pages_too(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let owner = ApiUser::session(&server, &seed).await;
    let mut names = Vec::new();
    let mut next = Some("/api/modules?limit=2".to_owned());
    while let Some(path) = next {
        let page = owner.get(&path).await;
        let items = page.json["items"].as_array().unwrap().iter();
        names.extend(items.map(|module| module["name"].as_str().unwrap().to_owned()));
        next = page.json["next"].as_str().map(|after| format!("/api/modules?limit=2&after={after}"));
    }
    let all = server.app.modules().await.unwrap();
    assert_eq!(names.len(), all.iter().count());
    assert_eq!(names[0], "contacts");
    assert_eq!(
        names[names.len() - 4..],
        ["apps", "audit", "modules", "private_apps"],
        "Consentry's own come last"
    );
    let found = owner.get("/api/modules?q=private").await;
    assert_eq!(found.json["items"].as_array().unwrap().len(), 1);
    assert_problem(&owner.get("/api/modules?after=No").await, 400);
}

async fn a_cursor_that_was_tampered_with_is_refused_with_what_to_send(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let owner = ApiUser::session(&server, &seed).await;
    let made = server.client(&seed).await.id;
    for (list, odd) in [
        ("/api/apps", "pri_00000000000000000000000000"),
        ("/api/apps", &made[1..]),
        ("/api/apps", "app_0000000000000000000000000%27"),
        ("/api/private-apps", made.as_str()),
        ("/api/grants", made.as_str()),
    ] {
        let refused = owner.get(&format!("{list}?after={odd}")).await;
        assert_problem(&refused, 400);
        assert!(refused.text("detail").contains("send the `next` of the page before"), "{refused:?}");
    }
    let another = "app_7zzzzzzzzzzzzzzzzzzzzzzzzz";
    assert_eq!(ids(&owner.get(&format!("/api/apps?after={another}")).await), [made], "only another place");
}

async fn callers_at_once_never_exceed_a_quota(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let owner = ApiUser::session(&server, &seed).await;
    let now = server.app.now();
    let fill = "INSERT INTO private_apps (id, organization_id, name, description, scopes, allowed_ips, created_at) \
         VALUES ($1, $2, 'x', '', 'contacts.read', '', $3)";
    for count in [200, 200, 200, 200, 198] {
        let mut tx = server.app.db.begin().await.unwrap();
        for _ in 0..count {
            run!(tx, fill, PrivateAppId::generate(now), &seed.organization_id, now).unwrap();
        }
        tx.commit().await.unwrap();
    }
    let wish = json!({ "name": "x", "scopes": ["contacts.read"], "expiry": "30d" });
    let ask = async || loop {
        let answer = owner.post("/api/private-apps", wish.clone()).await;
        // A machine that is too busy says so, and nothing was made.
        if answer.status != 503 {
            return answer.status.as_u16();
        }
    };
    let mut answers = futures_util::future::join_all((0..6).map(|_| ask())).await;
    answers.sort_unstable();
    assert_eq!(answers, [201, 201, 409, 409, 409, 409]);
}
