//! When something that a credential rests on ends, the credential ends by every path.

use std::time::Duration;

use consentry::model::id::ClientId;
use consentry::model::lifetime::Seconds;
use consentry::model::role::Role;
use consentry::model::scope::Scopes;
use consentry::store;
use consentry::store::db::Kind;
use consentry::store::db::run;

use crate::harness::Answer;
use crate::harness::Browser;
use crate::harness::OAuthClient;
use crate::harness::Seed;
use crate::harness::Server;
use crate::harness::grant;
use crate::on_both;

on_both![
    whatever_ends_ends_every_path,
    another_node_follows_within_a_second,
    a_lowered_role_takes_its_scopes_along,
    a_role_without_any_of_the_scopes_ends_all,
    scopes_taken_from_the_app_are_taken_from_every_token,
    the_person_back_again_finds_nothing_of_what_was_allowed,
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    ClientDisabled,
    ClientStopped,
    ClientDeleted,
    /// Nothing that was granted is left to the app.
    ClientScopes,
    SecretEnded,
    PersonDisabled,
    PersonLeft,
    GrantRevoked,
    GrantExpired,
    /// The person took back all that was granted to these tokens, and keeps something else.
    GrantScopes,
    CodeReplayed,
    TokenRevoked,
}

const ENDS: [End; 12] = [
    End::ClientDisabled,
    End::ClientStopped,
    End::ClientScopes,
    End::SecretEnded,
    End::GrantExpired,
    End::GrantScopes,
    End::CodeReplayed,
    End::ClientDeleted,
    End::PersonDisabled,
    End::PersonLeft,
    End::GrantRevoked,
    End::TokenRevoked,
];

/// One person's connection with one app, in every state that a credential can be in.
struct Connection {
    seed: Seed,
    browser: Browser,
    client: OAuthClient,
    /// Of the authorization that the tokens are of.
    used_code: String,
    /// Not used, and so the beginning of another authorization.
    code: String,
    rotated: Answer,
    live: Answer,
}

impl Connection {
    async fn new(server: &Server, owner: &Seed, email: &str) -> Connection {
        let user_id = server.person(&owner.organization_id, email, Role::Member).await;
        let seed = Seed { user_id, organization_id: owner.organization_id.clone() };
        let client = server.client(owner).await;
        let mut browser = server.signed_in(&seed).await;
        let used_code = client.code(&mut browser).await;
        let rotated = client.redeem(&used_code).await;
        let live = client.refresh(rotated.text("refresh_token")).await;
        let code = client.code(&mut browser).await;
        Connection { seed, browser, client, used_code, code, rotated, live }
    }

    fn client_id(&self) -> ClientId {
        ClientId::parse(&self.client.id).unwrap()
    }

    async fn end(&self, server: &Server, end: End) {
        let now = server.app.now();
        let (user, organization) = (&self.seed.user_id, &self.seed.organization_id);
        let client_id = self.client_id();
        let mut tx = server.app.db.begin().await.unwrap();
        match end {
            End::ClientDisabled => {
                let mut client = store::clients::find(&mut tx, &client_id).await.unwrap().unwrap();
                client.disabled_at = Some(now);
                store::clients::update(&mut tx, &client).await.unwrap();
            }
            End::ClientStopped => {
                store::clients::stop(&mut tx, &client_id, Some(user), "It sends spam.", now).await.unwrap();
            }
            End::ClientScopes => {
                let mut client = store::clients::find(&mut tx, &client_id).await.unwrap().unwrap();
                client.scopes = Scopes::parse("deals.read").unwrap();
                store::clients::update(&mut tx, &client).await.unwrap();
            }
            End::SecretEnded => {
                for secret in store::client_secrets::live(&mut tx, &client_id, now).await.unwrap() {
                    store::client_secrets::end(&mut tx, &client_id, &secret.id, now).await.unwrap();
                }
            }
            End::GrantExpired | End::GrantScopes => {
                let mut grant = grant(&mut tx, user, &client_id).await;
                match end {
                    End::GrantExpired => grant.expires_at = Some(now),
                    _ => grant.scopes = Scopes::parse("deals.read").unwrap(),
                }
                store::grants::update(&mut tx, &grant).await.unwrap();
            }
            End::CodeReplayed => {
                drop(tx);
                self.client.redeem(&self.used_code).await.assert_error(400, "invalid_grant");
                return;
            }
            End::ClientDeleted => {
                store::clients::delete(&mut tx, &client_id, organization).await.unwrap();
            }
            End::PersonDisabled => {
                run!(tx, "UPDATE users SET disabled_at = $2 WHERE id = $1", user, now).unwrap();
            }
            End::PersonLeft => {
                let sql = "DELETE FROM memberships WHERE user_id = $1 AND organization_id = $2";
                run!(tx, sql, user, organization).unwrap();
            }
            End::GrantRevoked => {
                let grant = grant(&mut tx, user, &client_id).await;
                store::grants::revoke(&mut tx, &grant.id, user, now).await.unwrap();
            }
            End::TokenRevoked => {
                drop(tx);
                assert_eq!(self.client.revoke(self.live.text("refresh_token")).await.status, 200);
                return;
            }
        }
        tx.commit().await.unwrap();
        server.app.client_changed(&client_id);
        server.app.standing_changed();
    }

