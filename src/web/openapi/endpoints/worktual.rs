//! The same two endpoints in Worktual's words; see [`crate::web::dialects::worktual`].

use serde_json::Value;
use serde_json::json;

use crate::model::scope::Scopes;
use crate::web::form::Plain;
use crate::web::text;

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

pub fn token() -> Value {
    let text = |meaning: &str| json!({ "type": "string", "description": meaning });
    let value = |meaning: &str| {
        let mut schema = text::schema_value::<Plain>();
        schema["description"] = meaning.into();
        schema
    };
    let mut scope = text::schema_value::<Scopes>();
    scope["description"] = "Scopes with spaces between them: fewer than were granted.".into();
    let form = json!({
        "type": "object",
        "properties": {
            "grant_type": {
                "type": "string",
                "description": "`authorisation_code` and left out are `authorization_code`.",
                "enum": ["authorisation_code", "authorization_code", "refresh_token", "client_credentials"],
            },
            "code": value("The code that came back. It works once."),
            "redirect_url": value("The redirect URI of the authorization request. May be called `redirect_uri`."),
            "code_verifier": value("The secret behind the `code_challenge` (RFC 7636)."),
            "refresh_token": value("The latest one, for `refresh_token`."),
            "scope": scope,
            "client_id": value("The app, unless it is in the `Authorization` header."),
            "client_secret": value("Its secret, unless it is in the `Authorization` header."),
        },
        "example": {
            "grant_type": "authorisation_code",
            "code": "SplxlOBeZQQYbYS6WxSbIA",
            "redirect_url": "https://app.example.com/oauth/callback",
        },
    });
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
        "requestBody": { "required": true, "content": { "application/x-www-form-urlencoded": { "schema": form } } },
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
