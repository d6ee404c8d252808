//! The scopes of the management API, as its operations document them.

use poem_openapi::OAuthScopes;

#[derive(OAuthScopes)]
pub enum Scope {
    /// See the organization's OAuth apps and their settings
    #[oai(rename = "apps.read")]
    AppsRead,
    /// Register, change and delete the organization's OAuth apps and their secrets
    #[oai(rename = "apps.write")]
    AppsWrite,
    /// See the organization's private apps and when they were used
    #[oai(rename = "private_apps.read")]
    PrivateAppsRead,
    /// Create, change and revoke the organization's private apps and their tokens
    #[oai(rename = "private_apps.write")]
    PrivateAppsWrite,
    /// See the platform's modules
    #[oai(rename = "modules.read")]
    ModulesRead,
    /// Add, change and remove the platform's modules
    #[oai(rename = "modules.write")]
    ModulesWrite,
}
