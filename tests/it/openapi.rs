//! The OpenAPI document: committed, current, and without ambiguities.

use std::collections::HashSet;
use std::fmt;

use consentry::config::Issuer;
use consentry::model::client::GrantType;
use consentry::model::role::Role;
use consentry::store::db::Kind;
use consentry::web;
use reqwest::StatusCode;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::Value;
use serde_json::json;

use crate::api::user::ApiUser;
use crate::harness::Server;

/// The default address of a server, which the committed document names.
const ISSUER: &str = "http://127.0.0.1:8080";

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/consentry.json");

fn document() -> Value {
    web::openapi::document(&ISSUER.parse::<Issuer>().unwrap())
}

#[test]
fn the_committed_document_is_current() {
    let current = format!("{:#}\n", document());
    let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
    assert!(
        current == committed,
        "openapi/consentry.json is stale; write it anew with:\n  cargo run -- openapi > openapi/consentry.json"
    );
}

#[test]
fn no_member_is_there_twice() {
    serde_json::from_str::<NoRepeats>(&web::api::service().spec()).unwrap();
    serde_json::from_str::<NoRepeats>(&document().to_string()).unwrap();
    assert!(serde_json::from_str::<NoRepeats>(r#"{"a": 1, "b": {"c": [], "c": []}}"#).is_err());
}

#[test]
fn every_operation_is_named_explained_and_refuses_as_documented() {
    let document = document();
    let mut names = HashSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let name =
                operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no name"));
            assert!(names.insert(name.to_owned()), "{name} is there twice");
            assert!(operation["summary"].as_str().is_some_and(|text| text.len() > 5), "{name}");
            assert_eq!(operation["tags"].as_array().unwrap().len(), 1, "{name}");
            assert!(operation["security"].is_array(), "{name} does not say who may call it");
            for (status, response) in operation["responses"].as_object().unwrap() {
                assert!(
                    response["description"].as_str().is_some_and(|text| !text.is_empty()),
                    "{name} {status}"
                );
                for (content_type, content) in response["content"].as_object().into_iter().flatten() {
                    let described = !content["schema"].is_null() && !content_type.contains("charset");
                    assert!(described, "{name} {status} {content_type}");
                    let shown = !content["example"].is_null()
                        || content_type == "text/html"
                        || status.starts_with(['2', '3']);
                    assert!(shown, "{name} {status} has no example");
                }
            }
        }
    }
    assert!(names.len() > 25, "{names:?}");
}

/// An operation without a documented scope is refused by its extractor, so one would never work.
#[test]
fn every_operation_of_the_management_api_names_its_scopes_or_takes_any_token_or_a_session() {
    for (path, methods) in document()["paths"].as_object().unwrap() {
        let free = [
            "/api/me",
            "/api/account",
            "/api/session",
            "/api/grants",
            "/api/members",
            "/api/invitations",
            "/api/organization",
            "/api/instance",
        ]
        .iter()
        .any(|free| path.starts_with(free));
        if !path.starts_with("/api/") || free {
            continue;
        }
        for (method, operation) in methods.as_object().unwrap() {
            let scopes = operation["security"][0]["oauth2"].as_array().unwrap();
            let access = if method == "get" { ".read" } else { ".write" };
            assert_eq!(scopes.len(), 1, "{method} {path}");
            assert!(scopes[0].as_str().unwrap().ends_with(access), "{method} {path}");
        }
    }
}

/// The document and the server agree on what a body may not be.
#[tokio::test]
async fn a_body_is_taken_as_documented_and_in_no_other_way() {
    let document = document();
    for schema in
        ["NewApp", "AppChange", "NewPrivateApp", "PrivateAppChange", "TokenWish", "NewModule", "ModuleChange"]
    {
        assert_eq!(document["components"]["schemas"][schema]["additionalProperties"], false, "{schema}");
    }
    let server = Server::start(Kind::Sqlite).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let ada = ApiUser::session(&server, &seed).await;
    for (name, wrong) in
        [("name", json!(false)), ("name", json!(7)), ("resource_server", Value::Null), ("odd", json!(1))]
    {
        let mut body = json!({ "name": "Acme CRM", "scopes": [], "grant_types": ["client_credentials"] });
        body[name] = wrong;
        let refused = ada.post("/api/apps", body).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{name}: {refused:?}");
    }
}

