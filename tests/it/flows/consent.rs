//! What a person is asked, what they allow, and what is remembered of it.

use consentry::model::client::ClientKind;
use consentry::model::client::Distribution;
use consentry::model::module::Module;
use consentry::model::module::Origin;
use consentry::model::role::Role;
use consentry::model::scope::Access;
use consentry::model::scope::Scopes;
use consentry::model::version::Version;
use consentry::store;
use consentry::store::db::Kind;
use serde_json::json;

use crate::api::user::ApiUser;
use crate::harness::Browser;
use crate::harness::OAuthClient;
use crate::harness::Page;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;

on_both![
    the_page_says_who_asks_for_what_and_in_whose_name,
    what_was_allowed_is_remembered,
    only_what_is_new_is_asked_and_it_is_added,
    a_public_client_is_always_asked_for,
    what_was_unticked_is_not_given,
    what_was_unticked_is_taken_in_that_organization_and_at_once,
    two_decisions_at_once_are_both_kept,
    an_address_that_was_added_is_asked_for_again,
    a_denial_is_told_and_gives_nothing,
    a_person_with_two_organizations_grants_one,
    a_private_app_is_for_its_own_organization,
    nobody_grants_what_they_do_not_hold,
    as_many_scopes_as_an_app_may_have_can_be_allowed,
];

async fn ask(client: &OAuthClient, browser: &mut Browser, scope: &str) -> Page {
    browser.get(&client.authorize_path(&[("scope", scope)])).await
}

async fn allow(browser: &mut Browser, page: &Page, changes: &[(&str, &str)]) -> Page {
    let changes = [&[("decision", "allow")], changes].concat();
    browser.submit(page, "/authorize", &changes).await
}

async fn scope_of(client: &OAuthClient, redirect: &Page) -> String {
    let code = redirect.redirected("code").unwrap_or_else(|| panic!("no code: {redirect:?}"));
    client.redeem(&code).await.text("scope").to_owned()
}

fn ticked(page: &Page) -> Vec<String> {
    let scopes = page.fields("/authorize").into_iter().filter(|(name, _)| name == "scope");
    scopes.map(|(_, value)| value).collect()
}

async fn the_page_says_who_asks_for_what_and_in_whose_name(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let page = ask(&client, &mut server.signed_in(&seed).await, "contacts.read deals.read").await;
    assert_eq!(page.status, 200);
    for told in ["Contact Sync", "Acme", "client.example", "See contacts", "See deals", "ada@example.com"] {
        assert!(page.text.contains(told), "{told}");
    }
    assert!(!page.text.contains("delete contacts"), "what was not asked for is not shown");
    assert_eq!(ticked(&page), ["contacts.read", "deals.read"]);
    let policy = page.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"), "{policy}");
    assert!(!policy.contains("form-action"), "it would block the redirect to the app");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("referrer-policy"), "same-origin");
    assert_eq!(page.header("x-frame-options"), "DENY");
}

async fn what_was_allowed_is_remembered(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let asked = ask(&client, &mut browser, "contacts.write").await;
    allow(&mut browser, &asked, &[]).await;
    for scope in ["contacts.write", "contacts.read", "contacts.read contacts.write"] {
        let again = ask(&client, &mut browser, scope).await;
        assert_eq!(again.status, 303, "{scope}");
        assert_eq!(scope_of(&client, &again).await, scope);
    }
    let elsewhere = server.signed_in(&seed).await;
    assert_eq!(ask(&client, &mut { elsewhere }, "contacts.write").await.status, 303, "in any browser");
    let other = server.client(&seed).await;
    assert_eq!(ask(&other, &mut browser, "contacts.write").await.status, 200, "another app is asked for");
    let colleague = server.person(&seed.organization_id, "grace@example.com", Role::Owner).await;
    let colleague = Seed { user_id: colleague, ..seed };
    let mut theirs = server.signed_in(&colleague).await;
    assert_eq!(ask(&client, &mut theirs, "contacts.write").await.status, 200, "everybody decides alone");
}

