//! Modules.

use consentry::manage::modules::MOST;
use consentry::model::module::RESERVED;
use consentry::model::role::Role;
use consentry::store::db::Kind;
use consentry::store::db::run;
use serde_json::json;

use crate::api::user::ApiUser;
use crate::api::user::assert_problem;
use crate::api::user::misshapen_fields;
use crate::api::user::wrong_fields;
use crate::config::Installation;
use crate::harness::Server;
use crate::on_both;

on_both!(
    an_operator_adds_changes_and_deletes_a_module,
    only_operators_change_modules,
    configured_and_built_in_modules_are_read_only,
    a_new_modules_scopes_can_be_given_at_once,
    the_configuration_and_the_api_take_the_same_modules,
    all_modules_count_wherever_they_come_from,
);

async fn operator(kind: Kind) -> (Server, ApiUser, ApiUser) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let operator = ApiUser::operator(&server, &seed).await;
    let owner = ApiUser::colleague(&server, &seed, "grace@example.com", Role::Owner).await;
    (server, operator, owner)
}

async fn an_operator_adds_changes_and_deletes_a_module(kind: Kind) {
    let (_server, operator, _) = operator(kind).await;
    let made = operator.post("/api/modules", json!({ "name": "tickets", "title": "Tickets" })).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.json["scopes"], json!(["tickets.read", "tickets.write"]));
    assert_eq!(made.json["origin"], "api");
    assert!(!made.text("read_description").is_empty());
    assert_problem(&operator.post("/api/modules", json!({ "name": "tickets", "title": "Again" })).await, 409);

    let changed = operator.patch("/api/modules/tickets", json!({ "sensitive": true })).await;
    assert_eq!((&changed.json["sensitive"], &changed.json["title"]), (&json!(true), &json!("Tickets")));
    assert_eq!(operator.get("/api/modules/tickets").await.json, changed.json);
    assert_eq!(operator.delete("/api/modules/tickets").await.status, 204);
    assert_problem(&operator.get("/api/modules/tickets").await, 404);

    let odd = operator.post("/api/modules", json!({ "name": "Tickets!", "title": " " })).await;
    assert_eq!(misshapen_fields(&odd), ["name", "title"]);
    let reserved = operator.post("/api/modules", json!({ "name": "members", "title": "Members" })).await;
    assert_eq!(wrong_fields(&reserved), ["name"]);
}

async fn only_operators_change_modules(kind: Kind) {
    let (_server, _, owner) = operator(kind).await;
    let refused = owner.post("/api/modules", json!({ "name": "tickets", "title": "Tickets" })).await;
    assert_problem(&refused, 403);
    assert!(refused.text("detail").contains("operator"), "{refused:?}");
    assert_eq!(owner.get("/api/modules").await.status, 200);
}

async fn configured_and_built_in_modules_are_read_only(kind: Kind) {
    let (_server, operator, _) = operator(kind).await;
    for name in ["contacts", "apps"] {
        let path = format!("/api/modules/{name}");
        assert_problem(&operator.patch(&path, json!({ "title": "Mine" })).await, 409);
        assert_problem(&operator.delete(&path).await, 409);
        let again = operator.post("/api/modules", json!({ "name": name, "title": "Mine" })).await;
        assert!([409, 422].contains(&again.status.as_u16()), "{again:?}");
    }
    assert_problem(&operator.patch("/api/modules/nothing", json!({ "title": "Mine" })).await, 404);
}

async fn a_new_modules_scopes_can_be_given_at_once(kind: Kind) {
    let (_server, operator, owner) = operator(kind).await;
    operator.post("/api/modules", json!({ "name": "tickets", "title": "Tickets" })).await;
    let wish = json!({ "name": "x", "scopes": ["tickets.write"], "expiry": "30d" });
    assert_eq!(owner.post("/api/private-apps", wish).await.status, 201);
}

async fn the_configuration_and_the_api_take_the_same_modules(kind: Kind) {
    let (_server, operator, _) = operator(kind).await;
    let long = |characters| "x".repeat(characters);
    let names = ["ab", "a", "", "1st", "con-tacts", "con.tacts", "Tickets", "tïckets", "a_1", " ab"]
        .map(str::to_owned);
    let names = [&names[..], &[long(32), long(33)], &RESERVED.map(str::to_owned)].concat();
    let words =
        ["", " ", " trimmed ", "東京", "two\nlines", "a\u{202e}b", "a\u{200b}b", "a\u{e0041}", "nul\0"];
    let words = [&words.map(str::to_owned)[..], &[long(80), long(81), long(500), long(501)]].concat();
    let fields = ["title", "description", "read_description", "write_description"];
    let cases = names.iter().map(|name| ("name", name));
    for (field, value) in cases.chain(fields.iter().flat_map(|field| words.iter().map(|text| (*field, text))))
    {
        let mut module = json!({ "name": "tickets", "title": "Tickets" });
        module[field] = json!(value);
        let by_api = operator.post("/api/modules", module.clone()).await;
        let file = format!("[[modules]]\n{}", toml::to_string(&module).unwrap());
        let configured = Installation::new().file(&file).load();
        assert_eq!(configured.is_ok(), by_api.status == 201, "{field} {value:?}: {configured:?}\n{by_api:?}");
        let Ok(configured) = configured else { continue };
        let configured = &configured.modules[0];
        for (field, value) in [
            ("name", &configured.name),
            ("title", &configured.title),
            ("description", &configured.description),
            ("read_description", &configured.read_description),
            ("write_description", &configured.write_description),
        ] {
            assert_eq!(by_api.text(field), value, "{field}");
        }
        assert_eq!(operator.delete(&format!("/api/modules/{}", configured.name)).await.status, 204);
    }
}

/// Each of them is a row of every form of permissions.
async fn all_modules_count_wherever_they_come_from(kind: Kind) {
    let (server, operator, _) = operator(kind).await;
    let room = MOST - server.app.modules().await.unwrap().iter().count();
    let fill = "INSERT INTO modules (name, title, description, read_description, write_description, sensitive, \
         created_at) VALUES ($1, 'x', '', 'x', 'x', $2, $3)";
    let mut tx = server.app.db.begin().await.unwrap();
    for number in 1..room {
        run!(tx, fill, format!("m{number}"), false, server.app.now()).unwrap();
    }
    tx.commit().await.unwrap();
    server.app.modules_changed();
    assert_eq!(operator.post("/api/modules", json!({ "name": "last", "title": "Last" })).await.status, 201);
    assert_problem(&operator.post("/api/modules", json!({ "name": "more", "title": "More" })).await, 409);
}