#[test]
fn worktuals_paths_are_documented() {
    let paths = &document()["paths"];
    let token = &paths["/services/oauth2/v1/token"]["post"];
    let form = &token["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"];
    assert!(form["anyOf"][0]["properties"]["redirect_url"].is_object(), "{form}");
    let reply = &token["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!((&reply["type"], &reply["maxItems"]), (&json!("array"), &json!(1)));
    assert!(paths["/services/oauth2/v1/authorize"]["get"].is_object());
}

/// A request without something that its grant type needs is malformed, and one without the rest is not.
#[tokio::test]
async fn each_grant_type_needs_what_is_documented() {
    let document = document();
    let (_server, _seed, client) = Server::start_with_client(Kind::Sqlite).await;
    for (path, alternatives) in [("/token", "oneOf"), ("/services/oauth2/v1/token", "anyOf")] {
        let form =
            &document["paths"][path]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"];
        let forms = resolved(&document, &form["schema"])[alternatives].as_array().expect("alternatives");
        assert_eq!(forms.len(), GrantType::ALL.len(), "{path}");
        for form in forms.iter().map(|form| resolved(&document, form)) {
            let example = form["example"].as_object().unwrap();
            for left_out in example.keys() {
                let fields = example.iter().filter(|(name, _)| *name != left_out);
                let fields = fields.map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
                let answer = client.post(path, &fields.collect::<Vec<_>>()).await;
                let malformed = answer.json["error"] == "invalid_request";
                let needed = form["required"].as_array().unwrap().iter().any(|name| name == left_out);
                assert_eq!(malformed, needed, "{path} without {left_out}: {answer:?}");
            }
        }
    }
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let reference = schema["$ref"].as_str().map(|reference| reference.trim_start_matches('#'));
    reference.map_or(schema, |reference| document.pointer(reference).unwrap())
}

#[tokio::test]
async fn a_server_shows_its_own_document_in_three_forms() {
    let server = Server::start(Kind::Sqlite).await;
    let anybody = ApiUser::nobody(&server);
    let json = anybody.get("/openapi.json").await;
    assert_eq!(json.status, StatusCode::OK);
    assert_eq!(json.json["servers"][0]["url"], server.issuer());
    assert_eq!(json.json["paths"], web::openapi::document(&server.issuer().parse().unwrap())["paths"]);
    let yaml = anybody.get("/openapi.yaml").await;
    assert!(yaml.json.as_str().unwrap().starts_with("openapi: \"3.0.3\"\n"), "{yaml:?}");
    let docs = anybody.get("/docs").await;
    let page = docs.json.as_str().unwrap();
    assert_eq!(docs.header("content-type"), "text/html; charset=utf-8");
    for text in [
        "Get tokens",
        "Register an app",
        "/api/private-apps/{id}/tokens",
        "Ask a person",
        "/services/oauth2/v1/token",
    ] {
        assert!(page.contains(text), "/docs does not show {text}");
    }
    let own = |address: &str| address.starts_with(['/', '#']);
    let addresses = page.split(" src=\"").skip(1).chain(page.split(" href=\"").skip(1));
    assert!(addresses.map(|rest| rest.split('"').next().unwrap()).all(own), "an address elsewhere");
}

/// JSON in which no object has a member twice.
struct NoRepeats;

impl<'de> Deserialize<'de> for NoRepeats {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = NoRepeats;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_bool<E: Error>(self, _: bool) -> Result<NoRepeats, E> {
                Ok(NoRepeats)
            }

            fn visit_i64<E: Error>(self, _: i64) -> Result<NoRepeats, E> {
                Ok(NoRepeats)
            }

            fn visit_u64<E: Error>(self, _: u64) -> Result<NoRepeats, E> {
                Ok(NoRepeats)
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<NoRepeats, E> {
                Ok(NoRepeats)
            }

            fn visit_str<E: Error>(self, _: &str) -> Result<NoRepeats, E> {
                Ok(NoRepeats)
            }

            fn visit_unit<E: Error>(self) -> Result<NoRepeats, E> {
                Ok(NoRepeats)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<NoRepeats, A::Error> {
                while items.next_element::<NoRepeats>()?.is_some() {}
                Ok(NoRepeats)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<NoRepeats, A::Error> {
                let mut names = HashSet::new();
                while let Some((name, _)) = members.next_entry::<String, NoRepeats>()? {
                    if names.contains(&name) {
                        return Err(A::Error::custom(format!("{name} is there twice")));
                    }
                    names.insert(name);
                }
                Ok(NoRepeats)
            }
        }
        deserializer.deserialize_any(Any)
    }
}
