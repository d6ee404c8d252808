//! A form counts only when the browser session that it was shown to sends it from our own pages (R25).

use consentry::model::client::Client;
use consentry::model::role::Role;
use consentry::store::db::Kind;

use crate::harness::Browser;
use crate::harness::File;
use crate::harness::Server;
use crate::on_both;
use crate::pages::clients;
use crate::pages::csrf;
use crate::pages::private_apps;

on_both![a_forged_form_changes_nothing, a_form_that_is_not_ours_changes_nothing];

async fn a_forged_form_changes_nothing(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let mut browser = server.signed_in(&seed).await;
    let client = server.client(&seed).await;
    let good = csrf(&mut browser).await;
    let others = csrf(&mut server.signed_in(&seed).await).await;
    let origin = server.origin().to_owned();
    let app = format!("/apps/{}", client.id);
    let secret = browser.get(&app).await.attributes(".list form", "action").remove(0);
    let fields = [
        ("once", "1"),
        ("name", "Evil"),
        ("title", "Evil"),
        ("id", "evil"),
        ("redirect_uris", "https://evil.example/cb"),
        ("grant_types", "authorization_code"),
        ("access.contacts", "read"),
    ];
    let edit = format!("{app}/edit");
    let files = ["/apps/new", "/private-apps/new", "/modules/new", &edit].map(str::to_owned);
    let plain = [format!("{app}/secrets"), secret, format!("{app}/delete")];
    let forgeries = [
        (origin.as_str(), None),
        (origin.as_str(), Some(others.as_str())),
        (origin.as_str(), Some("")),
        ("https://evil.example", Some(good.as_str())),
        ("null", Some(good.as_str())),
        ("", Some(good.as_str())),
    ];
    for (from, token) in forgeries {
        let fields: Vec<_> = fields.into_iter().chain(token.map(|token| ("csrf", token))).collect();
        for path in &files {
            let page = browser.upload_from(from, path, &fields, None).await;
            assert_eq!(page.status, 403, "{path} from {from:?} with {token:?}");
        }
        for path in &plain {
            let page = browser.post_from(from, path, &fields).await;
            assert_eq!(page.status, 403, "{path} from {from:?} with {token:?}");
        }
    }
    let names = |clients: Vec<Client>| clients.into_iter().map(|client| client.name).collect::<Vec<_>>();
    assert_eq!(names(clients(&server, &seed).await), ["Contact Sync"]);
    assert!(private_apps(&server, &seed).await.is_empty());
    assert_eq!(client.introspect("x").await.status, 200, "its secret lives");
    let anonymous = Browser::new(server.issuer()).upload("/apps/new", &[("csrf", &good)], None).await;
    assert_eq!(anonymous.status, 303, "to the sign-in page");
}

async fn a_form_that_is_not_ours_changes_nothing(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let mut browser = server.signed_in(&seed).await;
    let csrf = csrf(&mut browser).await;
    let form = browser.get("/apps/new").await;
    let good = form.changed("/apps/new", &[("name", "A"), ("redirect_uris", "https://a.example/cb")]);
    let good: Vec<_> = good.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for extra in [
        ("name", "B"),
        ("access.contacts", "read"),
        ("access.deals", "admin"),
        ("grant_types", "password"),
        ("kind", "secretive"),
        ("access_lifetime", "soon"),
        ("csrf", &csrf),
    ] {
        let fields: Vec<_> =
            good.iter().copied().filter(|(name, _)| *name != extra.0 || repeats(extra)).collect();
        let page = browser.upload("/apps/new", &[&fields[..], &[extra]].concat(), None).await;
        assert_eq!(page.status, 400, "{extra:?}: {}", page.text);
    }
    let page = browser.post("/apps/new", &good).await;
    assert_eq!(page.status, 415, "not a form that takes files");
    let large = File { field: "logo", name: "a.png", bytes: &vec![0; 700_000] };
    assert_eq!(browser.upload("/apps/new", &good, Some(large)).await.status, 413);
    assert!(clients(&server, &seed).await.is_empty());
}

/// Whether the extra field stands beside the one that is there.
fn repeats((name, _): (&str, &str)) -> bool {
    ["name", "access.contacts", "csrf"].contains(&name)
}
