//! The endpoints that are no operations of the API: pages for people, a document, and forward-auth for proxies.

pub mod worktual;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::config::Issuer;
use crate::model::module::Demand;
use crate::model::scope::Scopes;
use crate::oauth;
use crate::oauth::authorize::AuthorizationRequest;
use crate::oauth::authorize::CodeChallenge;
use crate::oauth::authorize::Prompt;
use crate::oauth::authorize::State;
use crate::web::form::Filled;
use crate::web::form::Plain;
use crate::web::language::Language;
use crate::web::text;

/// Parameters that every authorization request has.
const REQUIRED: [&str; 2] = ["client_id", "response_type"];

pub fn of_the_protocol(issuer: &Issuer) -> Value {
    json!({
        "/.well-known/oauth-authorization-server": { "get": metadata(issuer) },
        "/authorize": { "get": authorize_by_query(), "post": authorize_by_form() },
        "/services/oauth2/v1/authorize": { "get": worktual::authorize() },
        (worktual::TOKEN): { "post": worktual::token() },
        "/verify": { "get": verify() },
    })
}

/// The schema of the metadata document, read off the document itself.
pub fn metadata_schema(issuer: &Issuer) -> Value {
    let example = metadata_example(issuer);
    let members = example.as_object().into_iter().flatten();
    let properties: Map<String, Value> =
        members.clone().map(|(name, value)| (name.clone(), schema_of(value, issuer))).collect();
    let required: Vec<&String> = members.map(|(name, _)| name).collect();
    json!({
        "type": "object",
        "description": "What this server can do (RFC 8414).",
        "required": required,
        "properties": properties,
        "example": example,
    })
}

fn metadata_example(issuer: &Issuer) -> Value {
    let scopes = Scopes::parse("contacts.read contacts.write").unwrap_or_default();
    oauth::metadata::document(issuer, &scopes, &Language::tags())
}

fn schema_of(value: &Value, issuer: &Issuer) -> Value {
    match value {
        Value::Bool(_) => json!({ "type": "boolean" }),
        Value::Array(_) => json!({ "type": "array", "items": { "type": "string" } }),
        Value::String(text) if text.starts_with(issuer.as_str()) => {
            json!({ "type": "string", "format": "uri" })
        }
        _ => json!({ "type": "string" }),
    }
}

fn metadata(issuer: &Issuer) -> Value {
    json!({
        "tags": ["Protocol"],
        "summary": "Discover the server",
        "description": "The addresses of all endpoints and what they can do (RFC 8414). Clients should read it instead \
            of assuming addresses.",
        "operationId": "server_metadata",
        "security": [],
        "responses": {
            "200": {
                "description": "The metadata",
                "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/ServerMetadata" },
                    "example": metadata_example(issuer),
                } },
            },
            "400": problem("The request is malformed"),
            "503": problem("The database cannot be reached right now; try again in a moment"),
        },
    })
}

fn authorize_by_query() -> Value {
    let parameter = |(name, meaning): &(&str, &str)| {
        json!({
            "name": name,
            "in": "query",
            "description": meaning.trim(),
            "required": REQUIRED.contains(name),
            "schema": parameter_schema(name),
        })
    };
    let parameters: Vec<Value> = AuthorizationRequest::PARAMETERS.iter().map(parameter).collect();
    authorize("authorize", json!({ "parameters": parameters }))
}

fn authorize_by_form() -> Value {
    let property = |(name, meaning): &(&str, &str)| {
        let mut schema = parameter_schema(name);
        schema["description"] = meaning.trim().into();
        ((*name).to_owned(), schema)
    };
    let properties: Map<String, Value> = AuthorizationRequest::PARAMETERS.iter().map(property).collect();
    let schema = json!({ "type": "object", "required": REQUIRED, "properties": properties });
    let content = json!({ "application/x-www-form-urlencoded": { "schema": schema } });
    authorize("authorize_by_post", json!({ "requestBody": { "required": true, "content": content } }))
}