async fn only_what_is_new_is_asked_and_it_is_added(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let first = ask(&client, &mut browser, "contacts.read").await;
    allow(&mut browser, &first, &[]).await;
    for new in ["deals.read", "contacts.read contacts.write"] {
        let page = ask(&client, &mut browser, new).await;
        assert_eq!(page.status, 200, "{new}");
        assert_eq!(scope_of(&client, &allow(&mut browser, &page, &[]).await).await, new);
    }
    for known in ["contacts.read", "deals.read", "contacts.read deals.read contacts.write"] {
        assert_eq!(ask(&client, &mut browser, known).await.status, 303, "{known}");
    }
}

async fn a_public_client_is_always_asked_for(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let client = server.client_with(&seed, |client| client.kind = ClientKind::Public).await;
    let mut browser = server.signed_in(&seed).await;
    for _ in 0..2 {
        let page = ask(&client, &mut browser, "contacts.read").await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("cannot prove its identity"));
        assert_eq!(scope_of(&client, &allow(&mut browser, &page, &[]).await).await, "contacts.read");
    }
}

async fn what_was_unticked_is_not_given(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let both = "contacts.read deals.read";
    let page = ask(&client, &mut browser, both).await;
    let some = allow(&mut browser, &page, &[("scope", "deals.read")]).await;
    assert_eq!(scope_of(&client, &some).await, "deals.read");
    let page = ask(&client, &mut browser, both).await;
    assert_eq!(page.status, 200, "the rest is still to be asked");
    let more =
        [("scope", "contacts.write"), ("scope", "deals.read"), ("scope", "apps.write"), ("scope", "*")];
    let forged = allow(&mut browser, &page, &more).await;
    assert_eq!(scope_of(&client, &forged).await, "deals.read", "a form adds nothing that was not asked");
    let no_more = allow(&mut browser, &page, &[("scope", "contacts.write")]).await;
    assert_eq!(no_more.redirected("error").as_deref(), Some("access_denied"), "nothing was ticked");
    assert_eq!(ask(&client, &mut browser, "deals.read").await.status, 303, "a denial takes nothing");
    let fresh = server.client(&seed).await;
    let page = ask(&fresh, &mut browser, both).await;
    let none = allow(&mut browser, &page, &[("scope", "contacts.write")]).await;
    assert_eq!(none.redirected("error").as_deref(), Some("access_denied"));
    assert_eq!(none.redirected("code"), None);
}

async fn what_was_unticked_is_taken_in_that_organization_and_at_once(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let other = server.seed("Globex", "ada@example.com", Role::Member).await;
    let mut browser = server.signed_in(&seed).await;
    let asked = async |browser: &mut Browser, scope: &str| {
        browser.get(&client.authorize_path(&[("scope", scope), ("prompt", "consent")])).await
    };
    let both = "contacts.read deals.read";
    let mut tokens = Vec::new();
    for organization in [&seed, &other] {
        let page = asked(&mut browser, both).await;
        let chosen = [("organization", organization.organization_id.as_str())];
        let redirect = allow(&mut browser, &page, &chosen).await;
        tokens.push(client.redeem(&redirect.redirected("code").unwrap()).await);
    }
    let here = ("organization", seed.organization_id.as_str());
    let page = asked(&mut browser, both).await;
    let fewer = allow(&mut browser, &page, &[("scope", "contacts.read"), here]).await;
    assert_eq!(scope_of(&client, &fewer).await, "contacts.read");

    let access = tokens[0].text("access_token");
    assert_eq!(client.introspect(access).await.text("scope"), "contacts.read", "older tokens lose it too");
    client.call("/verify?scope=deals.read", access).await.assert_error(403, "insufficient_scope");
    assert_eq!(client.introspect(tokens[0].text("refresh_token")).await.text("scope"), "contacts.read");
    assert_eq!(client.refresh(tokens[0].text("refresh_token")).await.text("scope"), "contacts.read");
    assert_eq!(client.introspect(tokens[1].text("access_token")).await.text("scope"), both, "there it stays");
    assert_eq!(ask(&client, &mut browser, both).await.status, 200, "what was taken is a question again");

    // What is not asked is not shown, and so neither given nor taken.
    let page = asked(&mut browser, both).await;
    allow(&mut browser, &page, &[here]).await;
    let page = asked(&mut browser, "deals.read").await;
    assert_eq!(ticked(&page), ["deals.read"]);
    let less = allow(&mut browser, &page, &[here]).await;
    assert_eq!(scope_of(&client, &less).await, "deals.read");
    assert_eq!(ask(&client, &mut browser, both).await.status, 303);
}

