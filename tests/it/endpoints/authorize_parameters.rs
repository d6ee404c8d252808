//! How `/authorize` reads its parameters: strictly, and with our own page where it cannot.

use consentry::store::db::Kind;

use crate::harness::Browser;
use crate::harness::OAuthClient;
use crate::harness::Page;
use crate::harness::Server;
use crate::on_both;

on_both![
    a_repeated_parameter_is_refused,
    an_empty_parameter_is_absent,
    unknown_parameters_are_ignored,
    what_cannot_be_read_is_refused,
    a_posted_request_is_read_as_strictly,
    a_request_object_is_refused_by_name,
];

/// Everything that the endpoint reads.
const PARAMETERS: [&str; 11] = [
    "client_id",
    "response_type",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "response_mode",
    "prompt",
    "max_age",
    "login_hint",
];

#[track_caller]
fn own_page(page: &Page, what: &str) {
    assert_eq!((page.status.as_u16(), page.location()), (400, None), "{what}: {page:?}");
    assert!(page.header("content-type").starts_with("text/html"), "{what}");
}

async fn start(kind: Kind) -> (Server, OAuthClient, Browser) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    client.allow(&mut browser, &[]).await;
    (server, client, browser)
}

async fn a_repeated_parameter_is_refused(kind: Kind) {
    let (_server, client, mut browser) = start(kind).await;
    let all = client.authorize_path(&[
        ("response_mode", "query"),
        ("prompt", "none"),
        ("max_age", "100"),
        ("login_hint", "ada@example.com"),
    ]);
    assert!(browser.get(&all).await.redirected("code").is_some());
    let (_, query) = all.split_once('?').unwrap();
    for name in PARAMETERS {
        let pair = query.split('&').find(|pair| pair.starts_with(&format!("{name}="))).unwrap();
        for again in [pair, &format!("{name}=other"), &format!("{name}="), name] {
            own_page(&browser.get(&format!("{all}&{again}")).await, again);
            own_page(&browser.get(&format!("/authorize?{again}&{query}")).await, again);
        }
    }
    own_page(&browser.get(&format!("{all}&audience=a&audience=b")).await, "an unknown one");
    let resources = "resource=https%3A%2F%2Fa.example&resource=https%3A%2F%2Fb.example";
    let page = browser.get(&format!("{all}&{resources}")).await;
    assert!(page.redirected("code").is_some(), "resource may repeat (RFC 8707): {page:?}");
}

async fn an_empty_parameter_is_absent(kind: Kind) {
    let (_server, client, mut browser) = start(kind).await;
    for name in ["response_mode", "prompt", "max_age", "login_hint", "unknown"] {
        let page = browser.get(&format!("{}&{name}=", client.authorize_path(&[]))).await;
        assert!(page.redirected("code").is_some(), "{name}: {page:?}");
    }
    let all_scopes = browser.get(&format!("{}&scope=", client.authorize_path(&[("scope", "")]))).await;
    assert_eq!(all_scopes.status, 200, "the app's own scopes are asked for, which are more: {all_scopes:?}");
    for (name, error) in [("response_type", "invalid_request"), ("code_challenge", "invalid_request")] {
        let page = browser.get(&format!("{}&{name}=", client.authorize_path(&[(name, "")]))).await;
        assert_eq!(page.redirected("error").as_deref(), Some(error), "{name}");
    }
    own_page(&browser.get("/authorize").await, "nothing at all");
    own_page(&browser.get("/authorize?").await, "an empty query");
    own_page(&browser.get("/authorize?&&=&").await, "empty pairs");
}

async fn unknown_parameters_are_ignored(kind: Kind) {
    let (_server, client, mut browser) = start(kind).await;
    for extra in [
        "audience=x",
        "claims=%7B%22a%22%3A%7B%7D%7D",
        "ui_locales=tlh+xx-YY",
        "id_token_hint=e30.e30.e30",
        "acr_values=1",
        "nonce=n",
        "Client_id=other",
        "redirect_url=https%3A%2F%2Fevil.example",
        "client_secret=x",
        "code=x",
        "access_type=offline",
        "resource=https%3A%2F%2Fapi.example",
        "utm_source=a&utm_medium=b",
        "%F0%9F%90%B1=%F0%9F%90%B1",
        "sta%00te=x",
        "=x",
        &format!("{}=x", "n".repeat(200)),
    ] {
        let page = browser.get(&format!("{}&{extra}", client.authorize_path(&[]))).await;
        assert!(page.redirected("code").is_some(), "{extra}: {page:?}");
    }
    let offline = client.authorize_path(&[("scope", "contacts.read offline_access")]);
    assert!(browser.get(&offline).await.redirected("code").is_some(), "offline_access means nothing");
}

async fn what_cannot_be_read_is_refused(kind: Kind) {
    let (_server, client, mut browser) = start(kind).await;
    let path = client.authorize_path(&[("state", "")]);
    let flood = (0..60).map(|number| format!("p{number}=x")).collect::<Vec<_>>().join("&");
    let long_value = format!("state={}", "v".repeat(4097));
    for odd in [
        "state=%zz",
        "state=%",
        "state=%4",
        "state=a%2",
        "state=%u0041",
        "state=%00",
        "state=a%0ab",
        "state=a%0d%0aLocation:%20https://evil.example",
        "state=%7f",
        "state=%c2%85",
        "state=%ff",
        "state=%c3%28",
        "state=%ed%a0%80",
        "state=%f4%90%80%80",
        "state=%c0%ae",
        "%ff=x",
        &flood,
        &long_value,
    ] {
        own_page(&browser.get(&format!("{path}&{odd}")).await, odd);
    }
    let too_long = browser.get(&format!("{path}&state={}", "x".repeat(9000))).await;
    assert_eq!((too_long.status.as_u16(), too_long.location()), (414, None));
    assert!(too_long.header("content-type").starts_with("text/html"));
}