fn parameter_schema(name: &str) -> Value {
    match name {
        "client_id" => text::schema_value::<Filled>(),
        "response_type" => json!({ "type": "string", "enum": ["code"] }),
        "scope" => text::schema_value::<Scopes>(),
        "state" => text::schema_value::<State>(),
        "code_challenge" => text::schema_value::<CodeChallenge>(),
        "code_challenge_method" => json!({ "type": "string", "enum": ["S256"] }),
        "response_mode" => json!({ "type": "string", "enum": ["query", "form_post"] }),
        "prompt" => text::schema_value::<Prompt>(),
        "max_age" => json!({ "type": "integer", "format": "int64", "minimum": 0 }),
        _ => text::schema_value::<Plain>(),
    }
}

fn authorize(operation_id: &str, request: Value) -> Value {
    let page = |meaning: &str| json!({ "description": meaning, "content": { "text/html": { "schema": { "type": "string" } } } });
    let mut operation = json!({
        "tags": ["Protocol"],
        "summary": "Ask a person",
        "description": "Where an app sends a person's browser (RFC 6749 section 4.1.1). The person signs in, sees what the \
            app asks for, and allows or denies it; then the browser goes back to the redirect URI with `code`, `state` \
            and `iss`, or with `error`. A parameter that is there twice is refused.",
        "operationId": operation_id,
        "security": [],
    });
    if let (Some(operation), Value::Object(request)) = (operation.as_object_mut(), request) {
        operation.extend(request);
    }
    operation["responses"] = json!({
        "200": page("A page for the person, or one that posts the answer to the app (`form_post`)"),
        "303": {
            "description": "On to the sign-in page, or back to the app with the answer",
            "headers": { "Location": { "required": true, "schema": { "type": "string" } } },
        },
        "400": page("The request is not as documented; the browser goes nowhere"),
        "414": page("The address is longer than is taken here"),
        "422": page("The app or its redirect URI is not registered, or the app rests; the browser goes nowhere"),
        "500": page("Our fault; it was logged under the request id"),
        "503": page("Cannot be answered right now; try again in a moment"),
    });
    operation
}

fn verify() -> Value {
    let header =
        |meaning: &str| json!({ "description": meaning, "required": true, "schema": { "type": "string" } });
    let challenge = json!({ "WWW-Authenticate": header("Hand it on to the caller (RFC 6750 section 3).") });
    let refused = |meaning: &str, headers: Value| {
        json!({
            "description": meaning,
            "headers": headers,
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/OAuthError" } } },
        })
    };
    json!({
        "tags": ["Protocol"],
        "summary": "Check a caller for a proxy",
        "description": "Forward authentication for nginx, Traefik, Caddy and Envoy: the proxy forwards the caller's headers \
            and lets the call through on 200. Any method will do. The token may also be sent as `Authorization: <token>` \
            or `Authorisation: <token>`. A proxy that can set a header more easily than a query names the scopes in \
            `X-Required-Scope`; with both, both are needed.",
        "operationId": "verify",
        "security": [{ "oauth2": [] }, { "private_app_token": [] }],
        "parameters": [
            {
                "name": "scope",
                "in": "query",
                "required": true,
                "description": "The scopes that the call needs, with spaces between them. There is no call that needs none.",
                "schema": text::schema_value::<Demand>(),
                "example": "contacts.read",
            },
        ],
        "responses": {
            "200": {
                "description": "The token counts and reaches far enough",
                "headers": {
                    "X-Auth-Subject": header("Who acts: a person, an app or a private app."),
                    "X-Auth-Kind": {
                        "description": "What acts.",
                        "required": true,
                        "schema": { "type": "string", "enum": ["user", "client", "private_app"] },
                    },
                    "X-Auth-User": header("The person; empty when there is none."),
                    "X-Auth-Client": header("The OAuth app; empty for a private app."),
                    "X-Auth-Organization": header("The organization whose data is reached."),
                    "X-Auth-Scope": header("What is allowed now: scopes with spaces between them."),
                },
            },
            "400": refused("The request cannot be understood", json!({})),
            "401": refused("There is no token, or it does not count", challenge.clone()),
            "403": refused("The token lacks a scope", challenge),
            "414": refused("The address is longer than is taken here", json!({})),
            "500": refused("Our fault; it was logged under the request id", json!({})),
            "503": refused("Cannot be decided right now; try again in a moment", json!({
                "Retry-After": { "required": true, "schema": { "type": "integer" } },
            })),
        },
    })
}

fn problem(meaning: &str) -> Value {
    json!({
        "description": meaning,
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    })
}
