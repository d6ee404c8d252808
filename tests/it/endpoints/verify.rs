//! `/verify`: what a reverse proxy is told about a call.

use std::time::Duration;

use consentry::model::private_app::Networks;
use consentry::store;
use consentry::store::db::Kind;
use reqwest::Method;

use crate::harness::Answer;
use crate::harness::OAuthClient;
use crate::harness::Seed;
use crate::harness::Server;
use crate::on_both;

on_both![
    who_passes_is_described_and_nothing_is_left_to_the_caller,
    what_is_missing_is_named,
    both_spellings_of_the_header_carry_one_token,
    every_method_is_asked_about,
    a_private_app_is_used_from_its_own_addresses_only,
    an_old_private_app_token_is_blocked_with_a_reason,
    the_last_use_is_kept_as_the_proxy_tells_it,
];

const DESCRIPTION: [&str; 6] =
    ["x-auth-kind", "x-auth-subject", "x-auth-user", "x-auth-client", "x-auth-organization", "x-auth-scope"];

async fn ask(client: &OAuthClient, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = client.request(Method::GET, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(request.send().await.unwrap()).await
}

async fn start(kind: Kind) -> (Server, Seed, OAuthClient, String) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let tokens = client.connect(&mut server.signed_in(&seed).await).await;
    (server, seed, client, tokens.text("access_token").to_owned())
}

async fn who_passes_is_described_and_nothing_is_left_to_the_caller(kind: Kind) {
    let (server, seed, client, token) = start(kind).await;
    let own = client.client_credentials().await;
    let private = server.private_app(&seed, |_, _| {}).await;
    let (user, organization) = (seed.user_id.as_str(), seed.organization_id.as_str());
    for (token, described) in [
        (token.as_str(), ["user", user, user, &client.id, organization, "contacts.read contacts.write"]),
        (
            own.text("access_token"),
            ["client", &client.id, "", &client.id, organization, "contacts.read contacts.write deals.read"],
        ),
        (private.reveal(), ["private_app", "pap", "", "", organization, "contacts.read"]),
    ] {
        let answer = client.call("/verify?scope=contacts.read", token).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.header("cache-control"), "no-store");
        for (name, expected) in DESCRIPTION.into_iter().zip(described) {
            assert!(answer.headers.contains_key(name), "{name} is sent even when it is empty");
            let value = answer.header(name);
            match expected {
                "pap" => assert!(!value.is_empty(), "{name}"),
                _ => assert_eq!(value, expected, "{name}"),
            }
        }
    }
}

async fn what_is_missing_is_named(kind: Kind) {
    let (_server, _seed, client, token) = start(kind).await;
    let bearer = format!("Bearer {token}");
    for (path, header, status) in [
        ("/verify", "", 400),
        ("/verify?x=y", "", 400),
        ("/verify?scope=contacts.read", "", 200),
        ("/verify?scope=contacts.read%20contacts.write", "", 200),
        ("/verify?scope=contacts.read+contacts.write", "contacts.write", 200),
        ("/verify", "contacts.read", 200),
        ("/verify?scope=", "", 400),
        ("/verify?scope", "", 400),
        ("/verify?%73cope=", "", 400),
        ("/verify?scope=+", "", 400),
        ("/verify?scope=%20%20", "", 400),
        ("/verify?scope=&x=y", "contacts.read", 400),
        ("/verify?scope=&scope=contacts.read", "", 400),
        ("/verify?scope=deals.read", "", 403),
        ("/verify?scope=contacts.read%20deals.read", "", 403),
        ("/verify", "deals.read", 403),
        ("/verify?scope=contacts.read", "deals.read", 403),
        ("/verify?scope=deals.read", "contacts.read", 403),
        ("/verify?scope=contacts.read&scope=deals.read", "", 400),
        ("/verify?scope=%00", "", 400),
        ("/verify?scope=%zz", "", 400),
        ("/verify?scope=%22", "", 400),
    ] {
        let headers = [("authorization", bearer.as_str()), ("x-required-scope", header)];
        let headers = if header.is_empty() { &headers[..1] } else { &headers[..] };
        let answer = ask(&client, path, headers).await;
        assert_eq!(answer.status, status, "{path} {header}: {answer:?}");
        match status {
            403 => {
                answer.assert_error(403, "insufficient_scope");
                let challenge = answer.header("www-authenticate");
                assert!(
                    challenge.contains("insufficient_scope") && challenge.contains("deals.read"),
                    "{challenge}"
                );
            }
            400 => answer.assert_error(400, "invalid_request"),
            _ => {}
        }
    }
    for half in [".read", "contacts.", ".", "contacts.read,contacts.write", "contacts", "contacts.Read", "*"]
    {
        let answer = ask(&client, &format!("/verify?scope={half}"), &[("authorization", &bearer)]).await;
        answer.assert_error(400, "invalid_request");
        let beside = format!("/verify?scope=contacts.read+{half}");
        ask(&client, &beside, &[("authorization", &bearer)]).await.assert_error(400, "invalid_request");
    }
    let unknown = ask(&client, "/verify?scope=nothing.read", &[("authorization", &bearer)]).await;
    unknown.assert_error(403, "insufficient_scope");
    for empty in ["", " ", "\t"] {
        let demand = [("authorization", bearer.as_str()), ("x-required-scope", empty)];
        ask(&client, "/verify", &demand).await.assert_error(400, "invalid_request");
        let beside = ask(&client, "/verify?scope=contacts.read", &demand).await;
        beside.assert_error(400, "invalid_request");
    }
    let both = [
        ("authorization", bearer.as_str()),
        ("x-required-scope", "contacts.read"),
        ("x-required-scope", "deals.read"),
    ];
    ask(&client, "/verify", &both).await.assert_error(403, "insufficient_scope");
}

