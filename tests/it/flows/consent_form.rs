//! The consent form counts only as the person saw it, in the browser where they saw it.

use std::time::Duration;

use consentry::model::id::ClientId;
use consentry::model::redirect_uri::RedirectUri;
use consentry::model::role::Role;
use consentry::store;
use consentry::store::db::Kind;

use crate::harness::Browser;
use crate::harness::OAuthClient;
use crate::harness::Page;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;

on_both![
    only_our_own_page_in_the_same_session_may_post,
    a_ticket_opens_for_its_own_session_only,
    a_ticket_ends_after_half_an_hour,
    a_changed_ticket_is_none,
    what_was_shown_is_what_is_allowed,
    an_unknown_decision_is_none,
    a_query_decides_nothing,
    what_changed_since_is_checked_again,
];

type Fields = Vec<(String, String)>;

async fn consent(client: &OAuthClient, browser: &mut Browser) -> Fields {
    let page = browser.get(&client.authorize_path(&[])).await;
    let mut fields = page.fields("/authorize");
    fields.push(("decision".to_owned(), "allow".to_owned()));
    fields
}

fn with(fields: &Fields, name: &str, value: &str) -> Fields {
    let mut fields: Fields = fields.iter().filter(|(kept, _)| kept != name).cloned().collect();
    fields.push((name.to_owned(), value.to_owned()));
    fields
}

fn value<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.iter().find(|(kept, _)| kept == name).map(|(_, value)| value.as_str()).unwrap()
}

/// Our own page, no redirect, and nothing allowed.
#[track_caller]
fn refused(page: &Page, what: &str) {
    assert_eq!(page.status, 400, "{what}: {page:?}");
    assert_eq!(page.location(), None, "{what}");
    assert!(page.header("content-type").starts_with("text/html"), "{what}");
}

async fn grants(server: &Server) -> i64 {
    let mut conn = server.app.db.read().await.unwrap();
    store::db::one!(conn, (i64,), "SELECT COUNT(*) FROM grants").unwrap().0
}

async fn only_our_own_page_in_the_same_session_may_post(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let fields = consent(&client, &mut browser).await;
    let others = consent(&client, &mut server.signed_in(&seed).await).await;
    let ours = server.origin().to_owned();
    let subdomain = ours.replace("127.0.0.1", "127.0.0.1.evil.example");
    for headers in [
        &[][..],
        &[("origin", "null")],
        &[("origin", "null"), ("sec-fetch-site", "same-origin")],
        &[("origin", "https://evil.example")],
        &[("origin", subdomain.as_str())],
        &[("origin", "http://127.0.0.1")],
        &[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("referer", ours.as_str())],
    ] {
        refused(&browser.post_with("/authorize", headers, &fields).await, &format!("{headers:?}"));
    }
    let origin = [("origin", ours.as_str())];
    let csrf = value(&fields, "csrf");
    for forged in ["", "x", value(&others, "csrf"), &csrf[1..], &csrf.to_lowercase()] {
        refused(&browser.post_with("/authorize", &origin, &with(&fields, "csrf", forged)).await, forged);
    }
    refused(
        &Browser::new(server.issuer()).post_with("/authorize", &origin, &fields).await,
        "nobody is signed in",
    );
    assert_eq!(grants(&server).await, 0);
    let same_site = [("sec-fetch-site", "same-origin")];
    assert_eq!(browser.post_with("/authorize", &same_site, &fields).await.status, 303);
}

async fn a_ticket_opens_for_its_own_session_only(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut first = server.signed_in(&seed).await;
    let shown = consent(&client, &mut first).await;
    let colleague = server.person(&seed.organization_id, "grace@example.com", Role::Owner).await;
    for other in [seed.clone(), Seed { user_id: colleague, ..seed }] {
        let mut browser = server.signed_in(&other).await;
        let own = consent(&client, &mut browser).await;
        let borrowed = with(&own, "ticket", value(&shown, "ticket"));
        let origin = [("origin", server.origin())];
        refused(&browser.post_with("/authorize", &origin, &borrowed).await, "another session's ticket");
    }
    assert_eq!(grants(&server).await, 0);
}

async fn a_ticket_ends_after_half_an_hour(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let (early, late) = (consent(&client, &mut browser).await, consent(&client, &mut browser).await);
    let origin = [("origin", server.origin())];
    server.advance(Duration::from_secs(29 * 60 + 50));
    assert_eq!(browser.post_with("/authorize", &origin, &early).await.status, 303);
    server.advance(Duration::from_secs(15));
    refused(&browser.post_with("/authorize", &origin, &late).await, "an old ticket");
}

