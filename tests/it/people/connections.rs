//! The apps that a person allowed.

use consentry::model::id::GrantId;
use consentry::model::role::Role;
use consentry::store::db::Kind;
use consentry::store::db::one;

use crate::harness::Server;
use crate::on_both;
use crate::people::ada;

on_both![ending_a_connection_ends_its_tokens, a_connection_of_somebody_else_is_none];

async fn ending_a_connection_ends_its_tokens(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let client = server.client(&seed).await;
    let mut browser = server.signed_in(&seed).await;
    let code = client.code(&mut browser).await;
    let tokens = client.redeem(&code).await;
    let page = browser.get("/connections").await;
    assert_eq!(page.texts("h2")[0], "Contact Sync");
    assert!(page.text.contains("See contacts") && page.text.contains("Analytical Engines"));
    let action = page.attributes("form[action$='/revoke']", "action").remove(0);
    assert_eq!(client.introspect(tokens.text("access_token")).await.json["active"], true);
    let ended = browser.submit(&page, &action, &[]).await;
    assert_eq!(ended.location().as_deref(), Some("/connections?done=connection-ended"));
    assert_eq!(client.introspect(tokens.text("access_token")).await.json["active"], false);
    let page = browser.visit("/connections?done=connection-ended").await;
    assert!(page.text.contains("You have not allowed any app"));
    assert!(page.text.contains("access has ended"));
    let mut conn = server.app.db.read().await.unwrap();
    let told = one!(
        conn,
        (i64,),
        "SELECT COUNT(*) FROM audit_events WHERE action = 'grant.revoke' AND organization_id = $1",
        &seed.organization_id,
    );
    assert_eq!(told.unwrap(), (1,));
}

async fn a_connection_of_somebody_else_is_none(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let client = server.client(&seed).await;
    let mut browser = server.signed_in(&seed).await;
    let code = client.code(&mut browser).await;
    let tokens = client.redeem(&code).await;
    let page = browser.get("/connections").await;
    let action = page.attributes("form[action$='/revoke']", "action").remove(0);
    let mallory = server.seed("Beta Works", "mallory@example.com", Role::Owner).await;
    let mut mallory = server.signed_in(&mallory).await;
    let own = mallory.get("/connections").await;
    let csrf = own.attributes("input[name=csrf]", "value").remove(0);
    let missing = format!("/connections/{}/revoke", GrantId::generate(server.app.now()));
    for path in [action.as_str(), &missing, "/connections/grt_1/revoke"] {
        assert_eq!(mallory.post(path, &[("csrf", &csrf)]).await.status, 404, "{path}");
    }
    assert_eq!(client.introspect(tokens.text("access_token")).await.json["active"], true);
}
