//! `/.well-known/oauth-authorization-server` (RFC 8414): what it promises is so.

use consentry::model::role::Role;
use consentry::store::db::Kind;
use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use crate::harness::Server;
use crate::on_both;

on_both![
    the_document_is_whole_and_the_same_on_every_node,
    every_address_in_it_answers,
    every_word_in_it_is_taken,
];

const PATH: &str = "/.well-known/oauth-authorization-server";

async fn document(server: &Server, node: usize) -> Value {
    let answer = reqwest::get(format!("{}{PATH}", server.nodes[node])).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.headers()["access-control-allow-origin"], "*", "browser apps read it");
    assert!(answer.headers()["cache-control"].to_str().unwrap().contains("max-age="));
    answer.json().await.unwrap()
}

fn words(document: &Value, name: &str) -> Vec<String> {
    let words = document[name].as_array().unwrap_or_else(|| panic!("no {name} in {document}"));
    words.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

async fn the_document_is_whole_and_the_same_on_every_node(kind: Kind) {
    let server = Server::start_nodes(kind, 2).await;
    let first = document(&server, 0).await;
    assert_eq!(first, document(&server, 1).await);
    assert_eq!(first["issuer"], server.issuer(), "exactly, without a slash at the end");
    for (name, path) in [
        ("authorization_endpoint", "/authorize"),
        ("token_endpoint", "/token"),
        ("introspection_endpoint", "/introspect"),
        ("revocation_endpoint", "/revoke"),
    ] {
        assert_eq!(first[name], server.url(path), "{name}");
    }
    assert_eq!(words(&first, "response_types_supported"), ["code"]);
    assert_eq!(words(&first, "code_challenge_methods_supported"), ["S256"]);
    assert_eq!(words(&first, "response_modes_supported"), ["query", "form_post"]);
    assert_eq!(words(&first, "ui_locales_supported"), ["en", "de", "fr"]);
    let scopes = ["contacts.read", "contacts.write", "deals.read", "deals.write"];
    assert_eq!(words(&first, "scopes_supported"), scopes, "only the platform's: clients ask for all of them");
    assert_eq!(first["authorization_response_iss_parameter_supported"], true);
    for unread in ["request_parameter_supported", "request_uri_parameter_supported"] {
        assert_eq!(first[unread], false, "{unread}, of which one is true by default");
    }
    assert!(words(&first, "token_endpoint_auth_methods_supported").contains(&"none".to_owned()));
    assert!(!words(&first, "introspection_endpoint_auth_methods_supported").contains(&"none".to_owned()));
}

async fn every_address_in_it_answers(kind: Kind) {
    let (server, _seed, client) = Server::start_with_client(kind).await;
    let document = document(&server, 0).await;
    for (name, address) in document.as_object().unwrap() {
        let Some(path) = address.as_str().and_then(|address| address.strip_prefix(server.issuer())) else {
            continue;
        };
        let answer = client.request(Method::OPTIONS, path).send().await.unwrap();
        // The documentation is not part of the protocol.
        assert!(answer.status() == 204 || path.is_empty() || path == "/docs", "{name}: {answer:?}");
    }
    for path in [PATH, "/health/live", "/health/ready"] {
        for (method, status) in [(Method::GET, 200), (Method::HEAD, 200), (Method::POST, 405)] {
            let answer = client.request(method.clone(), path).send().await.unwrap();
            assert_eq!(answer.status(), status, "{method} {path}");
        }
    }
}

async fn every_word_in_it_is_taken(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let client = server.client(&seed).await;
    let document = document(&server, 0).await;
    for grant_type in words(&document, "grant_types_supported") {
        let answer = client.post("/token", &[("grant_type", &grant_type)]).await;
        assert_ne!(answer.json["error"], json!("unsupported_grant_type"), "{grant_type}");
    }
    let mut browser = server.signed_in(&seed).await;
    for (name, parameter) in [
        ("response_types_supported", "response_type"),
        ("response_modes_supported", "response_mode"),
        ("prompt_values_supported", "prompt"),
        ("code_challenge_methods_supported", "code_challenge_method"),
    ] {
        for word in words(&document, name) {
            let page = browser.get(&client.authorize_path(&[(parameter, &word)])).await;
            let error = page.redirected("error").unwrap_or_default();
            assert!(error.is_empty() || error == "consent_required", "{name} {word}: {page:?}");
        }
    }
}
