//! Client authentication (RFC 6749 §2.3): one method a request, and one answer to every failure.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use consentry::base::secret::Secret;
use consentry::model::client::ClientKind;
use consentry::model::client::ClientSecret;
use consentry::model::id::ClientId;
use consentry::model::id::ClientSecretId;
use consentry::store;
use consentry::store::db::Kind;
use reqwest::Method;

use crate::harness::Answer;
use crate::harness::OAuthClient;
use crate::harness::Server;
use crate::on_both;

on_both![
    header_and_body_both_work_for_one_client,
    every_failure_is_the_same_401,
    two_methods_in_one_request_are_refused,
    a_public_client_shows_no_secret,
    two_secrets_live_at_once_and_each_ends_by_itself,
    a_disabled_client_is_unknown,
];

const PATHS: [(&str, (&str, &str)); 3] = [
    ("/token", ("grant_type", "client_credentials")),
    ("/introspect", ("token", "x")),
    ("/revoke", ("token", "x")),
];

/// Posts with these `Authorization` lines and with `fields` beside the right ones.
async fn post(client: &OAuthClient, path: &str, authorization: &[&[u8]], fields: &[(&str, &str)]) -> Answer {
    let (_, right) = PATHS.into_iter().find(|(known, _)| *known == path).unwrap();
    let mut request = client.request(Method::POST, path).form(&[&[right], fields].concat());
    for line in authorization {
        request = request.header("authorization", reqwest::header::HeaderValue::from_bytes(line).unwrap());
    }
    let answer = Answer::of(request.send().await.unwrap()).await;
    answer.assert_spoken(path);
    answer
}

fn basic(text: impl AsRef<[u8]>) -> Vec<u8> {
    format!("Basic {}", STANDARD.encode(text)).into_bytes()
}

async fn header_and_body_both_work_for_one_client(kind: Kind) {
    let (_server, _seed, client) = Server::start_with_client(kind).await;
    let (id, secret) = (client.id.as_str(), client.secret.as_deref().unwrap());
    let pair = basic(format!("{id}:{secret}"));
    let encoded = basic(format!("{}:{}", id.replace('_', "%5F"), secret.replace('.', "%2e")));
    let lower = String::from_utf8(pair.clone()).unwrap().replace("Basic", "basic").into_bytes();
    let blanks = String::from_utf8(pair.clone()).unwrap().replace("Basic ", "Basic   ").into_bytes();
    for (path, _) in PATHS {
        for line in [&pair, &encoded, &lower, &blanks] {
            let line = [line.as_slice()];
            assert_eq!(post(&client, path, &line, &[]).await.status, 200, "{path}");
            assert_eq!(post(&client, path, &line, &[("client_id", id)]).await.status, 200, "{path}");
            assert_eq!(post(&client, path, &line, &[("client_secret", "")]).await.status, 200, "{path}");
        }
        let body = [("client_id", id), ("client_secret", secret)];
        assert_eq!(post(&client, path, &[], &body).await.status, 200, "{path}");
        assert_eq!(
            post(&client, path, &[b"Bearer x"], &body).await.status,
            200,
            "another scheme is no method"
        );
    }
}

async fn every_failure_is_the_same_401(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let other = server.client(&seed).await;
    let (id, secret) = (client.id.as_str(), client.secret.as_deref().unwrap());
    let unknown = ClientId::generate(server.app.now());
    let fresh = Secret::generate("SECRET");
    let (upper, cut) = (secret.to_uppercase(), &secret[..secret.len() - 1]);
    let pairs = [
        format!("{id}:"),
        format!("{id}:x"),
        format!("{id}:{}", fresh.reveal()),
        format!("{id}:{}", other.secret.as_deref().unwrap()),
        format!("{id}:{upper}"),
        format!("{id}:{cut}"),
        format!("{id}: {secret}"),
        format!("{id}:{secret}:"),
        format!("{id}:{secret}+"),
        format!("{}:{secret}", other.id),
        format!("{unknown}:{secret}"),
        format!(":{secret}"),
        format!("{}:{secret}", id.to_uppercase()),
        format!("{}:{secret}", seed.user_id),
        format!("{id}{secret}"),
        format!("{id}:{secret}%zz"),
        format!("{id}%00:{secret}"),
        "\u{2028}:\u{202e}".to_owned(),
        String::new(),
    ];
    let mut lines: Vec<Vec<u8>> = pairs.iter().map(basic).collect();
    lines.push(basic([id.as_bytes(), b":\xff"].concat()));
    lines.extend(
        [&b"Basic"[..], b"Basic ", b"Basic !!!!", b"Basic YQ", b"Bearer x", b"Digest x", b"x", b"Basic \xff"]
            .map(<[u8]>::to_vec),
    );
    let mut said = None;
    for (path, _) in PATHS {
        for line in &lines {
            let answer = post(&client, path, &[line], &[]).await;
            let what = String::from_utf8_lossy(line).into_owned();
            answer.assert_error(401, "invalid_client");
            assert!(answer.header("www-authenticate").starts_with("Basic realm="), "{what}");
            let text = said.get_or_insert_with(|| answer.json.clone());
            assert_eq!(*text, answer.json, "nothing tells which clients exist: {what}");
        }
        for body in [
            &[][..],
            &[("client_id", id)],
            &[("client_id", id), ("client_secret", "x")],
            &[("client_id", id), ("client_secret", cut)],
            &[("client_id", unknown.as_str()), ("client_secret", secret)],
            &[("client_id", "x")],
            &[("client_secret", secret)],
        ] {
            let answer = post(&client, path, &[], body).await;
            answer.assert_error(401, "invalid_client");
            assert_eq!(said.as_ref(), Some(&answer.json), "{body:?}");
        }
    }
}

