//! The same two endpoints in Worktual's words; see [`crate::web::dialects::worktual`].

use serde_json::Value;
use serde_json::json;

/// Where [`token`] stands.
pub const TOKEN: &str = "/services/oauth2/v1/token";

pub fn authorize() -> Value {
    let text = |name: &str, required: bool, meaning: &str| json!({ "name": name, "in": "query", "description": meaning, "required": required, "schema": super::parameter_schema(name) });
    let mut operation = super::authorize(
        "worktual_authorize",
        json!({ "parameters": [
            text("client_id", true, "The app's client id."),
            text("response_type", true, "The only one there is."),
            text("redirect_url", false, "Where the answer goes: one of the registered URIs. May be called `redirect_uri`."),
            text("scope", false, "Scopes with spaces between them. Left out: all that the app is registered for."),
            text("state", false, "Comes back unchanged."),
        ] }),
    );
    operation["summary"] = "Ask a person, in Worktual's words".into();
    operation["description"] =
        "As `/authorize`, for apps that were written for Worktual: names are case-blind and \
        `redirect_url` stands for `redirect_uri`. Every parameter of `/authorize` is taken."
            .into();
    operation
}

/// The forms of `/token` in Worktual's words, as `schemas` has them. A grant type that is left out is
/// `authorization_code`, so one alternative may be as good as another.
pub fn token_form(schemas: &Value) -> Value {
    let forms = schemas["TokenRequest"]["oneOf"].as_array().into_iter().flatten();
    let names = forms.filter_map(|form| form["$ref"].as_str()?.rsplit('/').next());
    json!({ "anyOf": names.map(|name| translated(&schemas[name])).collect::<Vec<_>>() })
}

fn translated(form: &Value) -> Value {
    let mut form = form.clone();
    form["title"] = format!("Worktual{}", form["title"].as_str().unwrap_or_default()).into();
    for names in ["properties", "example"] {
        let members = std::mem::take(&mut form[names]);
        let renamed = members.as_object().into_iter().flatten().map(|(name, value)| match name.as_str() {
            "redirect_uri" => ("redirect_url", value.clone()),
            name => (name, value.clone()),
        });
        form[names] = renamed.map(|(name, value)| (name.to_owned(), value)).collect();
    }
    if form["example"]["grant_type"] == "authorization_code" {
        form["required"]
            .as_array_mut()
            .into_iter()
            .for_each(|names| names.retain(|name| name != "grant_type"));
        form["properties"]["grant_type"] = json!({
            "type": "string",
            "description": "May be left out.",
            "enum": ["authorisation_code", "authorization_code"],
        });
        form["properties"]["redirect_url"]["description"] =
            "The redirect URI of the authorization request; needed if that named one. May be called `redirect_uri`."
                .into();
        form["example"]["grant_type"] = "authorisation_code".into();
    }
    form
}

pub fn token() -> Value {
    let text = |meaning: &str| json!({ "type": "string", "description": meaning });
    let issued = json!({
        "type": "object",
        "required": ["access_token", "token_type", "scope"],
        "properties": {
            "access_token": text("To be sent as `Authorization: <token>` or `Authorization: Bearer <token>`."),
            "token_type": { "type": "string", "enum": ["Bearer"] },
            "scope": text("What the access token allows: scopes with spaces between them."),
            "expires_in": { "type": "integer", "format": "int64", "description": "Seconds. Absent: until it is revoked." },
            "refresh_token": text("For the next access token. Keep the newest one."),
        },
    });
    let refused = |meaning: &str| {
        json!({
            "description": meaning,
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/OAuthError" } } },
        })
    };
    json!({
        "tags": ["Protocol"],
        "summary": "Get tokens, in Worktual's words",
        "description": "As `/token`, for apps that were written for Worktual: names are case-blind, `redirect_url` stands \
            for `redirect_uri`, and success is a list of one. Errors are those of `/token`.",
        "operationId": "worktual_token",
        "security": [{ "client_basic": [] }, {}],
        "requestBody": { "required": true, "content": { "application/x-www-form-urlencoded": {} } },
        "responses": {
            "200": {
                "description": "Fresh tokens, in a list of one",
                "content": { "application/json": { "schema": { "type": "array", "minItems": 1, "maxItems": 1, "items": issued } } },
            },
            "400": refused("The request cannot be fulfilled, for instance because the code or token is gone"),
            "401": refused("The client did not authenticate"),
            "413": refused("The body is too large"),
            "415": refused("The body has a type that is not taken here"),
            "500": refused("Our fault; it was logged under the request id"),
            "503": refused("Cannot be answered right now; try again in a moment"),
        },
    })
}
