//! The table of permissions, as it is and as every operation keeps to it: each is called by everybody, for what is their
//! own, their colleagues', another organization's, and nobody's.

use consentry::model::id::ClientId;
use consentry::model::id::UserId;
use consentry::model::permission::Callers;
use consentry::model::permission::Permission;
use consentry::model::private_app::PrivateApp;
use consentry::model::private_app::PrivateAppToken;
use consentry::model::role::Rights;
use consentry::model::role::Role;
use consentry::model::scope::Scopes;
use consentry::store;
use consentry::store::db::Kind;
use consentry::store::db::run;
use serde_json::json;

use crate::api::operations::Operation;
use crate::api::operations::Things;
use crate::api::operations::operations;
use crate::api::operations::send;
use crate::api::user::ApiUser;
use crate::harness::Answer;
use crate::harness::Seed;
use crate::harness::Server;
use crate::harness::grant;
use crate::on_both;

on_both!(every_operation_answers_everybody_as_the_table_says);

/// Who may, beside an operator where it says so, with a scope, with any token, or in the own browser alone. A change of
/// the table is a change here.
const TABLE: &str = "
identity: member developer admin owner, any token
session: member developer admin owner
grants: member developer admin owner
apps.read: developer admin owner, scope
apps.write: developer (own) admin owner, scope
private_apps.read: admin owner, scope
private_apps.write: admin owner, scope
modules.read: developer admin owner operator, scope
modules.write: operator, scope
audit.read: member (own) developer (own) admin owner, scope
members: member developer admin owner
roles: admin owner
organization: admin owner
instance.apps: operator
";

/// From the least to the most.
const ROLES: [Role; 4] = [Role::Member, Role::Developer, Role::Admin, Role::Owner];

#[test]
fn the_table_is_as_it_was_decided() {
    let row = |permission: &Permission| {
        let role = |role: Role| {
            let rights = Rights { role, operator: false };
            let own = if permission.is_narrow_for(rights) { " (own)" } else { "" };
            permission.is_open_to(rights).then(|| format!("{role}{own}"))
        };
        let mut who: Vec<String> = ROLES.into_iter().filter_map(role).collect();
        let [member, operator] = [false, true].map(|operator| Rights { role: Role::Member, operator });
        if permission.is_open_to(operator) && !permission.is_open_to(member) {
            who.push("operator".to_owned());
        }
        let tokens = match permission.callers() {
            Callers::People => "",
            Callers::Tokens => ", scope",
            Callers::AnyToken => ", any token",
        };
        format!("{permission}: {}{tokens}\n", who.join(" "))
    };
    let table: String = Permission::ALL.iter().map(row).collect();
    assert_eq!(table, TABLE.trim_start());
}

/// Somebody who calls.
struct Somebody {
    name: String,
    user: ApiUser,
    /// The person who calls, or on whose behalf.
    person: Option<(UserId, Rights)>,
    /// What the token opens; `None` in a browser.
    scopes: Option<Scopes>,
}

/// Whose thing an operation is called for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Own,
    Colleague,
    Foreign,
    Nobody,
}

impl Somebody {
    /// Whether the table lets them call it at all.
    fn may(&self, permission: Permission) -> bool {
        let open = self.person.as_ref().is_none_or(|(_, rights)| permission.is_open_to(*rights));
        let reaches = match (&self.scopes, permission.callers()) {
            (None, _) | (Some(_), Callers::AnyToken) => true,
            (Some(_), Callers::People) => false,
            (Some(scopes), Callers::Tokens) => scopes.allow(&permission.scope().unwrap()),
        };
        open && reaches
    }