async fn two_methods_in_one_request_are_refused(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    let other = server.client(&seed).await;
    let (id, secret) = (client.id.as_str(), client.secret.as_deref().unwrap());
    let right = basic(format!("{id}:{secret}"));
    let wrong = basic(format!("{id}:x"));
    for (path, _) in PATHS {
        for line in [&right, &wrong] {
            for body in [
                &[("client_secret", secret)][..],
                &[("client_secret", "x")],
                &[("client_id", id), ("client_secret", secret)],
                &[("client_id", other.id.as_str())],
            ] {
                post(&client, path, &[line], body).await.assert_error(400, "invalid_request");
            }
            for second in [&right[..], &wrong, b"Bearer x", b""] {
                post(&client, path, &[line, second], &[]).await.assert_error(400, "invalid_request");
            }
        }
    }
}

async fn a_public_client_shows_no_secret(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let client = server.client_with(&seed, |client| client.kind = ClientKind::Public).await;
    let (id, secret) = (client.id.as_str(), Secret::generate("SECRET"));
    let nameless = basic(format!("{id}:"));
    assert_eq!(post(&client, "/revoke", &[], &[("client_id", id)]).await.status, 200);
    assert_eq!(
        post(&client, "/revoke", &[&nameless], &[]).await.status,
        200,
        "some libraries send an empty one"
    );
    post(&client, "/token", &[], &[("client_id", id)]).await.assert_error(400, "unauthorized_client");
    post(&client, "/introspect", &[], &[("client_id", id)]).await.assert_error(401, "invalid_client");
    for shown in ["x", secret.reveal()] {
        let line = basic(format!("{id}:{shown}"));
        for (path, _) in PATHS {
            post(&client, path, &[&line], &[]).await.assert_error(401, "invalid_client");
            let body = [("client_id", id), ("client_secret", shown)];
            post(&client, path, &[], &body).await.assert_error(401, "invalid_client");
        }
    }
}

async fn two_secrets_live_at_once_and_each_ends_by_itself(kind: Kind) {
    let (server, _seed, client) = Server::start_with_client(kind).await;
    let id = ClientId::parse(&client.id).unwrap();
    let now = server.app.now();
    let second = Secret::generate("SECRET");
    let kept = ClientSecret {
        id: ClientSecretId::generate(now),
        digest: second.digest(),
        hint: second.hint(),
        created_at: now,
        expires_at: Some(now + Duration::from_secs(600)),
        last_used_at: None,
    };
    let mut tx = server.app.db.begin().await.unwrap();
    store::client_secrets::insert(&mut tx, &id, &kept, None).await.unwrap();
    tx.commit().await.unwrap();
    server.app.client_changed(&id);
    let works = async |secret: &str| {
        let line = basic(format!("{id}:{secret}"));
        post(&client, "/token", &[&line], &[]).await.status == 200
    };
    let first = client.secret.as_deref().unwrap();
    assert!(works(first).await && works(second.reveal()).await);
    server.advance(Duration::from_secs(601));
    assert!(
        works(first).await && !works(second.reveal()).await,
        "a secret ends to the second, remembered or not"
    );
}

async fn a_disabled_client_is_unknown(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    for kind in [ClientKind::Confidential, ClientKind::Public] {
        let client = server
            .client_with(&seed, |client| {
                client.kind = kind;
                client.disabled_at = Some(server.app.now());
            })
            .await;
        client.client_credentials().await.assert_error(401, "invalid_client");
        client.introspect("x").await.assert_error(401, "invalid_client");
        client.revoke("x").await.assert_error(401, "invalid_client");
    }
}
