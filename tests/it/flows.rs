//! The flows of the provider, as clients and people see them.

mod authorization_code;
mod authorization_response;
mod black_hole;
mod client_credentials;
mod concurrency;
mod consent;
mod consent_form;
mod crowd;
mod delivery;
mod key_rotation;
mod liveness;
mod migrated;
mod outage;
mod prompt;
mod refresh_replay;
mod refresh_scope;
mod refresh_token;
mod replay_memory;
mod told;