async fn a_posted_request_is_read_as_strictly(kind: Kind) {
    let (_server, client, mut browser) = start(kind).await;
    let path = client.authorize_path(&[]);
    let (_, query) = path.split_once('?').unwrap();
    let fields: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    assert_eq!(browser.post_with("/authorize", &[], &fields).await.status, 303);
    for (name, value) in &fields {
        let twice = [fields.clone(), vec![(name.clone(), value.clone())]].concat();
        own_page(&browser.post_with("/authorize", &[], &twice).await, name);
        let without: Vec<_> = fields.iter().filter(|(kept, _)| kept != name).cloned().collect();
        let page = browser.post_with("/authorize", &[], &without).await;
        assert!(matches!(page.status.as_u16(), 200 | 303 | 400), "{name}: {page:?}");
    }
    for content_type in ["text/plain", "multipart/form-data; boundary=x", "application/xml", ""] {
        let request =
            client.request(reqwest::Method::POST, "/authorize").header("content-type", content_type);
        let answer = request.body(query.to_owned()).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{content_type}");
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    }
    // A query and a form are one request: nothing in it is there twice.
    assert!(browser.post_with(&path, &[], &[]).await.redirected("code").is_some(), "all in the query");
    for (name, value) in &fields {
        let others: Vec<_> = fields.iter().filter(|(kept, _)| kept != name).cloned().collect();
        let pair = form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
        let apart = format!("/authorize?{pair}");
        let page = browser.post_with(&apart, &[], &others).await;
        assert!(page.redirected("code").is_some(), "{name} in the query: {page:?}");
        for in_query in [pair, format!("{name}=other"), format!("{name}="), name.clone()] {
            let twice = browser.post_with(&format!("/authorize?{in_query}"), &[], &fields).await;
            own_page(&twice, &in_query);
        }
        for in_form in [value.as_str(), "other", ""] {
            let again = vec![(name.clone(), in_form.to_owned())];
            own_page(
                &browser.post_with("/authorize", &[], &[fields.clone(), again.clone()].concat()).await,
                name,
            );
            own_page(&browser.post_with("/authorize", &[], &[again, fields.clone()].concat()).await, name);
        }
    }
    let unknown = [fields.clone(), vec![("a".into(), "1".into()), ("a".into(), "2".into())]].concat();
    own_page(&browser.post_with("/authorize", &[], &unknown).await, "an unknown one");
    let resources = ["https://a.example", "https://b.example"].map(|uri| ("resource".into(), uri.into()));
    let page = browser.post_with("/authorize", &[], &[fields, resources.to_vec()].concat()).await;
    assert!(page.redirected("code").is_some(), "resource may repeat (RFC 8707): {page:?}");
}

/// RFC 9101 §5 and OpenID Connect Core §6: what is not read is never ignored.
async fn a_request_object_is_refused_by_name(kind: Kind) {
    let (server, client, mut browser) = start(kind).await;
    let long = format!("e30.{}.", "a".repeat(5000));
    for (name, value, error) in [
        ("request", "e30.e30.", "request_not_supported"),
        ("request", long.as_str(), "request_not_supported"),
        ("request_uri", "https://client.example/request.jwt", "request_uri_not_supported"),
        (
            "request_uri",
            "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c",
            "request_uri_not_supported",
        ),
    ] {
        let path = client.authorize_path(&[(name, value)]);
        let dialect = path.replace("/authorize?", "/services/oauth2/v1/authorize?");
        let shouted = dialect.replace(&format!("&{name}="), &format!("&{}=", name.to_uppercase()));
        let posted = browser.post_with("/authorize", &[], &[]).await;
        assert_eq!(posted.status, 400);
        let (_, query) = path.split_once('?').unwrap();
        let fields: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let mut pages = vec![browser.get(&path).await, browser.post_with("/authorize", &[], &fields).await];
        if value.len() < 4096 {
            pages.extend([browser.get(&dialect).await, browser.get(&shouted).await]);
        }
        pages.push(Browser::new(server.issuer()).get(&path).await);
        for page in pages {
            assert!(page.location().unwrap().starts_with(&format!("{}?error=", client.redirect_uri)));
            assert_eq!(page.redirected("error").as_deref(), Some(error), "{page:?}");
            assert_eq!(page.redirected("state").as_deref(), Some("state-1"));
            assert_eq!(page.redirected("iss").as_deref(), Some(server.issuer()));
            assert_eq!(page.redirected("code"), None);
        }
        let mode =
            browser.get(&client.authorize_path(&[(name, value), ("response_mode", "form_post")])).await;
        assert_eq!(mode.attributes("input[name=error]", "value"), [error], "in the mode that was asked for");
        let untrusted = [(name, value), ("redirect_uri", "https://evil.example/cb")];
        let page = browser.get(&client.authorize_path(&untrusted)).await;
        assert_eq!((page.status.as_u16(), page.location()), (422, None), "never to where nobody is trusted");
    }
    for name in ["request", "request_uri"] {
        let page = browser.get(&format!("{}&{name}=", client.authorize_path(&[]))).await;
        assert!(page.redirected("code").is_some(), "an empty {name} is absent");
    }
}