async fn both_spellings_of_the_header_carry_one_token(kind: Kind) {
    let (server, _seed, client, token) = start(kind).await;
    let other = client.client_credentials().await.text("access_token").to_owned();
    let bearer = format!("Bearer {token}");
    let lower = format!("bearer {token}");
    let spaced = format!("Bearer   {token}");
    let other_bearer = format!("Bearer {other}");
    for headers in [
        &[("authorization", bearer.as_str())][..],
        &[("authorization", &lower)],
        &[("authorization", &spaced)],
        &[("authorization", &token)],
        &[("authorisation", &token)],
        &[("Authorisation", &bearer)],
        &[("authorization", &bearer), ("authorisation", &token)],
        &[("authorization", &token), ("authorisation", &token)],
    ] {
        assert_eq!(ask(&client, "/verify?scope=contacts.read", headers).await.status, 200, "{headers:?}");
    }
    for headers in [
        &[("authorization", bearer.as_str()), ("authorisation", other.as_str())][..],
        &[("authorization", &token), ("authorisation", &other_bearer)],
        &[("authorization", &bearer), ("authorization", &other_bearer)],
        &[("authorisation", &token), ("authorisation", &other)],
        &[("authorization", "Bearer a b")],
        &[("authorization", "Bearer")],
        &[("authorization", "Bearer é")],
        &[("authorization", "a,b")],
    ] {
        let answer = ask(&client, "/verify?scope=contacts.read", headers).await;
        let two = headers.len() > 1;
        assert_eq!(answer.status, if two { 400 } else { 401 }, "{headers:?}: {answer:?}");
        answer.assert_spoken("refused");
        assert!(DESCRIPTION.iter().all(|name| !answer.headers.contains_key(*name)), "{headers:?}");
    }
    for headers in [&[][..], &[("authorization", "Basic YTpi")], &[("authorization", "Digest x")]] {
        let answer = ask(&client, "/verify?scope=contacts.read", headers).await;
        answer.assert_error(401, "invalid_token");
        let challenge = answer.header("www-authenticate");
        assert!(challenge.starts_with("Bearer") && !challenge.contains("error="), "{challenge}");
    }
    let dead = ask(&client, "/verify?scope=contacts.read", &[("authorization", "OAUTH2.x")]).await;
    dead.assert_error(401, "invalid_token");
    assert!(dead.header("www-authenticate").contains("error=\"invalid_token\""));
    let in_query = ask(&client, &format!("/verify?scope=contacts.read&access_token={token}"), &[]).await;
    in_query.assert_error(401, "invalid_token");
    drop(server);
}

async fn every_method_is_asked_about(kind: Kind) {
    let (_server, _seed, client, token) = start(kind).await;
    let methods = [
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::HEAD,
        Method::OPTIONS,
    ];
    for method in methods {
        let passed = client
            .request(method.clone(), "/verify?scope=contacts.read")
            .bearer_auth(&token)
            .send()
            .await
            .unwrap();
        assert_eq!(passed.status(), 200, "{method}");
        assert_eq!(passed.headers()["x-auth-kind"], "user", "{method}");
        let refused = client.request(method.clone(), "/verify?scope=contacts.read").send().await.unwrap();
        assert_eq!(refused.status(), 401, "{method}");
    }
}

