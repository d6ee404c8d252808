//! The OpenAPI document: what the operations say of themselves, tidied, and the few endpoints that are no operations.
//!
//! It is OpenAPI 3.0.3, because not every generator of clients reads 3.1 yet and nothing here needs it.

mod endpoints;
mod examples;
mod yaml;

use std::sync::LazyLock;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::config::Issuer;
use crate::model::permission::Callers;
use crate::model::permission::Permission;
use crate::model::scope::Scope;
use crate::web::api;
use crate::web::api::caller::OAUTH2;
use crate::web::api::caller::SESSION as SESSION_SCHEME;
use crate::web::browser::SESSION;
use crate::web::cookies::Cookies;
use crate::web::form::Plain;
use crate::web::text;

pub use self::yaml::to_yaml;

const DESCRIPTION: &str = "Consentry lets other people's software use a platform's API: people sign in and consent, apps \
     get tokens.\n\nErrors of the OAuth endpoints are the JSON object of RFC 6749; errors of everything below `/api` are \
     `application/problem+json` (RFC 9457). Every answer carries an `X-Request-Id`: quote it when you report a problem. \
     Times are RFC 3339 in UTC. What is absent is left out, never null.";

/// The chapters in reading order.
const CHAPTERS: [&str; 7] = ["Protocol", "Identity", "Apps", "Private apps", "Modules", "Grants", "Instance"];

const FORM: &str = "application/x-www-form-urlencoded";

/// What the operations say of themselves, whatever server they are on.
static OPERATIONS: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(&api::service().spec()).expect("the operations describe themselves in JSON")
});

/// The document of the server at `issuer`.
pub fn document(issuer: &Issuer) -> Value {
    let mut document = OPERATIONS.clone();
    document["openapi"] = "3.0.3".into();
    document["info"] = json!({
        "title": "Consentry",
        "description": DESCRIPTION,
        "version": env!("CARGO_PKG_VERSION"),
        "contact": { "name": "The operator of this server", "url": issuer.join("/docs") },
        "license": { "name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0" },
    });
    document["servers"] = json!([{ "url": issuer.as_str() }]);
    arrange_chapters(&mut document["tags"]);
    add_endpoints(&mut document["paths"], issuer);
    document["components"]["schemas"]["ServerMetadata"] = endpoints::metadata_schema(issuer);
    settle_security(&mut document["components"]["securitySchemes"], issuer);
    tidy(&mut document);
    for operation in operations(&mut document["paths"]) {
        settle_operation(operation);
    }
    settle_bodies(&mut document);
    let form = endpoints::worktual::token_form(&document["components"]["schemas"]);
    document["paths"][endpoints::worktual::TOKEN]["post"]["requestBody"]["content"][FORM]["schema"] = form;
    document
}

/// Everything below `paths` that is an operation.
fn operations(paths: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = paths.as_object_mut().into_iter().flat_map(Map::values_mut);
    paths.filter_map(Value::as_object_mut).flat_map(Map::values_mut)
}

fn arrange_chapters(tags: &mut Value) {
    let place = |tag: &Value| CHAPTERS.iter().position(|chapter| tag["name"] == *chapter);
    if let Some(tags) = tags.as_array_mut() {
        tags.sort_by_key(place);
    }
}

/// The endpoints that people's browsers and proxies call come first in their chapter.
fn add_endpoints(paths: &mut Value, issuer: &Issuer) {
    let documented = std::mem::take(paths);
    let mut all = endpoints::of_the_protocol(issuer);
    if let (Some(all), Value::Object(documented)) = (all.as_object_mut(), documented) {
        all.extend(documented);
    }
    *paths = all;
}

/// What the schemes cannot know before there is a server: its address, and the name of its cookie.
fn settle_security(schemes: &mut Value, issuer: &Issuer) {
    let flows = schemes["oauth2"]["flows"].as_object_mut().into_iter().flat_map(Map::values_mut);
    for flow in flows {
        for url in ["authorizationUrl", "tokenUrl", "refreshUrl"] {
            if let Some(path) = flow[url].as_str().map(str::to_owned) {
                flow[url] = issuer.join(&path).into();
            } else if let Some(flow) = flow.as_object_mut() {
                flow.remove(url);
            }
        }
    }
    schemes["session"]["name"] = Cookies::new(issuer).name(SESSION).into();
}

