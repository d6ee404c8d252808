//! Nobody's authority rises (SECURITY I-21): who may do what, and who may hand on what.

use consentry::model::role::Role;
use consentry::model::scope::Scopes;
use consentry::store::db::Kind;
use consentry::store::db::run;
use serde_json::Value;
use serde_json::json;

use crate::api::user::ApiUser;
use crate::api::user::assert_problem;
use crate::api::user::wrong_fields;
use crate::harness::Answer;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;

on_both!(
    members_manage_nothing,
    developers_change_their_own_apps_only,
    developers_give_only_what_they_hold,
    an_app_that_acts_for_itself_needs_an_admin_behind_its_reach,
    a_secret_is_not_a_way_around_ones_role,
    whoever_changes_an_apps_keys_holds_all_that_it_holds,
    a_role_that_lacks_a_scope_changes_no_keys_either,
    who_is_less_cannot_undo_a_disabling,
    a_private_app_hands_on_only_its_own_scopes,
    a_delegated_token_is_bound_by_its_persons_role,
    a_demotion_counts_at_once,
    only_an_operator_hands_on_the_modules,
);

const CALLBACK: &str = "https://client.example/callback";

async fn acme(kind: Kind) -> (Server, Seed, ApiUser) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let owner = ApiUser::session(&server, &seed).await;
    (server, seed, owner)
}

async fn register(user: &ApiUser, grant_types: Value, scopes: Value) -> Answer {
    let wish =
        json!({ "name": "x", "redirect_uris": [CALLBACK], "grant_types": grant_types, "scopes": scopes });
    user.post("/api/apps", wish).await
}

async fn private_app(user: &ApiUser, scopes: Value) -> Answer {
    user.post("/api/private-apps", json!({ "name": "x", "scopes": scopes, "expiry": "30d" })).await
}

fn app_path(registered: &Answer) -> String {
    assert_eq!(registered.status, 201, "{registered:?}");
    format!("/api/apps/{}", registered.json["app"]["id"].as_str().unwrap())
}

async fn members_manage_nothing(kind: Kind) {
    let (server, seed, owner) = acme(kind).await;
    let app = app_path(&register(&owner, json!(["authorization_code"]), json!([])).await);
    let member = ApiUser::colleague(&server, &seed, "max@example.com", Role::Member).await;
    for path in ["/api/apps", &app, "/api/private-apps", "/api/modules"] {
        assert_problem(&member.get(path).await, 403);
    }
    assert_problem(&register(&member, json!(["authorization_code"]), json!([])).await, 403);
    assert_problem(&member.delete(&app).await, 403);
    assert_problem(&private_app(&member, json!(["contacts.read"])).await, 403);
    assert_eq!(member.get("/api/grants").await.status, 200);
}

async fn developers_change_their_own_apps_only(kind: Kind) {
    let (server, seed, owner) = acme(kind).await;
    let developer = ApiUser::colleague(&server, &seed, "dev@example.com", Role::Developer).await;
    let theirs = app_path(&register(&owner, json!(["authorization_code"]), json!([])).await);
    let own = app_path(&register(&developer, json!(["authorization_code"]), json!([])).await);

    assert_eq!(developer.get(&theirs).await.status, 200);
    assert_problem(&developer.patch(&theirs, json!({ "name": "mine" })).await, 403);
    assert_problem(&developer.press(&format!("{theirs}/secrets")).await, 403);
    assert_problem(&developer.delete(&theirs).await, 403);
    assert_eq!(developer.patch(&own, json!({ "name": "mine" })).await.status, 200);
    assert_eq!(developer.press(&format!("{own}/secrets")).await.status, 201);
    assert_eq!(owner.patch(&own, json!({ "name": "ours" })).await.status, 200);
    assert_eq!(developer.delete(&own).await.status, 204);
    assert_problem(&developer.get("/api/private-apps").await, 403);
}

