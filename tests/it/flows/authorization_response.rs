//! What the browser brings back to the app (RFC 6749 §4.1.2, RFC 9207, OAuth 2.0 Form Post Response Mode).

use consentry::model::client::ClientKind;
use consentry::model::redirect_uri::RedirectUri;
use consentry::store::db::Kind;

use crate::harness::OAuthClient;
use crate::harness::Page;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;

on_both![
    the_state_comes_back_byte_for_byte,
    a_state_that_is_too_long_is_told_and_not_cut,
    the_registered_query_is_kept,
    apps_on_devices_get_their_answer_at_their_own_address,
    a_form_post_carries_the_same_parameters,
    a_posted_request_is_answered_as_any,
];

/// A client with this one redirect URI, and the answer to a person who allowed it.
async fn answer(server: &Server, seed: &Seed, redirect_uri: &str, changes: &[(&str, &str)]) -> Page {
    let client = client(server, seed, redirect_uri).await;
    client.allow(&mut server.signed_in(seed).await, changes).await
}

async fn client(server: &Server, seed: &Seed, redirect_uri: &str) -> OAuthClient {
    let registered = RedirectUri::register(redirect_uri).unwrap();
    server.client_with(seed, |client| client.redirect_uris = [registered].into_iter().collect()).await
}

async fn the_state_comes_back_byte_for_byte(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    client.allow(&mut browser, &[]).await;
    let long = "é".repeat(1024);
    for state in [
        "a",
        " ",
        "a b",
        "&=+%",
        "a+b%20c%2Bd",
        "%zz",
        "x&code=stolen&state=other#fragment",
        "\"><script>alert(1)</script>",
        "{\"json\":[1,2]}",
        "grüße ☃ 𝒳 \u{202e}gnirts \u{2028} \u{feff}",
        "eyJhbGciOiJIUzI1NiJ9.e30.abc-_~",
        &long,
    ] {
        let back = browser.get(&client.authorize_path(&[("state", state)])).await;
        assert_eq!(back.redirected("state").as_deref(), Some(state));
        assert!(back.location().unwrap().is_ascii());
        let form =
            browser.get(&client.authorize_path(&[("state", state), ("response_mode", "form_post")])).await;
        let fields = form.fields(&client.redirect_uri);
        assert!(fields.contains(&("state".to_owned(), state.to_owned())), "{state}: {fields:?}");
    }
    let none = browser.get(&client.authorize_path(&[("state", "")])).await;
    assert!(!none.location().unwrap().contains("state"), "no state was sent, so none comes back");
    let empty = browser.get(&format!("{}&state=", client.authorize_path(&[("state", "")]))).await;
    assert!(!empty.location().unwrap().contains("state"));
}

async fn a_state_that_is_too_long_is_told_and_not_cut(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    client.allow(&mut browser, &[]).await;
    let state = "s".repeat(2049);
    let query = browser.get(&client.authorize_path(&[("state", &state)])).await;
    assert_eq!(query.redirected("error").as_deref(), Some("invalid_request"));
    assert_eq!(query.redirected("state"), None);
    assert_eq!(query.redirected("iss").as_deref(), Some(server.issuer()));
    let asked = [("state", state.as_str()), ("response_mode", "form_post")];
    let form = browser.get(&client.authorize_path(&asked)).await;
    let fields = form.fields(&client.redirect_uri);
    assert!(fields.contains(&("error".to_owned(), "invalid_request".to_owned())), "{fields:?}");
    let huge = "s".repeat(5000);
    let page = browser.get(&client.authorize_path(&[("state", &huge)])).await;
    assert_eq!((page.status.as_u16(), page.location()), (400, None));
}

