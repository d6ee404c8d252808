//! Who a caller is, what they allowed, and where they stand.

use consentry::model::role::Role;
use consentry::store::db::Kind;
use serde_json::json;

use crate::api::user::ApiUser;
use crate::api::user::assert_problem;
use crate::api::user::ids;
use crate::harness::Server;
use crate::on_both;

on_both!(
    a_token_learns_who_it_is,
    a_token_may_be_sent_in_worktuals_spelling,
    a_person_sees_and_takes_back_grants,
    a_person_switches_between_organizations,
    logos_are_redrawn_and_served_apart,
);

async fn a_token_learns_who_it_is(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let tokens = client.connect(&mut browser).await;
    let me = ApiUser::bearer(&server, tokens.text("access_token")).get("/api/me").await;
    assert_eq!(me.json["kind"], "user");
    assert_eq!(me.json["label"], "Ada Lovelace, Acme");
    assert_eq!(me.json["app"]["id"], client.id);
    assert_eq!(me.json["user"]["id"], seed.user_id.as_str());
    assert_eq!(me.json["organization"]["id"], seed.organization_id.as_str());
    assert_eq!(me.json["scopes"], json!(["contacts.read", "contacts.write"]));
    assert!(me.json["expires_at"].as_str().unwrap().ends_with('Z'));

    let refreshed = client.refresh(tokens.text("refresh_token")).await;
    let again = ApiUser::bearer(&server, refreshed.text("access_token")).get("/api/me").await;
    assert_eq!(again.json["label"], me.json["label"]);

    let own = client.client_credentials().await;
    let own = ApiUser::bearer(&server, own.text("access_token")).get("/api/me").await;
    assert_eq!((&own.json["kind"], &own.json["label"]), (&json!("client"), &json!("Contact Sync, Acme")));
    assert!(own.json.get("user").is_none(), "what is absent is left out");
}

async fn a_token_may_be_sent_in_worktuals_spelling(kind: Kind) {
    let (server, _, client) = Server::start_with_client(kind).await;
    let token = client.client_credentials().await.text("access_token").to_owned();
    for (name, value) in [("authorization", token.clone()), ("authorisation", token.clone())] {
        let me = ApiUser::nobody(&server).with(name, value).get("/api/me").await;
        assert_eq!(me.status, 200, "{me:?}");
    }
}

async fn a_person_sees_and_takes_back_grants(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let tokens = client.connect(&mut browser).await;
    let person = ApiUser::session(&server, &seed).await;
    let stranger = server.seed("Other", "eve@example.com", Role::Owner).await;
    let stranger = ApiUser::session(&server, &stranger).await;

    let list = person.get("/api/grants").await;
    let [id] = &ids(&list)[..] else { panic!("one grant: {list:?}") };
    assert_eq!(list.json["items"][0]["app_name"], "Contact Sync");
    let path = format!("/api/grants/{id}");
    assert_problem(&stranger.delete(&path).await, 404);
    assert!(client.is_active(tokens.text("access_token")).await);
    assert_eq!(person.delete(&path).await.status, 204);
    assert!(!client.is_active(tokens.text("access_token")).await);
    assert_problem(&person.delete(&path).await, 404);
    assert!(ids(&person.get("/api/grants").await).is_empty());
}

async fn a_person_switches_between_organizations(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let other = server.seed("Other", "ada@example.com", Role::Member).await;
    let foreign = server.seed("Foreign", "eve@example.com", Role::Owner).await;
    let person = ApiUser::session(&server, &acme).await;
    assert_eq!(person.get("/api/apps").await.status, 200);

    let choice = |id: &str| json!({ "organization_id": id });
    let switched = person.put("/api/session/organization", choice(other.organization_id.as_str())).await;
    assert_eq!(switched.json["organization_id"], other.organization_id.as_str());
    assert_problem(&person.get("/api/apps").await, 403);
    for unknown in [foreign.organization_id.as_str(), "org_00000000000000000000000000"] {
        assert_problem(&person.put("/api/session/organization", choice(unknown)).await, 404);
    }
    assert_problem(&person.put("/api/session/organization", choice("x")).await, 400);
    assert_eq!(person.get("/api/session").await.json["organization_id"], other.organization_id.as_str());
}

async fn logos_are_redrawn_and_served_apart(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let owner = ApiUser::session(&server, &seed).await;
    let app = format!("/api/apps/{}", client.id);
    let path = format!("{app}/logo");
    let mut png = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(600, 300).write_to(&mut png, image::ImageFormat::Png).unwrap();

    let set = owner.upload(&path, "image/png", png.into_inner()).await;
    assert_eq!(set.status, 200, "{set:?}");
    let url = set.text("logo_url").to_owned();
    assert_eq!(owner.get(&app).await.json["logo_url"], url);
    let served = ApiUser::nobody(&server).get(url.strip_prefix(server.base()).unwrap()).await;
    assert_eq!(served.status, 200, "{served:?}");
    assert_eq!(served.header("content-type"), "image/png");
    assert_eq!(served.header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(served.header("x-content-type-options"), "nosniff");

    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec();
    assert_problem(&owner.upload(&path, "image/svg+xml", svg.clone()).await, 415);
    assert_problem(&owner.upload(&path, "image/png", svg).await, 422);
    assert_problem(&owner.upload(&path, "image/png", vec![0; 600 * 1024]).await, 413);
    assert_eq!(owner.delete(&path).await.status, 204);
    assert!(owner.get(&app).await.json.get("logo_url").is_none());
}
