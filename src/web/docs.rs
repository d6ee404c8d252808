//! `/docs`: the OpenAPI document as a page, drawn here and complete in itself.

mod curl;
mod fields;

use askama::Template;
use serde_json::Value;

use crate::config::BasePath;
use crate::web::docs::fields::Schemas;
use crate::web::pages::docs::Content;
use crate::web::pages::docs::DocField;
use crate::web::pages::docs::DocResponse;
use crate::web::pages::docs::DocSection;
use crate::web::pages::docs::Docs;
use crate::web::pages::docs::Operation;
use crate::web::pages::parts::Fact;
use crate::web::pages::parts::Frame;

/// The page of a document that [`crate::web::openapi::document`] made.
/// `base` is its server's.
pub fn page(document: &Value, base: BasePath) -> Docs {
    let schemas = Schemas::new(&document["components"]["schemas"]);
    let title = format!("{} API", text(&document["info"]["title"]));
    Docs {
        frame: Frame { base, ..Frame::titled(&title) },
        title,
        version: text(&document["info"]["version"]),
        description: paragraphs(&document["info"]["description"]),
        server: text(&document["servers"][0]["url"]),
        security: security(&document["components"]["securitySchemes"]),
        sections: items(&document["tags"]).map(|tag| section(tag, document, &schemas)).collect(),
    }
}

/// `GET /docs`: the page as a text.
pub fn draw(document: &Value, base: BasePath) -> Option<String> {
    let drawn = page(document, base).render();
    drawn.inspect_err(|error| tracing::error!(%error, "the documentation cannot be drawn")).ok()
}

fn security(schemes: &Value) -> Vec<Fact> {
    let fact = |(name, scheme): (&String, &Value)| Fact {
        label: scheme_name(name).to_owned(),
        value: text(&scheme["description"]).replace('`', ""),
    };
    schemes.as_object().into_iter().flatten().map(fact).collect()
}

fn scheme_name(name: &str) -> &str {
    match name {
        "client_basic" => "OAuth app (id and secret)",
        "oauth2" => "Access token",
        "private_app_token" => "Private app token",
        "session" => "Browser session",
        other => other,
    }
}

fn section(tag: &Value, document: &Value, schemas: &Schemas<'_>) -> DocSection {
    let name = text(&tag["name"]);
    let paths = document["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(|(path, methods)| {
        methods.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation))
    });
    let own = all.filter(|(_, _, operation)| items(&operation["tags"]).any(|tag| *tag == *name));
    let server = text(&document["servers"][0]["url"]);
    DocSection {
        anchor: name.to_lowercase().replace(' ', "-"),
        description: text(&tag["description"]),
        operations: own
            .map(|(path, method, described)| operation(&server, path, method, described, schemas))
            .collect(),
        title: name,
    }
}

fn operation(server: &str, path: &str, method: &str, described: &Value, schemas: &Schemas<'_>) -> Operation {
    let body = described.get("requestBody").and_then(|body| content(&body["content"], schemas));
    let (security, bearer) = (who_may_call(&described["security"]), takes_a_token(&described["security"]));
    Operation {
        anchor: text(&described["operationId"]).replace('_', "-"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(&described["summary"]),
        description: paragraphs(&described["description"]),
        security,
        parameters: items(&described["parameters"]).map(parameter).collect(),
        curl: curl::command(method, &format!("{server}{path}"), bearer, body.as_ref()),
        body,
        responses: responses(&described["responses"], schemas),
    }
}

fn takes_a_token(security: &Value) -> bool {
    items(security).any(|requirement| requirement.get("oauth2").is_some())
}

/// "Access token with apps.read, private app token with apps.read, or browser session".
fn who_may_call(security: &Value) -> String {
    let scopes: Vec<&str> = items(security)
        .filter_map(|requirement| requirement.get("oauth2"))
        .flat_map(|scopes| items(scopes).filter_map(Value::as_str))
        .collect();
    let names: Vec<&str> = items(security)
        .flat_map(|requirement| requirement.as_object().into_iter().flatten())
        .map(|(name, _)| scheme_name(name))
        .collect();
    let scope = if scopes.is_empty() { String::new() } else { format!(" · {}", scopes.join(" ")) };
    format!("{}{scope}", names.join(", "))
}

fn parameter(described: &Value) -> DocField {
    DocField {
        name: text(&described["name"]),
        kind: format!("{}, in the {}", fields::kind(&described["schema"]), text(&described["in"])),
        required: described["required"] == true,
        description: text(&described["description"]),
        depth: 0,
    }
}

fn responses(described: &Value, schemas: &Schemas<'_>) -> Vec<DocResponse> {
    let response = |(status, response): (&String, &Value)| DocResponse {
        status: status.clone(),
        description: text(&response["description"]),
        content: content(&response["content"], schemas),
    };
    described.as_object().into_iter().flatten().map(response).collect()
}

fn content(described: &Value, schemas: &Schemas<'_>) -> Option<Content> {
    let types = described.as_object()?;
    let (first, content) = types.iter().next()?;
    let example = content.get("example").or_else(|| schemas.example(&content["schema"]));
    Some(Content {
        content_type: if types.len() > 1 {
            types.keys().cloned().collect::<Vec<_>>().join(", ")
        } else {
            first.clone()
        },
        fields: schemas.fields(&content["schema"]),
        example: example.and_then(|example| serde_json::to_string_pretty(example).ok()).unwrap_or_default(),
    })
}

fn items(array: &Value) -> impl Iterator<Item = &Value> {
    array.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn paragraphs(value: &Value) -> Vec<String> {
    let text = value.as_str().unwrap_or_default();
    text.split("\n\n").filter(|paragraph| !paragraph.is_empty()).map(|text| text.replace('`', "")).collect()
}
