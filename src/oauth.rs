//! The verbs of the provider: we are the authorization server. RFC words, no HTTP; nothing but the protocol.

pub mod authorize;
pub mod bearer;
pub mod client_auth;
pub mod error;
pub mod introspect;
pub mod issue;
pub mod metadata;
pub mod revoke;
pub mod token;

pub use self::error::Error;
