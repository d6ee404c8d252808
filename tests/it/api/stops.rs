//! An operator stops any app of the installation; its organization sees why and cannot undo it.

use consentry::model::role::Role;
use consentry::store;
use consentry::store::db::Kind;
use reqwest::Method;
use serde_json::json;

use crate::api::user::ApiUser;
use crate::api::user::assert_problem;
use crate::api::user::ids;
use crate::api::user::misshapen_fields;
use crate::harness::Server;
use crate::on_both;

on_both!(
    a_stopped_app_rests_and_only_an_operator_lifts_it,
    a_stop_leaves_what_the_organization_did_alone,
    nobody_but_an_operator_sees_the_apps_of_others,
    apps_are_found_and_paged,
    people_and_owners_read_what_they_need_on_their_pages,
);

const REASON: &str = "It sends mail to people who did not ask for it.";

fn path(id: &str) -> String {
    format!("/api/instance/apps/{id}/stop")
}

async fn a_stopped_app_rests_and_only_an_operator_lifts_it(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let elsewhere = server.seed("Platform", "root@example.com", Role::Owner).await;
    let operator = ApiUser::operator(&server, &elsewhere).await;
    let owner = ApiUser::session(&server, &seed).await;
    let tokens = client.connect(&mut server.signed_in(&seed).await).await;

    let stopped = operator.put(&path(&client.id), json!({ "reason": REASON })).await;
    assert_eq!((stopped.status.as_u16(), stopped.json["stopped"]["reason"].as_str()), (200, Some(REASON)));
    client
        .call("/verify?scope=contacts.read", tokens.text("access_token"))
        .await
        .assert_error(401, "invalid_token");
    let refused = client.refresh(tokens.text("refresh_token")).await;
    refused.assert_error(503, "temporarily_unavailable");
    assert!(refused.text("error_description").contains("stopped by an operator"), "{refused:?}");
    let unproved = [("grant_type", "client_credentials"), ("client_id", &client.id), ("client_secret", "x")];
    let stranger = client.post_bare("/token", &unproved).await;
    assert!(!stranger.text("error_description").contains("stopped"), "a stranger learns nothing");

    let app = format!("/api/apps/{}", client.id);
    let seen = owner.get(&app).await;
    assert_eq!((&seen.json["stopped"]["reason"], &seen.json["disabled"]), (&json!(REASON), &json!(false)));
    assert_eq!(owner.patch(&app, json!({ "disabled": false, "name": "n" })).await.status, 200);
    client
        .call("/verify?scope=contacts.read", tokens.text("access_token"))
        .await
        .assert_error(401, "invalid_token");
    assert_problem(&owner.delete(&path(&client.id)).await, 403);

    let again = operator.put(&path(&client.id), json!({ "reason": "Still." })).await;
    assert_eq!(again.json["stopped"]["at"], stopped.json["stopped"]["at"]);
    for odd in ["  ".to_owned(), "x".repeat(501), "a\u{202e}b".to_owned()] {
        let refused = operator.put(&path(&client.id), json!({ "reason": odd })).await;
        assert_eq!(misshapen_fields(&refused), ["reason"]);
    }
    assert!(operator.delete(&path(&client.id)).await.json.get("stopped").is_none());
    assert_eq!(client.call("/verify?scope=contacts.read", tokens.text("access_token")).await.status, 200);
    assert_eq!(client.refresh(tokens.text("refresh_token")).await.status, 200);

    let mut conn = server.app.db.read().await.unwrap();
    let sql = "SELECT action FROM audit_events WHERE object = $1 AND organization_id = $2 AND action LIKE 'client.stop%' \
               ORDER BY created_at, id";
    let told = store::db::all!(conn, (String,), sql, &client.id, &seed.organization_id).unwrap();
    let told = told.iter().map(|(action,)| action.as_str()).collect::<Vec<_>>();
    assert_eq!(told, ["client.stop", "client.stop", "client.stop_lifted"]);
}

async fn a_stop_leaves_what_the_organization_did_alone(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let operator = ApiUser::operator(&server, &seed).await;
    let owner = ApiUser::session(&server, &seed).await;
    let app = format!("/api/apps/{}", client.id);
    owner.patch(&app, json!({ "disabled": true })).await;
    operator.put(&path(&client.id), json!({ "reason": REASON })).await;
    assert_eq!(operator.delete(&path(&client.id)).await.json["disabled"], true);
    assert_eq!(owner.patch(&app, json!({ "disabled": false })).await.json["disabled"], false);
}

