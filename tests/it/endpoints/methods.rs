//! Which methods the endpoints take, and what the others are told.

use consentry::store::db::Kind;
use reqwest::Method;

use crate::harness::Answer;
use crate::harness::Server;
use crate::on_both;

on_both![
    the_endpoints_are_posted_to,
    methods_that_nobody_has_are_refused_everywhere,
    scripts_of_other_sites_may_ask_for_tokens_without_cookies,
];

const PATHS: [&str; 4] = ["/token", "/introspect", "/revoke", "/services/oauth2/v1/token"];

async fn the_endpoints_are_posted_to(kind: Kind) {
    let (_server, _seed, client) = Server::start_with_client(kind).await;
    let odd = Method::from_bytes(b"BREW").unwrap();
    let others = [Method::GET, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE, odd];
    for path in PATHS {
        for method in &others {
            let request = client.request(method.clone(), path).header("authorization", client.basic());
            let answer = Answer::of(request.send().await.unwrap()).await;
            answer.assert_spoken(path);
            answer.assert_error(405, "invalid_request");
            assert_eq!(answer.header("allow"), "POST, OPTIONS", "{method} {path}");
        }
        let head = client.request(Method::HEAD, path).send().await.unwrap();
        assert_eq!(head.status(), 405);
        assert_eq!(head.text().await.unwrap(), "");
        let options = client.request(Method::OPTIONS, path).send().await.unwrap();
        assert_eq!(options.status(), 204);
        assert_eq!(options.headers()["allow"], "POST, OPTIONS");
        let below = client.request(Method::POST, &format!("{path}/x")).send().await.unwrap();
        assert_eq!(below.status(), 404, "{path}");
    }
    let slash = client.request(Method::POST, "/token/").send().await.unwrap();
    assert_eq!(slash.status(), 404);
}

async fn methods_that_nobody_has_are_refused_everywhere(kind: Kind) {
    let (_server, _seed, client) = Server::start_with_client(kind).await;
    let document = Answer::of(client.request(Method::GET, "/openapi.json").send().await.unwrap()).await;
    let documented = document.json["paths"].as_object().unwrap().keys().map(String::as_str);
    let others = ["/", "/sign-in", "/authorize", "/verify", "/docs", "/health/live", "/assets/x", "/nowhere"];
    let token = client.client_credentials().await;
    for path in documented.chain(others) {
        for method in ["TRACE", "PROPFIND", "get"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let request = client.request(method.clone(), path).bearer_auth(token.text("access_token"));
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 405, "{method} {path}");
            assert!(!answer.headers()["allow"].is_empty(), "{method} {path}");
        }
    }
}

async fn scripts_of_other_sites_may_ask_for_tokens_without_cookies(kind: Kind) {
    let (_server, _seed, client) = Server::start_with_client(kind).await;
    for (path, open) in [("/token", true), ("/revoke", true), ("/introspect", false), ("/verify", false)] {
        let preflight = client
            .request(Method::OPTIONS, path)
            .header("origin", "https://app.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization");
        let answer = preflight.send().await.unwrap();
        let allowed = answer.headers().get("access-control-allow-origin");
        assert_eq!(allowed.map(|value| value.to_str().unwrap()), open.then_some("*"), "{path}");
        assert!(answer.headers().get("access-control-allow-credentials").is_none(), "{path}");
    }
}
