//! `/introspect` (RFC 7662): who may learn what of which token.

use std::time::Duration;

use consentry::model::private_app::Networks;
use consentry::store::db::Kind;
use reqwest::Method;
use serde_json::json;

use crate::harness::Answer;
use crate::harness::Server;
use crate::on_both;

on_both![
    a_client_sees_its_own_tokens_whole,
    another_client_sees_that_there_is_nothing,
    a_resource_server_sees_every_token_that_opens_an_api,
    an_ended_token_says_nothing_but_that,
    a_hint_changes_nothing,
    what_is_no_token_at_all_is_not_active,
];

async fn a_client_sees_its_own_tokens_whole(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let tokens = client.connect(&mut server.signed_in(&seed).await).await;
    let now = server.app.now().seconds();
    let seen = client.introspect(tokens.text("access_token")).await;
    let (iat, exp) = (seen.json["iat"].as_i64().unwrap(), seen.json["exp"].as_i64().unwrap());
    assert!((now - 60..=now).contains(&iat), "{seen:?}");
    assert_eq!(exp - iat, 3600);
    let whole = json!({
        "active": true,
        "scope": "contacts.read contacts.write",
        "client_id": client.id,
        "token_type": "Bearer",
        "exp": exp,
        "iat": iat,
        "sub": seed.user_id.as_str(),
        "iss": server.issuer(),
        "subject_kind": "user",
        "organization": seed.organization_id.as_str(),
    });
    assert_eq!(seen.json, whole);
    assert_eq!(seen.header("cache-control"), "no-store");
    let refresh = client.introspect(tokens.text("refresh_token")).await;
    assert_eq!(refresh.json["active"], true);
    assert_eq!(refresh.json["exp"].as_i64().unwrap() - refresh.json["iat"].as_i64().unwrap(), 90 * 86_400);
    assert!(refresh.json.get("token_type").is_none(), "it opens no API");
}

async fn another_client_sees_that_there_is_nothing(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let other = server.client(&seed).await;
    let private = server.private_app(&seed, |_, _| {}).await;
    let tokens = client.connect(&mut server.signed_in(&seed).await).await;
    let own = client.client_credentials().await;
    let foreign = [
        tokens.text("access_token"),
        tokens.text("refresh_token"),
        own.text("access_token"),
        private.reveal(),
    ];
    for token in foreign {
        assert_eq!(other.introspect(token).await.json, json!({"active": false}));
    }
    assert_eq!(client.introspect(private.reveal()).await.json, json!({"active": false}));
}

async fn a_resource_server_sees_every_token_that_opens_an_api(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let resource_server = server.client_with(&seed, |client| client.resource_server = true).await;
    let tokens = client.connect(&mut server.signed_in(&seed).await).await;
    let own = client.client_credentials().await;
    let private = server.private_app(&seed, |_, _| {}).await;
    for (token, kind) in [
        (tokens.text("access_token"), "user"),
        (own.text("access_token"), "client"),
        (private.reveal(), "private_app"),
    ] {
        let seen = resource_server.introspect(token).await;
        assert_eq!(seen.json["active"], true, "{kind}");
        assert_eq!(seen.text("subject_kind"), kind);
        assert_eq!(seen.text("organization"), seed.organization_id.as_str());
    }
    let refresh = resource_server.introspect(tokens.text("refresh_token")).await;
    assert_eq!(refresh.json, json!({"active": false}), "a refresh token is for its own client");
    let bound = Networks::parse("203.0.113.0/24").unwrap();
    let bound = server.private_app(&seed, |app, _| app.allowed_ips = bound).await;
    let seen = resource_server.introspect(bound.reveal()).await;
    assert_eq!(seen.json, json!({"active": false}), "nobody says from where it was used");
}

async fn an_ended_token_says_nothing_but_that(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let tokens = client.connect(&mut server.signed_in(&seed).await).await;
    server.advance(Duration::from_secs(3599));
    assert!(client.is_active(tokens.text("access_token")).await);
    server.advance(Duration::from_secs(2));
    assert_eq!(client.introspect(tokens.text("access_token")).await.json, json!({"active": false}));
    assert_eq!(client.introspect(tokens.text("access_token")).await.status, 200);
}

async fn a_hint_changes_nothing(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let tokens = client.connect(&mut server.signed_in(&seed).await).await;
    for name in ["access_token", "refresh_token"] {
        for hint in ["access_token", "refresh_token", "unknown", "é"] {
            let fields = [("token", tokens.text(name)), ("token_type_hint", hint)];
            assert_eq!(client.post("/introspect", &fields).await.json["active"], true, "{name} {hint}");
        }
    }
}

async fn what_is_no_token_at_all_is_not_active(kind: Kind) {
    let (_server, _seed, client) = Server::start_with_client(kind).await;
    let post = async |path: &str, content_type: &str, body: Vec<u8>| {
        let request = client.request(Method::POST, path).header("authorization", client.basic());
        let sent = request.header("content-type", content_type).body(body).send().await.unwrap();
        Answer::of(sent).await
    };
    let form = "application/x-www-form-urlencoded";
    let long =
        ["OAUTH2.", "REFRESH.", "PRIVATE.", ""].map(|kind| format!("token={kind}{}", "a".repeat(60_000)));
    let all_bytes = (0..=255).filter(|byte| *byte != b'&').collect::<Vec<u8>>();
    let mut bodies = long.map(String::into_bytes).to_vec();
    bodies.push([b"token=", all_bytes.as_slice()].concat());
    for value in [
        "a%00b",
        "%00",
        "%0d%0aX-Evil:1",
        "%1b",
        "%7f",
        "%ff",
        "%ed%a0%80",
        "%zz",
        "%",
        "OAUTH2.%4",
        "+",
        "%20",
        "=",
        "OAUTH2.",
        "REFRESH.\u{0}",
        "\u{202e}",
        "\r\n",
    ] {
        bodies.push(format!("token={value}").into_bytes());
    }
    for body in bodies {
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        let seen = post("/introspect", form, body.clone()).await;
        assert_eq!((seen.status.as_u16(), seen.json), (200, json!({"active": false})), "{shown:?}");
        let ended = post("/revoke", form, body).await;
        assert_eq!(
            ended.status, 200,
            "a token that does not work is no error (RFC 7009): {shown:?} {ended:?}"
        );
    }
    let in_json = json!({ "token": format!("a\u{0}b{}", "c".repeat(20_000)) }).to_string();
    let seen = post("/introspect", "application/json", in_json.into_bytes()).await;
    assert_eq!((seen.status.as_u16(), seen.json), (200, json!({"active": false})));

    let stranger = client.post_bare("/introspect", &[("token", "\u{0}"), ("client_id", &client.id)]).await;
    stranger.assert_error(401, "invalid_client");
    for strict in ["token=x&token=y", "token=x&hint=%00", "token=x&%zz=1", "token="] {
        post("/introspect", form, strict.into()).await.assert_error(400, "invalid_request");
    }
}