    /// The refusal that they meet; `None` when they are let through.
    fn refusal(&self, permission: Permission, whose: Whose) -> Option<u16> {
        let narrow = self.person.as_ref().is_some_and(|(_, rights)| permission.is_narrow_for(*rights));
        match whose {
            _ if !self.may(permission) => Some(403),
            Whose::Nobody => Some(404),
            Whose::Foreign if permission != Permission::InstanceApps => Some(404),
            // What somebody allowed, and where they are signed in, is theirs alone.
            Whose::Colleague if matches!(permission, Permission::Grants | Permission::Session) => Some(404),
            Whose::Colleague if narrow => Some(403),
            _ => None,
        }
    }
}

async fn make_operator(server: &Server, user_id: &UserId) {
    let mut tx = server.app.db.begin().await.unwrap();
    run!(tx, "UPDATE users SET operator = $2 WHERE id = $1", user_id, true).unwrap();
    tx.commit().await.unwrap();
}

/// Everybody who can call: each role with and without the installation in their hands, in a browser and by an app with
/// all scopes and with none of ours; an app for itself and a private app.
async fn everybody(server: &Server, acme: &Seed) -> Vec<Somebody> {
    let scoped = |text: &str| Scopes::parse(text).unwrap();
    let all = scoped("contacts.write apps.write private_apps.write modules.read modules.write");
    let app = server.client_with(acme, |client| client.scopes = all.clone()).await;
    let mut everybody = Vec::new();
    for (role, operator) in ROLES.into_iter().flat_map(|role| [(role, false), (role, true)]) {
        let name = format!("{role}{}", if operator { " and operator" } else { "" });
        let email = format!("{role}-{operator}@example.com");
        let user_id = server.person(&acme.organization_id, &email, role).await;
        if operator {
            make_operator(server, &user_id).await;
        }
        let person = Some((user_id.clone(), Rights { role, operator }));
        let seed = Seed { organization_id: acme.organization_id.clone(), user_id };
        let user = ApiUser::session(server, &seed).await;
        everybody.push(Somebody { name: name.clone(), user, person: person.clone(), scopes: None });
        for scopes in [all.clone(), scoped("contacts.read")] {
            let code = app.allow(&mut server.signed_in(&seed).await, &[("scope", &scopes.to_string())]).await;
            let tokens = app.redeem(&code.redirected("code").unwrap()).await;
            let user = ApiUser::bearer(server, tokens.text("access_token"));
            // What somebody does not hold is not given.
            let scopes = scoped(tokens.text("scope"));
            let name = format!("{name} through {scopes}");
            everybody.push(Somebody { name, user, person: person.clone(), scopes: Some(scopes) });
        }
    }
    for scopes in [all.clone(), scoped("contacts.read")] {
        let app = server.client_with(acme, |client| client.scopes = scopes.clone()).await;
        let user = ApiUser::bearer(server, app.client_credentials().await.text("access_token"));
        everybody.push(Somebody {
            name: format!("app with {scopes}"),
            user,
            person: None,
            scopes: Some(scopes.clone()),
        });
        let token = server.private_app(acme, |app, _| app.scopes = scopes.clone()).await;
        let user = ApiUser::bearer(server, token.reveal());
        everybody.push(Somebody {
            name: format!("private app with {scopes}"),
            user,
            person: None,
            scopes: Some(scopes),
        });
    }
    everybody
}

/// Things that `seed` made and allowed.
async fn things(server: &Server, seed: &Seed) -> Things {
    let app = server.client_with(seed, |client| client.scopes = Scopes::default()).await;
    let (id, mut things) = (ClientId::parse(&app.id).unwrap(), Things { app: app.id, ..Things::missing() });
    let remember = |app: &mut PrivateApp, token: &mut PrivateAppToken| {
        (things.private_app, things.token) = (app.id.to_string(), token.id.to_string());
    };
    server.private_app(seed, remember).await;
    let mut conn = server.app.db.read().await.unwrap();
    let secrets = store::client_secrets::live(&mut conn, &id, server.app.now()).await.unwrap();
    Things { secret: secrets[0].id.to_string(), ..things }
}