async fn two_decisions_at_once_are_both_kept(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut one = server.signed_in(&seed).await;
    let mut two = server.signed_in(&seed).await;
    let contacts = ask(&client, &mut one, "contacts.read").await;
    let deals = ask(&client, &mut two, "deals.read").await;
    let (first, second) = tokio::join!(allow(&mut one, &contacts, &[]), allow(&mut two, &deals, &[]));
    assert_eq!(scope_of(&client, &first).await, "contacts.read");
    assert_eq!(scope_of(&client, &second).await, "deals.read");
    assert_eq!(ask(&client, &mut one, "contacts.read deals.read").await.status, 303);
}

async fn an_address_that_was_added_is_asked_for_again(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let owner = ApiUser::session(&server, &seed).await;
    let mut browser = server.signed_in(&seed).await;
    let page = ask(&client, &mut browser, "contacts.read").await;
    allow(&mut browser, &page, &[]).await;
    let app = format!("/api/apps/{}", client.id);
    let (old, new) = (client.redirect_uri.as_str(), "https://new.example/callback");
    let change = async |uris: &[&str]| {
        let changed = owner.patch(&app, json!({ "redirect_uris": uris })).await;
        assert_eq!(changed.status, 200, "{changed:?}");
    };
    change(&[old]).await;
    assert_eq!(ask(&client, &mut browser, "contacts.read").await.status, 303, "nothing was added");
    change(&[old, new]).await;
    for uri in [old, new] {
        let page =
            browser.get(&client.authorize_path(&[("redirect_uri", uri), ("scope", "contacts.read")])).await;
        assert_eq!(page.status, 200, "{uri}");
        assert!(page.text.contains("have added an address"), "{}", page.text);
    }
    let silent = [("redirect_uri", new), ("scope", "contacts.read"), ("prompt", "none")];
    let page = browser.get(&client.authorize_path(&silent)).await;
    assert_eq!(page.redirected("error").as_deref(), Some("consent_required"));
    server.advance(std::time::Duration::from_secs(1));
    let page = ask(&client, &mut browser, "contacts.read").await;
    allow(&mut browser, &page, &[]).await;
    assert_eq!(ask(&client, &mut browser, "contacts.read").await.status, 303, "asked once");
    change(&[old]).await;
    assert_eq!(ask(&client, &mut browser, "contacts.read").await.status, 303, "one fewer is no question");
}

async fn a_denial_is_told_and_gives_nothing(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    for _ in 0..2 {
        let page = ask(&client, &mut browser, "contacts.read").await;
        assert_eq!(page.status, 200, "a denial is not remembered either");
        let denied = browser.submit(&page, "/authorize", &[("decision", "deny")]).await;
        assert_eq!(denied.status, 303);
        assert_eq!(denied.redirected("error").as_deref(), Some("access_denied"));
        assert_eq!(denied.redirected("state").as_deref(), Some("state-1"));
        assert_eq!(denied.redirected("iss").as_deref(), Some(server.issuer()));
        assert_eq!(denied.redirected("code"), None);
    }
}

async fn a_person_with_two_organizations_grants_one(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let other = server.seed("Globex", "ada@example.com", Role::Member).await;
    let foreign = server.seed("Initech", "grace@example.com", Role::Owner).await;
    let mut browser = server.signed_in(&seed).await;
    let page = ask(&client, &mut browser, "contacts.read").await;
    let offered = page.attributes("select[name=organization] option", "value");
    assert_eq!(offered, [seed.organization_id.as_str(), other.organization_id.as_str()]);
    let chosen = [("organization", other.organization_id.as_str())];
    let redirect = allow(&mut browser, &page, &chosen).await;
    let tokens = client.redeem(&redirect.redirected("code").unwrap()).await;
    let seen = client.introspect(tokens.text("access_token")).await;
    assert_eq!(seen.text("organization"), other.organization_id.as_str());
    assert_eq!(ask(&client, &mut browser, "contacts.read").await.status, 200, "the first is not granted");
    let both = [("scope", "deals.read contacts.read"), ("prompt", "consent")];
    let page = browser.get(&client.authorize_path(&both)).await;
    assert_eq!(ticked(&page).len(), 2);
    let redirect = allow(&mut browser, &page, &[("scope", "deals.read")]).await;
    assert_eq!(scope_of(&client, &redirect).await, "deals.read", "each is a question in each organization");
    let mut there = server.signed_in(&other).await;
    assert_eq!(ask(&client, &mut there, "contacts.read").await.status, 303, "the second is");
    for wrong in [foreign.organization_id.as_str(), "org_0", "", "*"] {
        let refused = allow(&mut browser, &page, &[("organization", wrong)]).await;
        assert_eq!((refused.status.as_u16(), refused.location()), (400, None), "{wrong}");
    }
}

