//! Worktual's OAuth as its documentation spells it.

use consentry::model::client::Client;
use consentry::model::client::Pkce;
use consentry::store::db::Kind;
use reqwest::Method;

use crate::harness::Answer;
use crate::harness::Browser;
use crate::harness::OAuthClient;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;

on_both![
    the_flow_as_it_is_documented,
    names_are_read_in_any_case,
    a_name_twice_in_any_spelling_is_refused,
    errors_are_objects,
    the_app_decides_how_long_the_token_lasts,
    a_wrong_redirect_url_gets_our_own_page,
    the_standard_paths_stay_strict,
];

const AUTHORIZE: &str = "/services/oauth2/v1/authorize";
const TOKEN: &str = "/services/oauth2/v1/token";

/// An app as the preset for such connectors makes it: no challenge, and a token that lasts.
fn connector(client: &mut Client) {
    client.pkce = Pkce::Optional;
    client.access_lifetime = None;
}

async fn start(kind: Kind) -> (Server, Seed, OAuthClient, Browser) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let client = server.client_with(&seed, connector).await;
    let browser = server.signed_in(&seed).await;
    (server, seed, client, browser)
}

fn path(fields: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    format!("{AUTHORIZE}?{query}")
}

/// A code, by way of the dialect's own front door.
async fn code(client: &OAuthClient, browser: &mut Browser) -> String {
    let fields = [
        ("client_id", client.id.as_str()),
        ("response_type", "code"),
        ("redirect_url", &client.redirect_uri),
        ("state", "x/y+z="),
    ];
    let mut page = browser.get(&path(&fields)).await;
    if page.status == 200 {
        page = browser.submit(&page, "/authorize", &[("decision", "allow")]).await;
    }
    assert_eq!(page.status, 303, "{page:?}");
    assert!(page.location().unwrap().starts_with(&format!("{}?code=", client.redirect_uri)));
    assert_eq!(page.redirected("state").as_deref(), Some("x/y+z="));
    page.redirected("code").unwrap()
}

async fn redeem(client: &OAuthClient, code: &str, changes: &[(&str, &str)]) -> Answer {
    let mut fields = vec![
        ("Code", code),
        ("Client_id", client.id.as_str()),
        ("client_secret", client.secret.as_deref().unwrap()),
        ("Grant_type", "authorisation_code"),
        ("Redirect_url", &client.redirect_uri),
    ];
    fields.retain(|(name, _)| changes.iter().all(|(changed, _)| !changed.eq_ignore_ascii_case(name)));
    fields.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    let answer = client.post_bare(TOKEN, &fields).await;
    answer.assert_spoken("the dialect");
    answer
}

