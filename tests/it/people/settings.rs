//! The organization's settings.

use consentry::model::lifetime::Seconds;
use consentry::model::role::Role;
use consentry::store::db::Kind;
use consentry::store::organizations;

use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;
use crate::people::ada;

on_both![administrators_change_the_settings, other_members_do_not];

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
    assert_eq!(page.attributes("input[name=token_age][checked]", "value"), ["365d"]);
    let saved = browser.submit(&page, "/settings", &[("name", " Engines "), ("token_age", "90d")]).await;
    let page = browser.visit(&saved.location().unwrap()).await;
    assert!(page.text.contains("Your changes are saved."));
    assert_eq!(page.attributes("#name", "value"), ["Engines"]);
    assert_eq!(stored(&server, &seed).await, ("Engines".to_owned(), Some(Seconds::days(90))));
    let wrong = browser.submit(&page, "/settings", &[("name", ""), ("token_age", "30d")]).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.texts("#name-error"), ["It is missing."]);
    assert_eq!(wrong.attributes("input[name=token_age][checked]", "value"), ["30d"]);
    let odd = browser.submit(&page, "/settings", &[("token_age", "1d")]).await;
    assert_eq!(odd.status, 422);
    browser.submit(&page, "/settings", &[("token_age", "never")]).await;
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
    let typed = [("csrf", csrf.as_str()), ("name", "Mine"), ("token_age", "never")];
    assert_eq!(browser.post("/settings", &typed).await.status, 403);
    assert_eq!(stored(&server, &seed).await.0, "Analytical Engines");
}
