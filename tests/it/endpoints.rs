//! Each endpoint of the protocol by itself: what it takes, what it refuses, and in which words.

mod authorize;
mod authorize_parameters;
mod client_auth;
mod introspect;
mod kinds;
mod malformed;
mod metadata;
mod methods;
mod redirect_uri;
mod revoke;
mod verify;