async fn a_private_app_is_used_from_its_own_addresses_only(kind: Kind) {
    let (server, seed, client, _) = start(kind).await;
    let list = Networks::parse("203.0.113.0/24 2001:db8::7").unwrap();
    let token = server.private_app(&seed, |app, _| app.allowed_ips = list).await;
    let bearer = format!("Bearer {}", token.reveal());
    for (forwarded, passes) in [
        ("203.0.113.7", true),
        ("203.0.113.255", true),
        ("2001:db8::7", true),
        ("6.6.6.6, 203.0.113.7", true),
        ("::ffff:203.0.113.7", true),
        ("203.0.114.7", false),
        ("2001:db8::8", false),
        ("203.0.113.7, 198.51.100.1", false),
        ("198.51.100.1", false),
        ("unknown", false),
        ("", false),
    ] {
        let headers = [("authorization", bearer.as_str()), ("x-forwarded-for", forwarded)];
        let answer = ask(&client, "/verify?scope=contacts.read", &headers).await;
        match passes {
            true => assert_eq!(answer.status, 200, "{forwarded}"),
            false => {
                answer.assert_error(401, "invalid_token");
                assert!(answer.text("error_description").contains("address"), "{forwarded}: {answer:?}");
            }
        }
    }
}

async fn an_old_private_app_token_is_blocked_with_a_reason(kind: Kind) {
    let (server, seed, client, _) = start(kind).await;
    let day = Duration::from_secs(24 * 60 * 60);
    let now = server.app.now();
    let token = server.private_app(&seed, |_, _| {}).await;
    let short = server.private_app(&seed, |_, token| token.expires_at = Some(now + day * 2)).await;
    let revoked = server.private_app(&seed, |_, _| {}).await;
    let mut tx = server.app.db.begin().await.unwrap();
    let sql = "UPDATE private_app_tokens SET revoked_at = $2 WHERE digest = $1";
    store::db::run!(tx, sql, revoked.digest(), now).unwrap();
    tx.commit().await.unwrap();
    let age = Some(consentry::model::lifetime::Seconds::days(3));
    server.change_organization(&seed.organization_id, |acme| acme.private_token_age = age).await;
    let said = async |token: &str, word: &str| {
        let answer = client.call("/verify?scope=contacts.read", token).await;
        answer.assert_error(401, "invalid_token");
        assert!(answer.text("error_description").contains(word), "{word}: {answer:?}");
    };
    said(revoked.reveal(), "revoked").await;
    assert_eq!(client.call("/verify?scope=contacts.read", token.reveal()).await.status, 200);
    assert_eq!(client.call("/verify?scope=contacts.read", short.reveal()).await.status, 200);
    server.advance(day * 2);
    said(short.reveal(), "expired").await;
    assert_eq!(client.call("/verify?scope=contacts.read", token.reveal()).await.status, 200);
    server.advance(day);
    said(token.reveal(), "older than").await;
    server.change_organization(&seed.organization_id, |acme| acme.private_token_age = None).await;
    server.app.standing_changed();
    assert_eq!(
        client.call("/verify?scope=contacts.read", token.reveal()).await.status,
        200,
        "it was blocked, not deleted"
    );
}

async fn the_last_use_is_kept_as_the_proxy_tells_it(kind: Kind) {
    let (server, seed, client, _) = start(kind).await;
    for (headers, call) in [
        (&[][..], "GET /verify"),
        (
            &[("x-forwarded-method", "POST"), ("x-forwarded-uri", "/contacts/7?secret=1")][..],
            "POST /contacts/7",
        ),
        (&[("x-original-method", "DELETE"), ("x-original-uri", "/deals/1#x")][..], "DELETE /deals/1"),
        (&[("x-forwarded-uri", "/contacts")][..], "GET /contacts"),
        (&[("x-forwarded-uri", "https://evil.example/")][..], "GET /verify"),
    ] {
        let token = server.private_app(&seed, |_, _| {}).await;
        let bearer = format!("Bearer {}", token.reveal());
        let from = [("authorization", bearer.as_str()), ("x-forwarded-for", "203.0.113.7")];
        assert_eq!(ask(&client, "/verify?scope=contacts.read", &[&from, headers].concat()).await.status, 200);
        server.app.usage.flush(&server.app.db).await.unwrap();
        let mut conn = server.app.db.read().await.unwrap();
        let sql = "SELECT last_used_ip, last_used_call FROM private_app_tokens WHERE digest = $1";
        let used = store::db::one!(conn, (Option<String>, Option<String>), sql, token.digest()).unwrap();
        if used.1.is_none() {
            // The server's own job took the note and is about to write it.
            server.settle().await;
        }
        let used = store::db::one!(conn, (Option<String>, Option<String>), sql, token.digest()).unwrap();
        assert_eq!(used, (Some("203.0.113.7".to_owned()), Some(call.to_owned())));
    }
}