    /// Tries every path that takes a credential of this connection.
    async fn assert_dead(&mut self, resource_server: &OAuthClient, end: End) {
        let client_gone =
            matches!(end, End::ClientDisabled | End::ClientStopped | End::ClientDeleted | End::SecretEnded);
        let (status, code) = if client_gone { (401, "invalid_client") } else { (400, "invalid_grant") };
        for pair in [&self.rotated, &self.live] {
            let refresh = self.client.refresh(pair.text("refresh_token")).await;
            match end {
                End::ClientDisabled | End::ClientStopped => {
                    refresh.assert_error(503, "temporarily_unavailable")
                }
                _ => refresh.assert_error(status, code),
            }
            let access = pair.text("access_token");
            if end == End::SecretEnded {
                // The app cannot prove who it is; what it was given goes on, for the resource servers too.
                assert!(resource_server.is_active(access).await);
                continue;
            }
            self.client.call("/verify?scope=contacts.read", access).await.assert_error(401, "invalid_token");
            assert_eq!(self.client.call("/api/me", access).await.status, 401, "{end:?}");
            assert_eq!(resource_server.introspect(access).await.json, serde_json::json!({"active": false}));
            let own = self.client.introspect(pair.text("refresh_token")).await;
            match client_gone {
                true => own.assert_error(401, "invalid_client"),
                false => assert_eq!(own.json, serde_json::json!({"active": false}), "{end:?}"),
            }
        }
        if matches!(end, End::TokenRevoked | End::CodeReplayed) {
            // The code began an authorization of its own.
            return;
        }
        self.client.redeem(&self.code).await.assert_error(status, code);
        let page = self.browser.get(&self.client.authorize_path(&[])).await;
        match end {
            End::ClientDisabled | End::ClientStopped | End::ClientDeleted => {
                assert_eq!(page.status, 422);
                assert_eq!(page.location(), None);
            }
            End::SecretEnded => assert_eq!(page.status, 303, "what was allowed is remembered"),
            End::ClientScopes => assert_eq!(page.redirected("error").as_deref(), Some("invalid_scope")),
            End::PersonDisabled | End::PersonLeft => {
                assert!(page.asks_for_a_password(), "{end:?}: {page:?}");
            }
            _ => assert_eq!(page.status, 200, "they are asked anew"),
        }
    }
}

async fn whatever_ends_ends_every_path(kind: Kind) {
    let (server, owner, _) = Server::start_with_client(kind).await;
    let resource_server = server.client_with(&owner, |client| client.resource_server = true).await;
    for (number, end) in ENDS.into_iter().enumerate() {
        let mut connection = Connection::new(&server, &owner, &format!("person-{number}@example.com")).await;
        assert!(resource_server.is_active(connection.live.text("access_token")).await);
        connection.end(&server, end).await;
        connection.assert_dead(&resource_server, end).await;
    }
    let bystander = Connection::new(&server, &owner, "bystander@example.com").await;
    assert!(resource_server.is_active(bystander.live.text("access_token")).await);
}

async fn another_node_follows_within_a_second(kind: Kind) {
    let server = Server::start_nodes(kind, 2).await;
    let owner = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let resource_server = server.client_with(&owner, |client| client.resource_server = true).await;
    let mut connections = Vec::new();
    for (number, end) in ENDS.into_iter().enumerate() {
        let connection = Connection::new(&server, &owner, &format!("person-{number}@example.com")).await;
        for _ in &server.nodes {
            assert!(resource_server.is_active(connection.live.text("access_token")).await);
        }
        connections.push((connection, end));
    }
    for (connection, end) in &connections {
        connection.end(&server, *end).await;
    }
    tokio::time::sleep(Duration::from_millis(1050)).await;
    for (connection, end) in &mut connections {
        for _ in &server.nodes {
            connection.assert_dead(&resource_server, *end).await;
            let active = resource_server.is_active(connection.live.text("access_token")).await;
            assert_eq!(active, *end == End::SecretEnded, "{end:?}");
        }
    }
}

