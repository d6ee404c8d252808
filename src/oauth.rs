//! The verbs of the provider: we are the authorization server. RFC words, no HTTP.

pub mod authorize;
pub mod bearer;
pub mod client_auth;
pub mod clients;
pub mod connections;
pub mod edit;
pub mod error;
pub mod introspect;
pub mod issue;
pub mod metadata;
pub mod modules;
pub mod presets;
pub mod private_apps;
pub mod revoke;
pub mod stops;
pub mod token;

pub use self::error::Error;