async fn developers_give_only_what_they_hold(kind: Kind) {
    let (server, seed, _) = acme(kind).await;
    let developer = ApiUser::colleague(&server, &seed, "dev@example.com", Role::Developer).await;
    let code = || json!(["authorization_code"]);
    let app = app_path(&register(&developer, code(), json!(["contacts.write", "apps.read"])).await);
    for scope in ["private_apps.read", "private_apps.write", "modules.write"] {
        assert_eq!(wrong_fields(&register(&developer, code(), json!([scope])).await), ["scopes"]);
        let edit = developer.patch(&app, json!({ "scopes": ["contacts.write", scope] })).await;
        assert_eq!(wrong_fields(&edit), ["scopes"]);
    }
}

async fn an_app_that_acts_for_itself_needs_an_admin_behind_its_reach(kind: Kind) {
    let (server, seed, owner) = acme(kind).await;
    let developer = ApiUser::colleague(&server, &seed, "dev@example.com", Role::Developer).await;
    let itself = || json!(["client_credentials"]);
    let wide = json!(["apps.write"]);
    assert_eq!(wrong_fields(&register(&developer, itself(), wide.clone()).await), ["scopes"]);

    // Neither in two steps.
    let app = app_path(&register(&developer, json!(["authorization_code"]), wide.clone()).await);
    assert_eq!(wrong_fields(&developer.patch(&app, json!({ "grant_types": itself() })).await), ["scopes"]);
    assert_eq!(register(&owner, itself(), wide).await.status, 201);
}

