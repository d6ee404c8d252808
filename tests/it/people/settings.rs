//! The organization's settings.

use consentry::model::lifetime::Seconds;
use consentry::model::role::Role;
use consentry::store::db::Kind;
use consentry::store::organizations;
use serde_json::json;

use crate::api::user::ApiUser;
use crate::api::user::assert_problem;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;
use crate::people::ada;

on_both![administrators_change_the_settings, other_members_do_not, programs_change_the_settings];

async fn stored(server: &Server, seed: &Seed) -> (String, Option<Seconds>) {
    let mut conn = server.app.db.read().await.unwrap();
    let found = organizations::find(&mut conn, &seed.organization_id).await.unwrap().unwrap();
    (found.name, found.private_token_age)
}

async fn administrators_change_the_settings(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Admin).await;
    let mut browser = server.signed_in(&seed).await;
    let page = browser.get("/settings").await;
    assert_eq!(page.attributes("input[name=private_token_age][checked]", "value"), ["365d"]);
    let saved =
        browser.submit(&page, "/settings", &[("name", " Engines "), ("private_token_age", "90d")]).await;
    let page = browser.visit(&saved.location().unwrap()).await;
    assert!(page.text.contains("Your changes are saved."));
    assert_eq!(page.attributes("#name", "value"), ["Engines"]);
    assert_eq!(stored(&server, &seed).await, ("Engines".to_owned(), Some(Seconds::days(90))));
    let wrong = browser.submit(&page, "/settings", &[("name", ""), ("private_token_age", "30d")]).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.texts("#name-error"), ["It is missing."]);
    assert_eq!(wrong.attributes("input[name=private_token_age][checked]", "value"), ["30d"]);
    let odd = browser.submit(&page, "/settings", &[("private_token_age", "1h")]).await;
    assert_eq!(odd.status, 422);
    browser.submit(&page, "/settings", &[("private_token_age", "never")]).await;
    assert_eq!(stored(&server, &seed).await, ("Engines".to_owned(), None));
}

async fn other_members_do_not(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Developer).await;
    let mut browser = server.signed_in(&seed).await;
    let refused = browser.get("/settings").await;
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("(organization): it takes an admin or more"));
    let page = browser.get("/connections").await;
    let csrf = page.attributes("input[name=csrf]", "value").remove(0);
    let typed = [("csrf", csrf.as_str()), ("name", "Mine"), ("private_token_age", "never")];
    assert_eq!(browser.upload("/settings", &typed, None).await.status, 403);
    assert_eq!(stored(&server, &seed).await.0, "Analytical Engines");
}

async fn programs_change_the_settings(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Admin).await;
    let admin = ApiUser::session(&server, &seed).await;
    let shown = admin.get("/api/organization").await;
    assert_eq!((shown.text("name"), shown.text("private_token_age")), ("Analytical Engines", "365d"));
    let changed = admin.patch("/api/organization", json!({ "private_token_age": "90d" })).await;
    assert_eq!((changed.text("name"), changed.text("private_token_age")), ("Analytical Engines", "90d"));
    let changed =
        admin.patch("/api/organization", json!({ "name": " Engines ", "private_token_age": "never" })).await;
    assert_eq!((changed.status.as_u16(), changed.text("name")), (200, "Engines"));
    assert_eq!(stored(&server, &seed).await, ("Engines".to_owned(), None));
    for (age, status) in [("1h", 422), ("4000d", 422), ("soon", 400), ("", 400)] {
        let told = admin.patch("/api/organization", json!({ "private_token_age": age })).await;
        assert_problem(&told, status);
        assert_eq!(told.json["errors"][0]["field"], "private_token_age");
    }
    assert_problem(&admin.patch("/api/organization", json!({ "name": "" })).await, 400);
    let changes = admin.get("/api/audit?action=organization.update").await;
    let ages = json!([{ "field": "private_token_age", "from": "31536000 s", "to": "7776000 s" }]);
    assert_eq!(changes.json["items"][1]["changes"], ages);
}