async fn a_changed_ticket_is_none(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let fields = consent(&client, &mut browser).await;
    let ticket = value(&fields, "ticket");
    let origin = [("origin", server.origin())];
    for place in [0, 31, ticket.len() / 2, ticket.len() - 1] {
        let other = if ticket.as_bytes()[place] == b'A' { "B" } else { "A" };
        let mut changed = ticket.to_owned();
        changed.replace_range(place..=place, other);
        for forged in [changed.as_str(), &ticket[..place], &format!("{ticket}A"), &ticket.to_uppercase()] {
            let page = browser.post_with("/authorize", &origin, &with(&fields, "ticket", forged)).await;
            refused(&page, forged);
        }
    }
    let long = "A".repeat(20_000);
    refused(&browser.post_with("/authorize", &origin, &with(&fields, "ticket", &long)).await, "a long one");
    assert_eq!(grants(&server).await, 0);
}

async fn what_was_shown_is_what_is_allowed(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let other = server.client(&seed).await;
    let mut browser = server.signed_in(&seed).await;
    let mut fields = consent(&client, &mut browser).await;
    for (name, value) in [
        ("client_id", other.id.as_str()),
        ("redirect_uri", "https://evil.example/callback"),
        ("state", "another"),
        ("response_mode", "form_post"),
        ("code_challenge", "another"),
    ] {
        fields.push((name.to_owned(), value.to_owned()));
    }
    let page = browser.post_with("/authorize", &[("origin", server.origin())], &fields).await;
    assert!(page.location().unwrap().starts_with(&format!("{}?", client.redirect_uri)), "{page:?}");
    assert_eq!(page.redirected("state").as_deref(), Some("state-1"));
    assert_eq!(client.redeem(&page.redirected("code").unwrap()).await.status, 200);
}

async fn an_unknown_decision_is_none(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let fields = consent(&client, &mut browser).await;
    let origin = [("origin", server.origin())];
    for (name, odd) in [
        ("decision", ""),
        ("decision", "yes"),
        ("decision", "Allow"),
        ("duration", ""),
        ("duration", "100y"),
        ("duration", "-1"),
        ("organization", ""),
    ] {
        let page = browser.post_with("/authorize", &origin, &with(&fields, name, odd)).await;
        refused(&page, &format!("{name}={odd}"));
    }
    let twice = [fields.clone(), vec![("decision".to_owned(), "deny".to_owned())]].concat();
    refused(&browser.post_with("/authorize", &origin, &twice).await, "two decisions");
    assert_eq!(grants(&server).await, 0);
}

async fn a_query_decides_nothing(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let fields = consent(&client, &mut browser).await;
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    refused(&browser.get(&format!("/authorize?{query}")).await, "a link");
    let asked = client.authorize_path(&[]);
    let page = browser.get(&format!("{asked}&decision=allow&csrf={}", value(&fields, "csrf"))).await;
    assert_eq!(page.status, 200, "the person is asked all the same");
    assert_eq!(grants(&server).await, 0);
}

async fn what_changed_since_is_checked_again(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    for change in ["redirect_uri", "disabled", "deleted"] {
        let client = server.client(&seed).await;
        let fields = consent(&client, &mut browser).await;
        let id = ClientId::parse(&client.id).unwrap();
        let mut tx = server.app.db.begin().await.unwrap();
        let mut stored = store::clients::find(&mut tx, &id).await.unwrap().unwrap();
        match change {
            "redirect_uri" => {
                let moved = RedirectUri::register("https://client.example/moved").unwrap();
                stored.redirect_uris = [moved].into_iter().collect();
            }
            _ => stored.disabled_at = Some(server.app.now()),
        }
        match change {
            "deleted" => store::clients::delete(&mut tx, &id, &seed.organization_id).await.unwrap(),
            _ => store::clients::update(&mut tx, &stored).await.unwrap(),
        };
        tx.commit().await.unwrap();
        server.app.client_changed(&id);
        let page = browser.post_with("/authorize", &[("origin", server.origin())], &fields).await;
        assert_eq!((page.status.as_u16(), page.location()), (422, None), "{change}: {page:?}");
    }
    assert_eq!(grants(&server).await, 0);
}