async fn a_secret_is_not_a_way_around_ones_role(kind: Kind) {
    let (server, seed, owner) = acme(kind).await;
    let developer = ApiUser::colleague(&server, &seed, "dev@example.com", Role::Developer).await;
    let app = app_path(&register(&developer, json!(["client_credentials"]), json!(["contacts.read"])).await);
    assert_eq!(developer.press(&format!("{app}/secrets")).await.status, 201);
    let secrets = developer.get(&app).await;
    let first = secrets.json["secrets"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(developer.delete(&format!("{app}/secrets/{first}")).await.status, 204);

    // An admin gives the developer's app more than the developer has.
    let more = json!({ "scopes": ["contacts.read", "private_apps.write"] });
    assert_eq!(owner.patch(&app, more).await.status, 200);
    assert_problem(&developer.press(&format!("{app}/secrets")).await, 403);
    assert_eq!(owner.press(&format!("{app}/secrets")).await.status, 201);
}

/// Each way to use what an app holds, beside a new secret.
fn keys() -> [Value; 4] {
    [
        json!({ "redirect_uris": [CALLBACK, "https://evil.example/callback"] }),
        json!({ "pkce": "optional" }),
        json!({ "grant_types": ["authorization_code", "refresh_token"] }),
        json!({ "distribution": "public" }),
    ]
}

async fn whoever_changes_an_apps_keys_holds_all_that_it_holds(kind: Kind) {
    let (server, _, owner) = acme(kind).await;
    let held = json!(["contacts.write", "deals.read", "private_apps.write"]);
    let app = app_path(&register(&owner, json!(["authorization_code"]), held).await);
    let narrow = private_app(&owner, json!(["apps.write", "contacts.read"])).await;
    let script = ApiUser::bearer(&server, narrow.json["token"]["token"].as_str().unwrap());
    let before = owner.get(&app).await.json;
    let refused = |answer: &Answer| {
        assert_problem(answer, 403);
        let why = answer.text("detail").to_owned();
        assert!(why.contains("contacts.write deals.read private_apps.write"), "{why}");
    };
    for change in keys() {
        refused(&script.patch(&app, change).await);
    }
    refused(&script.press(&format!("{app}/secrets")).await);
    assert_eq!(owner.get(&app).await.json, before, "nothing was changed");

    // What gives nobody anything needs no more than apps.write.
    for harmless in [json!({ "name": "y" }), json!({ "disabled": true }), json!({ "disabled": false })] {
        assert_eq!(script.patch(&app, harmless).await.status, 200);
    }
    // Nor by taking scopes away, changing the address, and giving them back.
    assert_eq!(script.patch(&app, json!({ "scopes": ["contacts.read"] })).await.status, 200);
    assert_eq!(script.patch(&app, keys()[0].clone()).await.status, 200);
    let back = script.patch(&app, json!({ "scopes": ["contacts.write"] })).await;
    assert_eq!(wrong_fields(&back), ["scopes"]);

    let all = json!(["apps.write", "contacts.write", "deals.write", "private_apps.write"]);
    let wide = private_app(&owner, all).await;
    let script = ApiUser::bearer(&server, wide.json["token"]["token"].as_str().unwrap());
    let held = json!({ "scopes": ["contacts.write", "deals.read", "private_apps.write"] });
    assert_eq!(owner.patch(&app, held).await.status, 200);
    for change in keys() {
        assert_eq!(script.patch(&app, change).await.status, 200);
    }
    assert_eq!(script.press(&format!("{app}/secrets")).await.status, 201);
}

async fn a_role_that_lacks_a_scope_changes_no_keys_either(kind: Kind) {
    let (server, seed, owner) = acme(kind).await;
    let developer = ApiUser::colleague(&server, &seed, "dev@example.com", Role::Developer).await;
    let app = app_path(&register(&developer, json!(["authorization_code"]), json!(["contacts.read"])).await);
    let more = json!({ "scopes": ["contacts.read", "private_apps.read"] });
    assert_eq!(owner.patch(&app, more).await.status, 200);
    for change in keys() {
        let refused = developer.patch(&app, change).await;
        assert_problem(&refused, 403);
        assert!(refused.text("detail").contains("private_apps.read"), "{refused:?}");
    }
    assert_eq!(developer.patch(&app, json!({ "name": "mine" })).await.status, 200);
    for change in keys() {
        assert_eq!(owner.patch(&app, change).await.status, 200);
    }
}

async fn who_is_less_cannot_undo_a_disabling(kind: Kind) {
    let (server, seed, owner) = acme(kind).await;
    let developer = ApiUser::colleague(&server, &seed, "dev@example.com", Role::Developer).await;
    let admin = ApiUser::colleague(&server, &seed, "eve@example.com", Role::Admin).await;
    let script = private_app(&owner, json!(["apps.write"])).await;
    let script = ApiUser::bearer(&server, script.json["token"]["token"].as_str().unwrap());
    let app = app_path(&register(&developer, json!(["authorization_code"]), json!([])).await);
    let (off, on) = (|| json!({ "disabled": true }), || json!({ "disabled": false }));
    let ranks = [(&developer, "developer"), (&admin, "admin"), (&script, "admin"), (&owner, "owner")];
    for (place, (who, role)) in ranks.iter().enumerate() {
        let disabled = who.patch(&app, off()).await;
        assert_eq!(disabled.text("disabled_as"), *role, "{disabled:?}");
        assert!(disabled.json["disabled_by"].is_string());
        for (other, other_role) in &ranks[..place] {
            if other_role == role {
                continue;
            }
            assert_problem(&other.patch(&app, on()).await, 403);
            assert_eq!(other.patch(&app, json!({ "name": "z" })).await.json["disabled"], true);
            let kept = other.patch(&app, off()).await;
            assert_eq!(kept.text("disabled_as"), *role, "who is less does not make it theirs");
        }
        if *role != "developer" {
            continue;
        }
        assert_eq!(who.patch(&app, on()).await.json["disabled"], false, "their own");
        who.patch(&app, off()).await;
    }
    assert_eq!(owner.patch(&app, on()).await.json["disabled"], false);
    assert!(owner.get(&app).await.json.get("disabled_by").is_none());
}

async fn a_private_app_hands_on_only_its_own_scopes(kind: Kind) {
    let (server, _, owner) = acme(kind).await;
    let wide = private_app(&owner, json!(["contacts.write", "private_apps.write", "apps.write"])).await;
    let wide_path = format!("/api/private-apps/{}", wide.json["private_app"]["id"].as_str().unwrap());
    let narrow = private_app(&owner, json!(["private_apps.write", "contacts.read"])).await;
    let script = ApiUser::bearer(&server, narrow.json["token"]["token"].as_str().unwrap());

    assert_eq!(private_app(&script, json!(["contacts.read"])).await.status, 201);
    for scope in ["contacts.write", "deals.read", "apps.read", "modules.write"] {
        assert_eq!(wrong_fields(&private_app(&script, json!([scope])).await), ["scopes"]);
    }
    // Nor by taking a token of a private app that has more.
    let token = script.post(&format!("{wide_path}/tokens"), json!({ "expiry": "30d" })).await;
    assert_problem(&token, 403);
    let edit = script.patch(&wide_path, json!({ "scopes": ["contacts.write", "deals.write"] })).await;
    assert_eq!(wrong_fields(&edit), ["scopes"]);
    assert_eq!(script.patch(&wide_path, json!({ "scopes": ["contacts.write"] })).await.status, 200);
}

async fn a_delegated_token_is_bound_by_its_persons_role(kind: Kind) {
    let (server, seed, owner) = acme(kind).await;
    let user_id = server.person(&seed.organization_id, "dev@example.com", Role::Developer).await;
    let developer = Seed { organization_id: seed.organization_id.clone(), user_id };
    let client = server
        .client_with(&seed, |client| {
            client.scopes = "apps.write private_apps.write contacts.read".to_owned().try_into().unwrap();
        })
        .await;
    let mut browser = server.signed_in(&developer).await;
    let code = client.allow(&mut browser, &[("scope", "apps.write contacts.read")]).await;
    let tokens = client.redeem(&code.redirected("code").unwrap()).await;
    let delegated = ApiUser::bearer(&server, tokens.text("access_token"));

    let theirs = app_path(&register(&owner, json!(["authorization_code"]), json!([])).await);
    assert_problem(&delegated.delete(&theirs).await, 403);
    let own = register(&delegated, json!(["authorization_code"]), json!(["contacts.read"])).await;
    let own = app_path(&own);
    assert_eq!(delegated.get(&own).await.json["created_by"], developer.user_id.as_str());
    assert_eq!(
        wrong_fields(&register(&delegated, json!(["authorization_code"]), json!(["deals.read"])).await),
        ["scopes"]
    );
    assert_eq!(delegated.delete(&own).await.status, 204);
    assert_problem(&delegated.get("/api/session").await, 403);
    assert_problem(&delegated.get("/api/grants").await, 403);
}

async fn a_demotion_counts_at_once(kind: Kind) {
    let (server, seed, _) = acme(kind).await;
    let admin = ApiUser::colleague(&server, &seed, "eve@example.com", Role::Admin).await;
    assert_eq!(admin.get("/api/private-apps").await.status, 200);
    server.person(&seed.organization_id, "eve@example.com", Role::Member).await;
    assert_problem(&admin.get("/api/private-apps").await, 403);
}

/// Modules are every organization's, so that nobody's role in one of them says anything about changing them.
async fn only_an_operator_hands_on_the_modules(kind: Kind) {
    let (server, owner, _) = acme(kind).await;
    let user_id = server.person(&owner.organization_id, "max@example.com", Role::Member).await;
    let operator = Seed { organization_id: owner.organization_id.clone(), user_id };
    let make_operator = async |is: bool| {
        let mut tx = server.app.db.begin().await.unwrap();
        run!(tx, "UPDATE users SET operator = $2 WHERE id = $1", &operator.user_id, is).unwrap();
        tx.commit().await.unwrap();
        server.app.standing_changed();
    };
    make_operator(true).await;
    let scope = "contacts.read modules.write";
    let client = server.client_with(&owner, |client| client.scopes = Scopes::parse(scope).unwrap()).await;
    for (who, given) in [(&owner, "contacts.read"), (&operator, scope)] {
        let code = client.allow(&mut server.signed_in(who).await, &[("scope", scope)]).await;
        let tokens = client.redeem(&code.redirected("code").unwrap()).await;
        assert_eq!(tokens.text("scope"), given);
        let access = tokens.text("access_token");
        assert_eq!(client.introspect(access).await.text("scope"), given);
        let app = ApiUser::bearer(&server, access);
        let module = json!({ "name": "crm", "title": "CRM", "description": "Customers" });
        let status = app.post("/api/modules", module.clone()).await.status;
        assert_eq!(status, if given == scope { 201 } else { 403 });
        if given == scope {
            make_operator(false).await;
            assert_eq!(client.introspect(access).await.text("scope"), "contacts.read");
            assert_problem(&app.delete("/api/modules/crm").await, 403);
        }
    }
}