/// The same, and a grant or a session; a thing that nobody has to make does not come out of it.
async fn named_by(path: &str, server: &Server, seed: &Seed) -> Things {
    let mut things = things(server, seed).await;
    if path.starts_with("/api/grants/") {
        let client = server.client(seed).await;
        client.connect(&mut server.signed_in(seed).await).await;
        let mut conn = server.app.db.read().await.unwrap();
        let id = ClientId::parse(&client.id).unwrap();
        things.grant = grant(&mut conn, &seed.user_id, &id).await.id.to_string();
    }
    if path.starts_with("/api/sessions/") {
        server.session(seed).await.as_str().clone_into(&mut things.session);
    }
    // Somebody whom nobody else knows, whoever asks: what becomes of oneself is the members' own test.
    if path.starts_with("/api/members/") {
        let email = format!("{}@example.com", things.app);
        let member = server.person(&seed.organization_id, &email, Role::Member).await;
        things.member = member.to_string();
    }
    if path.starts_with("/api/invitations/") {
        things.invitation = server.invitation(seed, &format!("{}@example.com", things.app)).await.to_string();
    }
    things
}

/// The operations, with a module and an organization that are there whoever calls.
fn walked(acme: &Seed) -> Vec<Operation> {
    let mut operations = operations();
    // Whoever left can call nothing else.
    operations.sort_by_key(|operation| operation.path == "/api/members/me");
    for operation in &mut operations {
        operation.path = operation.path.replace("/api/modules/{name}", "/api/modules/crm");
        if operation.path == "/api/session/organization" {
            operation.body = Some(json!({ "organization_id": acme.organization_id.as_str() }));
        }
    }
    operations
}

async fn every_operation_answers_everybody_as_the_table_says(kind: Kind) {
    let server = Server::start(kind).await;
    let acme = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let other = server.seed("Other", "eve@example.com", Role::Owner).await;
    let everybody = everybody(&server, &acme).await;
    let mut answers = 0;
    let operator = ApiUser::operator(&server, &acme).await;
    for operation in walked(&acme) {
        let missing = Things::missing().at(&operation.path);
        let path = missing.as_deref().unwrap_or(&operation.path);
        assert_eq!(send(&ApiUser::nobody(&server), &operation, path).await.status, 401, "{path}");
        // Each through their apps before they do it themselves, after which they may have left.
        for somebody in everybody.iter().rev() {
            for whose in [Whose::Own, Whose::Colleague, Whose::Foreign, Whose::Nobody] {
                let seed = match (whose, &somebody.person) {
                    (Whose::Own, Some((user_id, _))) => Seed { user_id: user_id.clone(), ..acme.clone() },
                    (Whose::Foreign, _) => other.clone(),
                    _ => acme.clone(),
                };
                let path = match &missing {
                    None if whose == Whose::Own => operation.path.clone(),
                    None => continue,
                    Some(missing) if whose == Whose::Nobody => missing.clone(),
                    Some(_) => named_by(&operation.path, &server, &seed).await.at(&operation.path).unwrap(),
                };
                // Who came before may have deleted it.
                let module = json!({ "name": "crm", "title": "CRM", "description": "Customers" });
                operator.post("/api/modules", module).await;
                let answer = send(&somebody.user, &operation, &path).await;
                let what = format!("{} {path} by {}, {whose:?}: {answer:?}", operation.method, somebody.name);
                match somebody.refusal(operation.permission, whose) {
                    Some(refusal) => assert_eq!(answer.status.as_u16(), refusal, "{what}"),
                    None => assert!(is_let_through(&answer), "{what}"),
                }
                answers += 1;
            }
        }
    }
    assert!(answers > 2000, "{answers}");
}

/// What was asked for may still not go together with how things stand.
fn is_let_through(answer: &Answer) -> bool {
    answer.status.is_success() || [400, 409, 422].contains(&answer.status.as_u16())
}
