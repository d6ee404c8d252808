//! Two who change the same thing: nothing of the one is overwritten by the other unawares.

use std::time::Duration;

use consentry::model::role::Role;
use consentry::store::db::Kind;
use futures_util::future::join_all;
use serde_json::Value;
use serde_json::json;

use crate::api::user::ApiUser;
use crate::api::user::assert_problem;
use crate::api::user::wrong_fields;
use crate::harness::Server;
use crate::on_both;

on_both!(
    a_change_of_an_old_version_overwrites_nothing,
    of_two_changes_of_one_version_exactly_one_wins,
    nothing_is_created_with_a_version,
);

/// An operator with one of each: its path, a field, and three values of that field.
async fn start(kind: Kind, nodes: usize) -> (Server, ApiUser, Vec<(String, &'static str, [Value; 3])>) {
    let server = Server::start_nodes(kind, nodes).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let user = ApiUser::operator(&server, &seed).await;
    let app = json!({ "name": "A", "description": "first", "redirect_uris": ["https://a.example/cb"] });
    let app = user.post("/api/apps", app).await;
    assert_eq!(app.status, 201, "{app:?}");
    let wish = json!({ "name": "P", "scopes": ["contacts.read"], "expiry": "30d" });
    let private = user.post("/api/private-apps", wish).await;
    assert_eq!(private.status, 201, "{private:?}");
    let module = user.post("/api/modules", json!({ "name": "tickets", "title": "Tickets" })).await;
    assert_eq!(module.status, 201, "{module:?}");
    let app = format!("/api/apps/{}", app.json["app"]["id"].as_str().unwrap());
    let private = format!("/api/private-apps/{}", private.json["private_app"]["id"].as_str().unwrap());
    let texts = ["one", "two", "three"].map(Value::from);
    let lists = [json!(["203.0.113.1"]), json!(["203.0.113.2"]), json!(["203.0.113.3"])];
    let things = vec![
        (app, "description", texts.clone()),
        (private, "allowed_ips", lists),
        ("/api/modules/tickets".to_owned(), "title", texts.clone()),
        ("/api/organization".to_owned(), "name", texts),
    ];
    (server, user, things)
}

async fn a_change_of_an_old_version_overwrites_nothing(kind: Kind) {
    let (_server, user, things) = start(kind, 1).await;
    for (path, field, [one, two, three]) in things {
        let seen = user.get(&path).await.json["version"].as_i64().unwrap();
        let changed = user.patch(&path, json!({ field: one, "version": seen })).await;
        assert_eq!(
            (changed.status.as_u16(), &changed.json["version"]),
            (200, &json!(seen + 1)),
            "{changed:?}"
        );

        let stale = user.patch(&path, json!({ field: two, "version": seen })).await;
        assert_problem(&stale, 409);
        assert_eq!(stale.json["type"], "urn:consentry:problem:stale");
        assert_eq!(stale.json["conflicts"], json!([{ "field": field, "current": one, "sent": two }]));
        assert_eq!(stale.json["version"], json!(seen + 1));
        assert_eq!(user.get(&path).await.json[field], one, "nothing was changed");

        // What agrees with what stands overwrites nothing, and neither does what others left alone.
        assert_eq!(user.patch(&path, json!({ field: one, "version": seen })).await.status, 200);
        let (other, value) = match field {
            "title" => ("description", "Other"),
            "name" => ("private_token_age", "60d"),
            _ => ("name", "Other"),
        };
        let beside = user.patch(&path, json!({ other: value, "version": seen })).await;
        assert_eq!((beside.status.as_u16(), &beside.json[field]), (200, &one), "{beside:?}");

        let early = user.patch(&path, json!({ field: two, "version": seen + 100 })).await;
        assert_eq!((early.status.as_u16(), wrong_fields(&early)), (422, vec!["version".to_owned()]));

        // Whoever has seen it may, and so may who does not ask.
        let fresh = beside.json["version"].clone();
        let again = user.patch(&path, json!({ field: two, "version": fresh })).await;
        assert_eq!((again.status.as_u16(), &again.json[field]), (200, &two), "{again:?}");
        assert_eq!(user.patch(&path, json!({ field: three })).await.json[field], three);
    }
}

async fn of_two_changes_of_one_version_exactly_one_wins(kind: Kind) {
    let (server, user, things) = start(kind, 2).await;
    // Until the other node knows of the module too.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let nodes = server.nodes.iter().map(|node| user.at(node)).collect::<Vec<_>>();
    for (path, field, [one, two, _]) in things {
        for _ in 0..5 {
            let seen = user.patch(&path, json!({})).await.json["version"].clone();
            let change = |(node, value): (usize, &Value)| {
                let body = json!({ field: value, "version": seen });
                let (user, path) = (&nodes[node], &path);
                async move { user.patch(path, body).await }
            };
            let answers = join_all([(0, &one), (1, &two)].map(change)).await;
            let won = answers.iter().filter(|answer| answer.status == 200).collect::<Vec<_>>();
            assert!(won.len() == 1, "{answers:?}");
            answers.iter().filter(|answer| answer.status != 200).for_each(|lost| assert_problem(lost, 409));
            let cleared = if field == "allowed_ips" { json!([]) } else { json!("none") };
            assert_eq!(user.patch(&path, json!({ field: cleared })).await.status, 200);
        }
    }
}

async fn nothing_is_created_with_a_version(kind: Kind) {
    let (_server, user, _) = start(kind, 1).await;
    let made = user.post("/api/modules", json!({ "name": "calls", "title": "Calls", "version": 1 })).await;
    assert_problem(&made, 400);
}
