//! The flows of the provider, as clients and people see them.

mod authorization_code;
mod client_credentials;
mod liveness;
mod refresh_replay;
mod refresh_token;