async fn the_registered_query_is_kept(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    for (registered, begin) in [
        ("https://client.example/cb", "https://client.example/cb?code="),
        ("https://client.example/", "https://client.example/?code="),
        ("https://client.example", "https://client.example?code="),
        ("https://client.example/cb?", "https://client.example/cb?code="),
        ("https://client.example/cb?a=1&b=%20c+d", "https://client.example/cb?a=1&b=%20c+d&code="),
        ("https://client.example/cb?a=1&", "https://client.example/cb?a=1&code="),
        ("https://client.example:8443/a%2fb?x", "https://client.example:8443/a%2fb?x&code="),
    ] {
        let page = answer(&server, &seed, registered, &[]).await;
        assert_eq!(page.status, 303);
        let location = page.location().unwrap();
        assert!(location.starts_with(begin), "{registered}: {location}");
        let code = page.redirected("code").unwrap();
        assert_eq!(code.len(), 43);
        assert_eq!(location.matches("code=").count(), 1);
    }
}

async fn apps_on_devices_get_their_answer_at_their_own_address(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    for (registered, requested) in [
        ("com.example.app:/callback", "com.example.app:/callback"),
        ("com.example.app://callback/x", "com.example.app://callback/x"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:54321/cb"),
        ("http://[::1]:7000/cb", "http://[::1]:7001/cb"),
        ("http://localhost/", "http://localhost:3000/"),
    ] {
        let uri = RedirectUri::register(registered).unwrap();
        let client = server
            .client_with(&seed, |client| {
                client.kind = ClientKind::Public;
                client.redirect_uris = [uri].into_iter().collect();
            })
            .await;
        let mut browser = server.signed_in(&seed).await;
        let page = client.allow(&mut browser, &[("redirect_uri", requested)]).await;
        assert!(page.location().unwrap().starts_with(&format!("{requested}?code=")), "{page:?}");
        let code = page.redirected("code").unwrap();
        if requested != registered {
            client.redeem(&code).await.assert_error(400, "invalid_grant");
        }
        assert_eq!(client.redeem_with(&code, &[("redirect_uri", requested)]).await.status, 200);
    }
}

async fn a_form_post_carries_the_same_parameters(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let mode = [("response_mode", "form_post")];
    let page = client.allow(&mut browser, &mode).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.location(), None);
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(!page.header("content-security-policy").contains("form-action"));
    assert_eq!(page.attributes("form", "method"), ["post"]);
    assert_eq!(page.attributes("form", "action"), [client.redirect_uri.as_str()]);
    let fields = page.fields(&client.redirect_uri);
    let names: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["code", "state", "iss"]);
    assert_eq!(fields[2].1, server.issuer());
    assert_eq!(client.redeem(&fields[0].1).await.status, 200);
    let refused = browser.get(&client.authorize_path(&[mode[0], ("scope", "unknown")])).await;
    let fields = refused.fields(&client.redirect_uri);
    let names: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["error", "error_description", "state", "iss"]);
    assert_eq!(fields[0].1, "invalid_scope");
}

async fn a_posted_request_is_answered_as_any(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let path = client.authorize_path(&[]);
    let (_, query) = path.split_once('?').unwrap();
    let fields: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let elsewhere = [("origin", "https://client.example")];
    let page = browser.post_with("/authorize", &elsewhere, &fields).await;
    let location = page.location().unwrap();
    let (to, query) = location.split_once('?').unwrap();
    let mut brought: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    brought.sort();
    let mut asked = fields.clone();
    asked.sort();
    assert_eq!((to, brought), ("/authorize", asked), "to where the browser's cookies come along");
    let own = [("origin", server.issuer())];
    let page = browser.post_with("/authorize", &own, &fields).await;
    assert_eq!(page.status, 200, "{page:?}");
    let allowed = browser.submit(&page, "/authorize", &[("decision", "allow")]).await;
    assert_eq!(allowed.status, 303, "never 307: the browser must not post on");
    assert_eq!(allowed.redirected("state").as_deref(), Some("state-1"));
    let again = browser.post_with("/authorize", &elsewhere, &fields).await;
    let again = browser.visit(&again.location().unwrap()).await;
    assert_eq!(again.status, 303);
    assert_eq!(client.redeem(&again.redirected("code").unwrap()).await.status, 200);
}
