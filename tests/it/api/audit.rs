//! The audit log: read by those who may, taken away whole, and proved to be whole.

use std::time::Duration;

use consentry::jobs::chain;
use consentry::manage::audit;
use consentry::manage::audit::Broken;
use consentry::manage::audit::Whole;
use consentry::model::audit::Action;
use consentry::model::audit::Head;
use consentry::model::role::Role;
use consentry::model::scope::Scopes;
use consentry::store;
use consentry::store::audit::Event;
use consentry::store::db::Kind;
use consentry::store::db::all;
use consentry::store::db::run;
use serde_json::Value;
use serde_json::json;

use crate::api::user::ApiUser;
use crate::api::user::assert_problem;
use crate::api::user::ids;
use crate::harness::Answer;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;

on_both![
    the_log_is_read_newest_first_and_narrowed,
    who_is_no_admin_sees_what_they_did_themselves,
    the_page_tells_it_in_words,
    the_log_is_taken_away_whole,
    what_cannot_be_looked_for_is_told,
    a_chain_is_whole,
    a_chain_shows_an_edit,
    a_chain_shows_a_deletion,
    a_chain_shows_a_move,
    a_chain_shows_a_cut,
    nodes_that_chain_at_once_make_one_chain,
    what_is_counted_is_chained_when_its_hour_is_over,
];