async fn nobody_but_an_operator_sees_the_apps_of_others(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let owner = ApiUser::session(&server, &seed).await;
    let all = json!({ "name": "x", "scopes": ["apps.write", "private_apps.write"], "expiry": "30d" });
    let script = owner.post("/api/private-apps", all).await;
    let script = ApiUser::bearer(&server, script.json["token"]["token"].as_str().unwrap());
    for caller in [&owner, &script] {
        for (method, path, body) in [
            (Method::GET, "/api/instance/apps".to_owned(), None),
            (Method::PUT, path(&client.id), Some(json!({ "reason": REASON }))),
            (Method::PUT, path("app_00000000000000000000000000"), Some(json!({ "reason": REASON }))),
            (Method::DELETE, path(&client.id), None),
        ] {
            assert_problem(&caller.send(method, &path, body).await, 403);
        }
    }
    assert_problem(&ApiUser::nobody(&server).get("/api/instance/apps").await, 401);
    let operator = ApiUser::operator(&server, &seed).await;
    for missing in ["app_00000000000000000000000000", "x"] {
        assert_problem(&operator.put(&path(missing), json!({ "reason": REASON })).await, 404);
        assert_problem(&operator.delete(&path(missing)).await, 404);
    }
}

async fn apps_are_found_and_paged(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let other = server.seed("Globex 100%", "eve@example.com", Role::Owner).await;
    let operator = ApiUser::operator(&server, &acme).await;
    let mut made = Vec::new();
    for (seed, name) in [(&acme, "Mail Merge"), (&other, "Mail_Sync"), (&other, "Export")] {
        made.push(server.client_with(seed, |client| client.name = name.to_owned()).await.id);
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    let found = async |query: &str| ids(&operator.get(&format!("/api/instance/apps?{query}")).await);
    assert_eq!(found("").await, [made[2].clone(), made[1].clone(), made[0].clone()]);
    assert_eq!(found("q=mail").await, [made[1].clone(), made[0].clone()]);
    assert_eq!(found("q=s+MAIL").await, [made[1].clone()], "each word begins one");
    assert!(found("q=ail").await.is_empty(), "beginnings only");
    assert_eq!(found("q=100%25").await, [made[2].clone(), made[1].clone()], "the publisher's name");
    assert_eq!(found("q=mail+glo").await, [made[1].clone()]);
    server.change_organization(&other.organization_id, |globex| globex.name = "Initech".to_owned()).await;
    for name in ["initech", "globex", other.organization_id.as_str()] {
        assert_eq!(found(&format!("q={name}")).await, [made[2].clone(), made[1].clone()], "{name}");
    }
    assert_eq!(found(&format!("q={}", made[0])).await, [made[0].clone()]);
    assert!(found("q=nothing").await.is_empty());
    operator.put(&path(&made[0]), json!({ "reason": REASON })).await;
    assert_eq!(found("state=stopped").await, [made[0].clone()]);
    assert_eq!(found("state=enabled").await, [made[2].clone(), made[1].clone()]);
    assert_eq!(found("state=stopped&q=mail").await, [made[0].clone()]);
    assert!(found("state=stopped&q=export").await.is_empty());
    let first = operator.get("/api/instance/apps?limit=2").await;
    let next = first.text("next").to_owned();
    assert_eq!(found(&format!("limit=2&after={next}")).await, [made[0].clone()]);
}

async fn people_and_owners_read_what_they_need_on_their_pages(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let operator = ApiUser::operator(&server, &seed).await;
    let mut theirs = operator.browser();
    let page = theirs.get("/instance/apps?q=Contact").await;
    assert_eq!(page.status, 200);
    let stop = format!("/instance/apps/{}/stop", client.id);
    let empty = theirs.submit(&page, &stop, &[("reason", " ")]).await;
    assert_eq!(empty.status, 422);
    let done = theirs.submit(&page, &stop, &[("reason", "Spam \u{1f4a5} <b>")]).await;
    assert_eq!(done.location().as_deref(), Some("/instance/apps?done=app-stopped"));

    let mut owner = server.signed_in(&seed).await;
    let page = owner.get(&format!("/apps/{}", client.id)).await;
    assert!(
        page.texts(".notice.bad").concat().contains("\u{201c}Spam \u{1f4a5} <b>\u{201d}"),
        "{}",
        page.text
    );
    assert!(owner.get("/apps").await.text.contains("Stopped"));
    assert_eq!(owner.get("/instance/apps").await.status, 403, "an owner is no operator");
    let person = owner.get(&client.authorize_path(&[])).await;
    assert_eq!((person.status.as_u16(), person.location()), (422, None));
    assert!(person.text.contains("Contact Sync is taking a break") && !person.text.contains("Spam"));

    let page = theirs.get("/instance/apps").await;
    let done = theirs.submit(&page, &format!("/instance/apps/{}/lift", client.id), &[]).await;
    assert_eq!(done.location().as_deref(), Some("/instance/apps?done=app-goes-on"));
    assert_eq!(owner.get(&client.authorize_path(&[])).await.status, 200);

    let app = format!("/apps/{}", client.id);
    let page = owner.get(&app).await;
    owner.submit(&page, &format!("{app}/disable"), &[]).await;
    let page = owner.get(&app).await;
    assert!(
        page.texts(".notice.warn").concat().contains("Ada Lovelace (owner) disabled this app"),
        "{}",
        page.text
    );
    owner.submit(&page, &format!("{app}/enable"), &[]).await;
    assert!(!owner.get(&app).await.text.contains("disabled this app"));
}