/// A developer's connection with an app that has `scopes`; then they are made a plain member.
async fn lowered(kind: Kind, scopes: &str) -> (Server, OAuthClient, Answer, String) {
    let (server, owner, _) = Server::start_with_client(kind).await;
    let developer = server.person(&owner.organization_id, "grace@example.com", Role::Developer).await;
    let seed = Seed { user_id: developer, ..owner.clone() };
    let scopes = Scopes::parse(scopes).unwrap();
    let client = server.client_with(&owner, |client| client.scopes = scopes.clone()).await;
    let mut browser = server.signed_in(&seed).await;
    let asked = scopes.to_string();
    let code = async |browser: &mut Browser| {
        client.allow(browser, &[("scope", asked.as_str())]).await.redirected("code").unwrap()
    };
    let tokens = client.redeem(&code(&mut browser).await).await;
    assert_eq!(tokens.text("scope"), asked);
    let code = code(&mut browser).await;
    server.person(&owner.organization_id, "grace@example.com", Role::Member).await;
    server.app.standing_changed();
    (server, client, tokens, code)
}

async fn a_lowered_role_takes_its_scopes_along(kind: Kind) {
    let (_server, client, tokens, code) = lowered(kind, "contacts.read apps.read apps.write").await;
    let access = tokens.text("access_token");
    assert_eq!(client.introspect(access).await.text("scope"), "contacts.read");
    assert_eq!(client.call("/verify?scope=contacts.read", access).await.status, 200);
    client.call("/verify?scope=apps.read", access).await.assert_error(403, "insufficient_scope");
    assert_eq!(client.introspect(tokens.text("refresh_token")).await.text("scope"), "contacts.read");
    assert_eq!(client.redeem(&code).await.text("scope"), "contacts.read");
    assert_eq!(client.refresh(tokens.text("refresh_token")).await.text("scope"), "contacts.read");
}

async fn a_role_without_any_of_the_scopes_ends_all(kind: Kind) {
    let (_server, client, tokens, code) = lowered(kind, "apps.read apps.write").await;
    let access = tokens.text("access_token");
    assert_eq!(client.introspect(access).await.json["active"], false);
    assert_eq!(client.introspect(tokens.text("refresh_token")).await.json["active"], false);
    client.call("/verify?scope=contacts.read", access).await.assert_error(401, "invalid_token");
    client.redeem(&code).await.assert_error(400, "invalid_grant");
    client.refresh(tokens.text("refresh_token")).await.assert_error(400, "invalid_grant");
}

async fn scopes_taken_from_the_app_are_taken_from_every_token(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let resource_server = server.client_with(&seed, |client| client.resource_server = true).await;
    for access_lifetime in [Some(Seconds::hours(1)), None] {
        let client = server.client_with(&seed, |client| client.access_lifetime = access_lifetime).await;
        let mut browser = server.signed_in(&seed).await;
        let tokens = client.connect(&mut browser).await;
        let own = client.client_credentials().await;
        assert_eq!(own.text("scope"), "contacts.read contacts.write deals.read");
        let code = client.code(&mut browser).await;
        let id = ClientId::parse(&client.id).unwrap();
        let mut tx = server.app.db.begin().await.unwrap();
        let mut changed = store::clients::find(&mut tx, &id).await.unwrap().unwrap();
        changed.scopes = Scopes::parse("contacts.read").unwrap();
        store::clients::update(&mut tx, &changed).await.unwrap();
        tx.commit().await.unwrap();
        server.app.client_changed(&id);
        for access in [tokens.text("access_token"), own.text("access_token")] {
            for caller in [&client, &resource_server] {
                assert_eq!(caller.introspect(access).await.text("scope"), "contacts.read");
            }
            let passed = client.call("/verify?scope=contacts.read", access).await;
            assert_eq!((passed.status.as_u16(), passed.header("x-auth-scope")), (200, "contacts.read"));
            client.call("/verify?scope=contacts.write", access).await.assert_error(403, "insufficient_scope");
            assert_eq!(
                client.call("/api/me", access).await.json["scopes"],
                serde_json::json!(["contacts.read"])
            );
        }
        assert_eq!(client.introspect(tokens.text("refresh_token")).await.text("scope"), "contacts.read");
        assert_eq!(client.redeem(&code).await.text("scope"), "contacts.read");
        let next = client.refresh(tokens.text("refresh_token")).await;
        assert_eq!(next.text("scope"), "contacts.read");
        assert_eq!(client.introspect(next.text("access_token")).await.text("scope"), "contacts.read");
        let again = client.refresh(tokens.text("refresh_token")).await;
        assert_eq!(again.text("access_token"), next.text("access_token"));
    }
}

async fn the_person_back_again_finds_nothing_of_what_was_allowed(kind: Kind) {
    let (server, owner, _) = Server::start_with_client(kind).await;
    let connection = Connection::new(&server, &owner, "grace@example.com").await;
    connection.end(&server, End::PersonLeft).await;
    let refresh_token = connection.live.text("refresh_token");
    connection.client.refresh(refresh_token).await.assert_error(400, "invalid_grant");
    server.person(&owner.organization_id, "grace@example.com", Role::Member).await;
    server.app.standing_changed();
    connection.client.refresh(refresh_token).await.assert_error(400, "invalid_grant");
}
