//! What refusals look like, status by status.

use serde_json::Value;
use serde_json::json;

use crate::oauth::Error;
use crate::oauth::error::Code;

/// An example of the body with which an operation refuses; `None` for anything else.
pub fn refusal(content_type: &str, status: &str) -> Option<Value> {
    match content_type {
        "application/problem+json" => problem(status),
        "application/json" => oauth_error(status),
        _ => None,
    }
}

fn problem(status: &str) -> Option<Value> {
    let (kind, title, detail) = match status {
        "400" => (
            "malformed",
            "The request cannot be understood",
            "The body is not as documented: EOF while parsing.",
        ),
        "401" => (
            "unauthenticated",
            "Authentication is needed",
            "Sign in, or send a valid access token in the Authorization header.",
        ),
        "403" => {
            ("insufficient-scope", "The token does not allow this", "The token lacks the scope apps.write.")
        }
        "404" => ("not-found", "Not found", "There is no such app, or you may not see it."),
        "409" => (
            "conflict",
            "This conflicts with the current state",
            "The app has two live secrets. End one of them first.",
        ),
        "413" => ("too-large", "The body is too large", "The body has more than 65536 bytes."),
        "415" => (
            "media-type",
            "The body has a type that is not taken here",
            "Send the body in the media type that is documented, and name it in Content-Type.",
        ),
        "422" => ("invalid", "Some fields are not valid", "Some fields need to be corrected; see errors."),
        "429" => ("too-many-requests", "Too many requests", "Wait 60 seconds before the next attempt."),
        "500" => (
            "internal",
            "Something went wrong here",
            "The fault is on our side and was logged under this request id.",
        ),
        "503" => ("unavailable", "Temporarily unavailable", "Nothing was changed. Try again in a moment."),
        _ => return None,
    };
    let mut example = json!({
        "type": format!("urn:consentry:problem:{kind}"),
        "title": title,
        "status": status.parse::<u16>().ok()?,
        "detail": detail,
    });
    if status == "422" {
        example["errors"] = json!([{ "field": "name", "message": "It is missing." }]);
    }
    example["request_id"] = "5tqc2m9v0hx1k".into();
    Some(example)
}

fn oauth_error(status: &str) -> Option<Value> {
    let error = match status {
        "400" => Error::invalid_grant("The code has expired. Send the person through /authorize again."),
        "401" => Error::invalid_client(),
        "403" => Error::new(Code::InsufficientScope, "The token lacks the scope contacts.write."),
        "413" => Error::invalid_request("The body is larger than this server takes."),
        "414" => Error::invalid_request("The address is longer than the 8192 bytes that are taken here."),
        "415" => {
            Error::invalid_request("The Content-Type must be application/x-www-form-urlencoded in UTF-8.")
        }
        "500" => Error::new(
            Code::ServerError,
            "Something went wrong on our side. Quote the request id when you report it.",
        ),
        "503" => Error::new(
            Code::TemporarilyUnavailable,
            "The server cannot decide this right now. Try again in a moment.",
        ),
        _ => return None,
    };
    Some(json!({ "error": error.code.as_str(), "error_description": error.description }))
}