async fn the_flow_as_it_is_documented(kind: Kind) {
    let (_server, _seed, client, mut browser) = start(kind).await;
    for grant_type in ["authorisation_code", "authorization_code", ""] {
        let code = code(&client, &mut browser).await;
        let answer = redeem(&client, &code, &[("Grant_type", grant_type)]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let tokens = answer.json.as_array().expect("an array of one");
        assert_eq!(tokens.len(), 1);
        assert_eq!(tokens[0]["token_type"], "Bearer");
        assert_eq!(tokens[0]["scope"], "contacts.read contacts.write deals.read");
        assert!(tokens[0].get("expires_in").is_none(), "it lasts until it is revoked");
        let token = tokens[0]["access_token"].as_str().unwrap();
        assert!(token.starts_with("OAUTH2."));
        for header in ["authorization", "Authorisation"] {
            let call = client
                .request(Method::GET, "/verify?scope=contacts.read")
                .header(header, token)
                .send()
                .await
                .unwrap();
            assert_eq!(call.status(), 200, "{header}");
        }
        redeem(&client, &code, &[]).await.assert_error(400, "invalid_grant");
        client.call("/verify?scope=contacts.read", token).await.assert_error(401, "invalid_token");
    }
}

async fn names_are_read_in_any_case(kind: Kind) {
    let (_server, _seed, client, mut browser) = start(kind).await;
    code(&client, &mut browser).await;
    let uri = client.redirect_uri.as_str();
    for names in [
        ["client_id", "response_type", "redirect_url", "state"],
        ["CLIENT_ID", "RESPONSE_TYPE", "REDIRECT_URL", "STATE"],
        ["Client_Id", "Response_type", "Redirect_uri", "State"],
        ["client_id", "response_type", "redirect_uri", "state"],
    ] {
        let values = [client.id.as_str(), "code", uri, "S"];
        let fields: Vec<_> = names.into_iter().zip(values).collect();
        let page = browser.get(&path(&fields)).await;
        assert_eq!(page.redirected("state").as_deref(), Some("S"), "{names:?}");
        let code = page.redirected("code").unwrap();
        let secret = client.secret.as_deref().unwrap();
        let spelled = [
            (names[0], client.id.as_str()),
            ("CODE", code.as_str()),
            ("Client_Secret", secret),
            ("GRANT_TYPE", "authorization_code"),
            (names[2], uri),
        ];
        assert_eq!(client.post_bare(TOKEN, &spelled).await.status, 200, "{names:?}");
    }
    let both =
        [("redirect_url", uri), ("redirect_uri", uri), ("client_id", &client.id), ("response_type", "code")];
    let code_of_both = browser.get(&path(&both)).await.redirected("code").unwrap();
    assert_eq!(
        redeem(&client, &code_of_both, &[("redirect_uri", uri)]).await.status,
        200,
        "both and the same"
    );
    let json = serde_json::json!({
        "Code": code(&client, &mut browser).await,
        "Client_id": client.id,
        "client_secret": client.secret,
        "Redirect_url": uri,
    });
    let answer = Answer::of(client.request(Method::POST, TOKEN).json(&json).send().await.unwrap()).await;
    assert_eq!(answer.status, 200, "JSON works too: {answer:?}");
    let basic =
        client.post(TOKEN, &[("code", &code(&client, &mut browser).await), ("redirect_url", uri)]).await;
    assert_eq!(basic.status, 200, "and so does the header: {basic:?}");
}

async fn a_name_twice_in_any_spelling_is_refused(kind: Kind) {
    let (_server, _seed, client, mut browser) = start(kind).await;
    let code = code(&client, &mut browser).await;
    let uri = client.redirect_uri.as_str();
    let (id, other) = (client.id.as_str(), "https://evil.example/callback");
    let right = [("client_id", id), ("response_type", "code"), ("redirect_url", uri), ("state", "s")];
    assert!(browser.get(&path(&right)).await.redirected("code").is_some());
    for (name, value) in [
        ("Client_id", id),
        ("client_id", id),
        ("RESPONSE_TYPE", "code"),
        ("State", "t"),
        ("Redirect_Url", uri),
        ("redirect_uri", other),
        ("Redirect_URI", other),
        ("REDIRECT_URL", other),
    ] {
        for fields in [[&right[..], &[(name, value)]].concat(), [&[(name, value)], &right[..]].concat()] {
            let page = browser.get(&path(&fields)).await;
            assert_eq!((page.status.as_u16(), page.location()), (400, None), "{name}={value}: {page:?}");
        }
    }
    let secret = client.secret.as_deref().unwrap();
    let right =
        [("code", code.as_str()), ("client_id", id), ("client_secret", secret), ("redirect_url", uri)];
    for (name, value) in [
        ("Code", code.as_str()),
        ("CLIENT_ID", id),
        ("Client_Secret", secret),
        ("redirect_uri", other),
        ("Redirect_Url", uri),
    ] {
        let answer = client.post_bare(TOKEN, &[&right[..], &[(name, value)]].concat()).await;
        answer.assert_error(400, "invalid_request");
    }
    assert_eq!(client.post_bare(TOKEN, &right).await.status, 200, "nothing of it burnt the code");
}

async fn errors_are_objects(kind: Kind) {
    let (_server, _seed, client, mut browser) = start(kind).await;
    let code = code(&client, &mut browser).await;
    for (changes, status, error) in [
        (("Code", "unknown"), 400, "invalid_grant"),
        (("Code", ""), 400, "invalid_request"),
        (("client_secret", "wrong"), 401, "invalid_client"),
        (("client_secret", ""), 401, "invalid_client"),
        (("Client_id", "unknown"), 401, "invalid_client"),
        (("Client_id", ""), 401, "invalid_client"),
        (("Grant_type", "password"), 400, "unsupported_grant_type"),
        (("Grant_type", "AUTHORISATION_CODE"), 400, "unsupported_grant_type"),
        (("Redirect_url", "https://client.example/other"), 400, "invalid_grant"),
        (("Redirect_url", ""), 400, "invalid_grant"),
    ] {
        redeem(&client, &code, &[changes]).await.assert_error(status, error);
    }
    for (content_type, body, status) in
        [("text/plain", "code=x", 415), ("application/json", "[]", 400), ("application/json", "{", 400)]
    {
        let request = client.request(Method::POST, TOKEN).header("content-type", content_type).body(body);
        Answer::of(request.send().await.unwrap()).await.assert_error(status, "invalid_request");
    }
    let large = client.request(Method::POST, TOKEN).body(vec![b'x'; 1024 * 1024]);
    Answer::of(large.send().await.unwrap()).await.assert_error(413, "invalid_request");
    assert_eq!(redeem(&client, &code, &[]).await.status, 200);
}

async fn the_app_decides_how_long_the_token_lasts(kind: Kind) {
    let (server, seed, endless, mut browser) = start(kind).await;
    let short = server.client_with(&seed, |client| client.pkce = Pkce::Optional).await;
    let first = redeem(&endless, &code(&endless, &mut browser).await, &[]).await;
    let second = redeem(&short, &code(&short, &mut browser).await, &[]).await;
    assert_eq!(second.json[0]["expires_in"], 3600);
    server.advance(std::time::Duration::from_secs(3601));
    let (lasting, ended) = (&first.json[0]["access_token"], &second.json[0]["access_token"]);
    assert!(endless.is_active(lasting.as_str().unwrap()).await);
    assert!(!short.is_active(ended.as_str().unwrap()).await);
    let refresh_token = second.json[0]["refresh_token"].as_str().unwrap();
    let again = [("Grant_type", "refresh_token"), ("Refresh_token", refresh_token)];
    let refreshed = redeem(&short, "", &[&[("Code", ""), ("Redirect_url", "")], &again[..]].concat()).await;
    assert!(refreshed.json[0]["access_token"].is_string(), "{refreshed:?}");
}

async fn a_wrong_redirect_url_gets_our_own_page(kind: Kind) {
    let (_server, _seed, client, mut browser) = start(kind).await;
    for wrong in
        ["https://evil.example/", "javascript:alert(1)", "//evil.example", "https://client.example/callback/"]
    {
        let fields = [("client_id", client.id.as_str()), ("response_type", "code"), ("Redirect_url", wrong)];
        let page = browser.get(&path(&fields)).await;
        assert_eq!((page.status.as_u16(), page.location()), (422, None), "{wrong}");
        assert!(page.header("content-type").starts_with("text/html"));
    }
    let fields = [("client_id", client.id.as_str()), ("redirect_url", &client.redirect_uri), ("state", "s")];
    let page = browser.get(&path(&fields)).await;
    assert_eq!(page.redirected("error").as_deref(), Some("invalid_request"), "response_type is missing");
    assert_eq!(page.redirected("state").as_deref(), Some("s"));
}

async fn the_standard_paths_stay_strict(kind: Kind) {
    let (_server, _seed, client, mut browser) = start(kind).await;
    let code = code(&client, &mut browser).await;
    let fields =
        [("grant_type", "authorisation_code"), ("code", &code), ("redirect_uri", &client.redirect_uri)];
    client.post("/token", &fields).await.assert_error(400, "unsupported_grant_type");
    let fields = [("code", code.as_str()), ("redirect_uri", &client.redirect_uri)];
    client.post("/token", &fields).await.assert_error(400, "invalid_request");
    let fields =
        [("Grant_type", "authorization_code"), ("Code", &code), ("Redirect_url", &client.redirect_uri)];
    client.post("/token", &fields).await.assert_error(400, "invalid_request");
    let fields =
        [("grant_type", "authorization_code"), ("code", &code), ("redirect_url", &client.redirect_uri)];
    client.post("/token", &fields).await.assert_error(400, "invalid_grant");
    let standard =
        path(&[("Client_id", &client.id), ("response_type", "code")]).replace(AUTHORIZE, "/authorize");
    assert_eq!(browser.get(&standard).await.status, 400);
    assert_eq!(redeem(&client, &code, &[]).await.status, 200);
}
