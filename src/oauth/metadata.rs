//! Authorization server metadata (RFC 8414).

use serde_json::Value;
use serde_json::json;

use crate::config::Issuer;
use crate::model::client::GrantType;
use crate::model::scope::Scopes;

/// The document at `/.well-known/oauth-authorization-server`. Clients ask for every scope they find here, in order,
/// so it names only the platform's. `languages` are the tags of those that the pages speak.
pub fn document(issuer: &Issuer, scopes: &Scopes, languages: &[&str]) -> Value {
    let client_auth = ["client_secret_basic", "client_secret_post", "none"];
    json!({
        "issuer": issuer.as_str(),
        "authorization_endpoint": issuer.join("/authorize"),
        "token_endpoint": issuer.join("/token"),
        "token_endpoint_auth_methods_supported": client_auth,
        "introspection_endpoint": issuer.join("/introspect"),
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "revocation_endpoint": issuer.join("/revoke"),
        "revocation_endpoint_auth_methods_supported": client_auth,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": GrantType::ALL.iter().map(|grant_type| grant_type.as_str()).collect::<Vec<_>>(),
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account", "create"],
        "ui_locales_supported": languages,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "scopes_supported": scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>(),
        "authorization_response_iss_parameter_supported": true,
        "service_documentation": issuer.join("/docs"),
    })
}