/// An extension beside the OpenAPI: the name of the [`Permission`] that an operation needs.
pub const PERMISSION: &str = "x-permission";

/// Who may call, as its permission says it: scopes belong to OAuth alone. And an example for every refusal.
fn settle_operation(operation: &mut Value) {
    let requirements = operation.get_mut("security").and_then(Value::as_array_mut);
    if let Some((permission, requirements)) = requirements.and_then(|all| Some((permission(all)?, all))) {
        let open = |scheme: &str| scheme == SESSION_SCHEME || permission.callers() != Callers::People;
        requirements.retain(|requirement| schemes(requirement).any(|(scheme, _)| open(scheme)));
        for (scheme, scopes) in requirements.iter_mut().filter_map(Value::as_object_mut).flatten() {
            let scope = permission.scope().filter(|_| scheme == OAUTH2);
            *scopes = scope.iter().map(Scope::as_str).collect();
        }
        operation[PERMISSION] = permission.name().into();
    }
    for (status, response) in objects(operation, "responses") {
        for (content_type, content) in objects(response, "content") {
            if let Some(example) = examples::refusal(content_type, status) {
                content["example"] = example;
            }
        }
    }
}

/// What the operation named as its scope when it described itself.
fn permission(requirements: &[Value]) -> Option<Permission> {
    let names = requirements.iter().flat_map(schemes).flat_map(|(_, names)| names.as_array()).flatten();
    names.filter_map(Value::as_str).find_map(Permission::named)
}

fn schemes(requirement: &Value) -> impl Iterator<Item = (&String, &Value)> {
    requirement.as_object().into_iter().flatten()
}

/// No JSON body takes members that are not documented; parameters of forms that are not are ignored (RFC 6749
/// sections 3.1 and 3.2), though they are values like others.
fn settle_bodies(document: &mut Value) {
    for (content_type, others) in
        [("application/json", Value::Bool(false)), (FORM, text::schema_value::<Plain>())]
    {
        let mut named = Vec::new();
        for operation in operations(&mut document["paths"]) {
            let path = ["requestBody", "content", content_type, "schema"];
            if let Some(schema) = path.iter().try_fold(operation, |value, name| value.get_mut(name)) {
                settle_members(schema, &others, &mut named);
            }
        }
        while let Some(reference) = named.pop() {
            if let Some(schema) = document.pointer_mut(reference.trim_start_matches('#')) {
                settle_members(schema, &others, &mut named);
            }
        }
    }
}

/// Says what members that are not documented may be: of a schema, of its alternatives, or later of what it names.
fn settle_members(schema: &mut Value, others: &Value, named: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        return named.push(reference.to_owned());
    }
    let alternatives = ["oneOf", "anyOf"].into_iter().find(|name| schema.get(name).is_some());
    match alternatives.and_then(|name| schema[name].as_array_mut()) {
        Some(schemas) => schemas.iter_mut().for_each(|schema| settle_members(schema, others, named)),
        None => schema["additionalProperties"] = others.clone(),
    }
}

/// The members of an object within another, if it is there.
fn objects<'a>(value: &'a mut Value, name: &str) -> impl Iterator<Item = (&'a String, &'a mut Value)> {
    value.get_mut(name).and_then(Value::as_object_mut).into_iter().flatten()
}

/// Takes out what says nothing, and writes the rest the usual way.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, value| match name.as_str() {
                "deprecated" => *value != false,
                "explode" => *value != true,
                _ => true,
            });
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = unwrapped(text);
            }
            if let Some(Value::Array(parts)) = members.get_mut("allOf") {
                // What a field adds to the schema it refers to stands beside the reference too; generators trip
                // over the copy.
                parts.retain(|part| part.get("$ref").is_some());
            }
            let named = std::mem::take(members).into_iter().map(|(name, mut value)| {
                tidy(&mut value);
                (name.replace("; charset=utf-8", ""), value)
            });
            *members = named.collect();
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        Value::Number(number) => {
            if let Some(whole) = number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e15)
            {
                *value = json!(whole as i64);
            }
        }
        _ => {}
    }
}

/// Paragraphs without the line breaks of the source.
fn unwrapped(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| paragraph.replace('\n', " "));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}