async fn a_private_app_is_for_its_own_organization(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let client = server.client_with(&seed, |client| client.distribution = Distribution::Private).await;
    let stranger = server.seed("Globex", "grace@example.com", Role::Owner).await;
    let refused = ask(&client, &mut server.signed_in(&stranger).await, "contacts.read").await;
    assert_eq!(refused.redirected("error").as_deref(), Some("access_denied"));
    assert_eq!(refused.redirected("state").as_deref(), Some("state-1"));
    server.person(&seed.organization_id, "grace@example.com", Role::Member).await;
    let mut browser = server.signed_in(&stranger).await;
    let page = ask(&client, &mut browser, "contacts.read").await;
    assert_eq!(page.attributes("input[name=organization]", "value"), [seed.organization_id.as_str()]);
    let forged = allow(&mut browser, &page, &[("organization", stranger.organization_id.as_str())]).await;
    assert_eq!((forged.status.as_u16(), forged.location()), (400, None));
    assert_eq!(allow(&mut browser, &page, &[]).await.status, 303);
}

async fn nobody_grants_what_they_do_not_hold(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let wide = Scopes::parse("contacts.read apps.write private_apps.read").unwrap();
    let client = server.client_with(&seed, |client| client.scopes = wide).await;
    let member = server.person(&seed.organization_id, "grace@example.com", Role::Member).await;
    let mut browser = server.signed_in(&Seed { user_id: member, ..seed.clone() }).await;
    let page = ask(&client, &mut browser, "contacts.read apps.write private_apps.read").await;
    assert_eq!(ticked(&page), ["contacts.read"]);
    let forged = [("scope", "contacts.read"), ("scope", "apps.write"), ("scope", "private_apps.read")];
    assert_eq!(scope_of(&client, &allow(&mut browser, &page, &forged).await).await, "contacts.read");
    let nothing = ask(&client, &mut browser, "apps.write").await;
    assert_eq!(nothing.redirected("error").as_deref(), Some("access_denied"));
    let developer = server.person(&seed.organization_id, "joan@example.com", Role::Developer).await;
    let mut browser = server.signed_in(&Seed { user_id: developer, ..seed }).await;
    let page = ask(&client, &mut browser, "contacts.read apps.write private_apps.read").await;
    assert_eq!(ticked(&page).len(), 2);
}

async fn as_many_scopes_as_an_app_may_have_can_be_allowed(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let now = server.app.now();
    let mut all = Scopes::default();
    let mut tx = server.app.db.begin().await.unwrap();
    for number in 0..Scopes::MOST / 2 {
        let module = Module {
            name: format!("module_{number}"),
            title: format!("Module {number}"),
            description: String::new(),
            read_description: "Read".to_owned(),
            write_description: "Write".to_owned(),
            sensitive: false,
            origin: Origin::Api,
            version: Version::default(),
        };
        [Access::Read, Access::Write].into_iter().for_each(|access| all.insert(module.scope(access)));
        store::modules::insert(&mut tx, &module, now).await.unwrap();
    }
    tx.commit().await.unwrap();
    server.app.modules_changed();
    let client = server.client_with(&seed, |client| client.scopes = all.clone()).await;
    let mut browser = server.signed_in(&seed).await;
    let page = ask(&client, &mut browser, "").await;
    assert_eq!(ticked(&page).len(), Scopes::MOST);
    assert_eq!(scope_of(&client, &allow(&mut browser, &page, &[]).await).await, all.to_string());
}