async fn write(server: &Server, seed: &Seed, action: Action, object: &str, count: usize) {
    let mut tx = server.app.db.begin().await.unwrap();
    for number in 0..count {
        let detail = format!("number {number}");
        let event = Event {
            organization_id: &seed.organization_id,
            actor: seed.user_id.as_str(),
            action,
            object,
            detail: &detail,
        };
        store::audit::append(&mut tx, &event, server.app.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn actions(answer: &Answer) -> Vec<&str> {
    let items = answer.json["items"].as_array().unwrap_or_else(|| panic!("{answer:?}"));
    items.iter().map(|item| item["action"].as_str().unwrap()).collect()
}

async fn the_log_is_read_newest_first_and_narrowed(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let owner = ApiUser::session(&server, &acme).await;
    let admin = ApiUser::colleague(&server, &acme, "max@example.com", Role::Admin).await;
    let wish = json!({ "name": "Zapier", "redirect_uris": ["https://a.example/cb"] });
    let app = owner.post("/api/apps", wish).await.json["app"]["id"].as_str().unwrap().to_owned();
    server.advance(Duration::from_secs(60));
    let renamed = admin.patch(&format!("/api/apps/{app}"), json!({ "description": "Connects" })).await;
    assert_eq!(renamed.status, 200);
    server.advance(Duration::from_secs(60));
    assert_eq!(owner.press(&format!("/api/apps/{app}/secrets")).await.status, 201);

    let all = owner.get("/api/audit").await;
    assert_eq!(actions(&all), ["secret.create", "client.edit", "client.create"]);
    let (secret, edit) = (&all.json["items"][0], &all.json["items"][1]);
    assert_eq!((&secret["object_name"], &secret["actor_name"]), (&json!("Zapier"), &json!("Ada Lovelace")));
    assert_eq!((&edit["object_id"], &edit["address"]), (&json!(app), &json!("127.0.0.1")));
    assert_eq!(edit["changes"], json!([{ "field": "description", "from": "", "to": "Connects" }]));
    assert!(edit["request_id"].is_string() && secret["detail"].is_null() && secret["times"] == 1);

    let found = async |query: &str| {
        let answer = owner.get(&format!("/api/audit?{query}")).await;
        actions(&answer).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let max = edit["actor_id"].as_str().unwrap();
    assert_eq!(found(&format!("actor={max}")).await, ["client.edit"]);
    assert_eq!(found("action=client.create").await, ["client.create"]);
    assert_eq!(found(&format!("object={app}")).await, ["client.edit", "client.create"]);
    assert_eq!(found(&format!("object={app}&actor={max}&action=client.create")).await, Vec::<String>::new());
    assert_eq!(found(&format!("actor={max}&object={app}")).await, ["client.edit"]);
    let day = &edit["at"].as_str().unwrap()[..10];
    assert_eq!(found(&format!("since={day}")).await.len(), 3);
    assert_eq!(found("until=2020-01-01").await.len(), 0);
    assert_eq!(found(&format!("since={day}&until={day}&action=secret.create")).await.len(), 1);

    let first = owner.get("/api/audit?limit=2").await;
    let next = owner.get(&format!("/api/audit?limit=2&after={}", first.text("next"))).await;
    assert_eq!(actions(&next), ["client.create"]);
    assert_eq!([ids(&first), ids(&next)].concat(), ids(&all));
}

async fn who_is_no_admin_sees_what_they_did_themselves(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let other = server.seed("Other", "eve@example.com", Role::Owner).await;
    let user_id = server.person(&acme.organization_id, "dev@example.com", Role::Developer).await;
    let dev = Seed { user_id, ..acme.clone() };
    write(&server, &acme, Action::ClientCreate, "app_1", 3).await;
    write(&server, &dev, Action::ClientEdit, "app_1", 2).await;
    write(&server, &other, Action::ClientDelete, "app_2", 2).await;
    let own = ApiUser::session(&server, &dev).await;
    assert_eq!(actions(&own.get("/api/audit").await), ["client.edit"; 2]);
    let others = own.get(&format!("/api/audit?actor={}", acme.user_id)).await;
    assert_eq!(actions(&others), Vec::<&str>::new());
    assert_eq!(own.get("/api/audit/export").await.status, 200);
    let mut browser = server.signed_in(&dev).await;
    let page = browser.get("/audit").await;
    assert_eq!((page.texts("h1"), page.texts(".records > li").len()), (vec!["What you did".to_owned()], 2));

    // A token reads what whoever is behind it may, and an app for itself everything.
    for (scope, seen) in [("audit.read", 5), ("apps.read", 0)] {
        let scopes = Scopes::parse(scope).unwrap();
        let token = server.private_app(&acme, |app, _| app.scopes = scopes).await;
        let listed = ApiUser::bearer(&server, token.reveal()).get("/api/audit").await;
        match seen {
            0 => assert_problem(&listed, 403),
            seen => assert_eq!(actions(&listed).len(), seen),
        }
    }
    // What opens nothing can be given to nobody.
    let owner = ApiUser::session(&server, &acme).await;
    let wish = json!({ "name": "X", "scopes": ["audit.write"], "expiry": "30d" });
    assert_problem(&owner.post("/api/private-apps", wish).await, 422);
}

async fn the_page_tells_it_in_words(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let owner = ApiUser::session(&server, &acme).await;
    let wish = json!({ "name": "<b>Zapier</b>", "redirect_uris": ["https://a.example/cb"] });
    owner.post("/api/apps", wish).await;
    write(&server, &acme, Action::OrganizationUpdate, acme.organization_id.as_str(), 55).await;
    let mut browser = server.signed_in(&acme).await;
    let page = browser.get("/audit").await;
    assert_eq!(page.texts(".record-what")[0], "Ada Lovelace changed the organization");
    assert_eq!(page.texts(".records > li").len(), 50);
    let next = page.attributes("a[rel=next]", "href").remove(0);
    let older = browser.get(&next).await;
    assert_eq!(older.texts(".record-what").last().unwrap(), "Ada Lovelace registered the app <b>Zapier</b>");
    let back = browser.get(&older.attributes("a[rel=prev]", "href").remove(0)).await;
    assert_eq!(back.texts(".records > li").len(), 50);
    let found = browser.get("/audit?action=client.create&since=2020-01-01").await;
    assert_eq!(found.texts(".records > li").len(), 1);
    assert_eq!(found.attributes("#since", "value"), ["2020-01-01"]);
    for (actor, found) in [("ada@example.com", 50), ("nobody@example.com", 0)] {
        let page = browser.get(&format!("/audit?actor={actor}")).await;
        assert_eq!(page.texts(".records > li").len(), found, "{actor}");
        assert_eq!(page.attributes("#actor", "value"), [actor]);
    }
    let wrong = browser.get("/audit?since=2026-02-31&actor=a%20b").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.texts("#filter-error")[0].contains("is not a day"), "{}", wrong.text);
    assert_eq!(browser.get("/audit?after=evt_x").await.status, 400);
    assert_eq!(browser.get("/audit?actor=a&actor=b").await.status, 400);
}

async fn the_log_is_taken_away_whole(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    write(&server, &acme, Action::ClientEdit, "app_1", 1203).await;
    let owner = ApiUser::session(&server, &acme).await;
    let mut browser = server.signed_in(&acme).await;
    let lines = browser.get("/api/audit/export").await;
    assert_eq!(lines.header("content-type"), "application/jsonl");
    assert!(lines.header("content-disposition").contains("audit.jsonl"));
    let read = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    let objects: Vec<Value> = lines.text.lines().map(read).collect();
    assert_eq!(objects.len(), 1203);
    let mut seen: Vec<&str> = objects.iter().map(|object| object["id"].as_str().unwrap()).collect();
    assert!(seen.windows(2).all(|pair| pair[0] > pair[1]), "newest first, each once");
    seen.truncate(1);
    assert_eq!(ids(&owner.get("/api/audit?limit=1").await), seen);

    let table = browser.get("/api/audit/export?format=csv&action=client.edit").await;
    assert!(table.text.starts_with("id,at,actor_id,through,"));
    assert_eq!(table.text.lines().count(), 1204);
    let none = browser.get("/api/audit/export?action=client.delete").await;
    assert_eq!((none.status.as_u16(), none.text.as_str()), (200, ""));
    assert_problem(&owner.get("/api/audit/export?format=xml").await, 400);
}

async fn what_cannot_be_looked_for_is_told(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let owner = ApiUser::session(&server, &acme).await;
    for (query, status) in [
        ("action=Client.Create", 400),
        ("action=client.explode", 422),
        ("since=yesterday", 400),
        ("since=2026-02-31", 422),
        ("actor=usr%20x", 400),
        ("after=evt_x", 400),
        ("after=usr_01kafqg3v8e4tbm9d2n5c7x1yz", 400),
        ("limit=0", 400),
        ("action=client.edit&action=client.edit", 400),
    ] {
        for path in ["/api/audit", "/api/audit/export"] {
            let known = path == "/api/audit" || !query.starts_with("after") && !query.starts_with("limit");
            if known {
                assert_problem(&owner.get(&format!("{path}?{query}")).await, status);
            }
        }
    }
}

/// An organization with a chain of so many records.
async fn chained(kind: Kind, count: usize) -> (Server, Seed) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    write(&server, &acme, Action::ClientEdit, "app_1", count).await;
    chain_up(&server).await;
    (server, acme)
}

async fn chain_up(server: &Server) {
    chain::round(&server.app, server.app.now() + Duration::from_secs(60)).await.unwrap();
}

async fn verify(server: &Server, seed: &Seed, noted: Option<&Head>) -> Result<Whole, Broken> {
    audit::verify(&server.app, seed.organization_id.as_str(), noted).await.unwrap()
}

async fn head(server: &Server) -> Head {
    audit::heads(&server.app).await.unwrap().remove(0).0
}

/// Does something to the log that the server would never do.
macro_rules! tamper {
    ($server:expr, $($text:tt)+) => {{
        let mut tx = $server.app.db.begin().await.unwrap();
        run!(tx, $($text)+).unwrap();
        tx.commit().await.unwrap();
    }};
}

async fn a_chain_is_whole(kind: Kind) {
    let (server, acme) = chained(kind, 1203).await;
    assert_eq!(verify(&server, &acme, None).await, Ok(Whole { records: 1203 }));
    let noted = head(&server).await;
    assert_eq!(noted.position, 1203);
    write(&server, &acme, Action::ClientEdit, "app_1", 2).await;
    assert_eq!(verify(&server, &acme, Some(&noted)).await, Ok(Whole { records: 1203 }), "two are loose");
    chain_up(&server).await;
    assert_eq!(verify(&server, &acme, Some(&noted)).await, Ok(Whole { records: 1205 }));
}

async fn a_chain_shows_an_edit(kind: Kind) {
    let (server, acme) = chained(kind, 7).await;
    tamper!(server, "UPDATE audit_events SET actor = 'usr_x' WHERE position = 4");
    assert!(matches!(verify(&server, &acme, None).await, Err(Broken::Altered { position: 4, .. })));
}

async fn a_chain_shows_a_deletion(kind: Kind) {
    let (server, acme) = chained(kind, 7).await;
    tamper!(server, "DELETE FROM audit_events WHERE position = 4");
    assert_eq!(verify(&server, &acme, None).await, Err(Broken::Missing { position: 4 }));
    // Closing the gap does not help.
    tamper!(server, "UPDATE audit_events SET position = 4 WHERE position = 7");
    assert!(matches!(verify(&server, &acme, None).await, Err(Broken::Altered { position: 4, .. })));
}

async fn a_chain_shows_a_move(kind: Kind) {
    let (server, acme) = chained(kind, 7).await;
    for (from, to) in [(3, 100), (5, 3), (100, 5)] {
        tamper!(server, "UPDATE audit_events SET position = $2 WHERE position = $1", from, to);
    }
    assert!(matches!(verify(&server, &acme, None).await, Err(Broken::Altered { position: 3, .. })));
}

async fn a_chain_shows_a_cut(kind: Kind) {
    let (server, acme) = chained(kind, 7).await;
    let noted = head(&server).await;
    tamper!(server, "DELETE FROM audit_events WHERE position > 5");
    assert_eq!(verify(&server, &acme, None).await, Err(Broken::Cut { found: 5, head: 7 }));
    // With the head cut too, what was noted elsewhere tells.
    let mut conn = server.app.db.read().await.unwrap();
    let hashes = all!(conn, (String,), "SELECT hash FROM audit_events WHERE position = 5").unwrap();
    drop(conn);
    tamper!(server, "UPDATE audit_heads SET position = 5, hash = $1", &hashes[0].0);
    assert_eq!(verify(&server, &acme, None).await, Ok(Whole { records: 5 }));
    assert_eq!(verify(&server, &acme, Some(&noted)).await, Err(Broken::Cut { found: 5, head: 7 }));
    // And so it does when something else grows in its place.
    write(&server, &acme, Action::ClientEdit, "app_1", 4).await;
    chain_up(&server).await;
    assert_eq!(verify(&server, &acme, None).await, Ok(Whole { records: 9 }));
    assert_eq!(verify(&server, &acme, Some(&noted)).await, Err(Broken::Noted { position: 7 }));
    tamper!(server, "DELETE FROM audit_heads");
    assert_eq!(verify(&server, &acme, None).await, Err(Broken::Head));
}

async fn nodes_that_chain_at_once_make_one_chain(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    for _ in 0..5 {
        write(&server, &acme, Action::ClientEdit, "app_1", 600).await;
        let before = server.app.now() + Duration::from_secs(60);
        let rounds = (0..4).map(|_| chain::round(&server.app, before));
        // Whoever comes second may find what it wanted to write taken, and leaves it.
        futures_util::future::join_all(rounds).await;
        chain_up(&server).await;
    }
    assert_eq!(verify(&server, &acme, None).await, Ok(Whole { records: 3000 }));
}

async fn what_is_counted_is_chained_when_its_hour_is_over(kind: Kind) {
    let server = Server::start(kind).await;
    let counted = async |server: &Server| {
        let mut tx = server.app.db.begin().await.unwrap();
        store::audit::count(&mut tx, Action::SignInFail, None, server.app.now()).await.unwrap();
        tx.commit().await.unwrap();
    };
    counted(&server).await;
    chain::round(&server.app, server.app.now() + Duration::from_secs(1)).await.unwrap();
    assert_eq!(audit::heads(&server.app).await.unwrap().len(), 0);
    counted(&server).await;
    server.advance(Duration::from_secs(60 * 60));
    chain_up(&server).await;
    assert_eq!(head(&server).await.position, 1);
    assert_eq!(audit::verify(&server.app, "installation", None).await.unwrap(), Ok(Whole { records: 1 }));
}
