//! Consentry: the OAuth 2 authorization server that connectors never fall off.
//!
//! # The map
//!
//! Arrows point down only; siblings never name each other (`tests/it/layers.rs` holds us to it).
//!
//! ```text
//!                 main -> cli
//!                          |
//!                   web               jobs
//!                    \                 /
//!             oauth      accounts      manage     verbs
//!                   \       |       /
//!                        app                      what verbs may reach, and the kit of changes
//!                     /       \
//!                  store     config               SQL; settings
//!                     \       /
//!                       model                     nouns
//!                         |
//!                       base                      what any careful server needs
//! ```
//!
//! A noun is in [`model`] (plain data and its rules) and [`store`] (its SQL), a verb in [`oauth`] (the protocol),
//! [`accounts`] (a person and their sign-in) or [`manage`] (an organization and its things), a path with its methods,
//! mount and answer in [`web::routes`], who may do what in [`model::permission`]. Plain reading and writing goes from
//! `web` straight to `store`: a hop must earn its place.
//!
//! # A code becomes a token
//!
//! 1. `web/oauth.rs`: form and Basic header become [`oauth::token::TokenRequest`] and
//!    [`oauth::client_auth::ClientCredentials`]
//! 2. [`oauth::token::exchange`] authenticates the client; one `match` on the grant type
//! 3. `oauth/token/authorization_code.rs`: the checklist, one rule a line, its RFC section at the line's end
//! 4. [`oauth::issue`] mints, the only place that does, in memory
//! 5. [`store::authorization_codes::redeem`] uses up the code and writes the tokens in one conditional statement, so
//!    that one caller wins under any concurrency and on any number of nodes
//! 6. `commit()` resolves when it is durable, and `web` renders
//!
//! A caller without proof (wrong client, redirect URI or verifier) does not burn the code. A replay by the rightful
//! client ends the authorization, and that is committed although the request is refused.
//!
//! # A person allows an app
//!
//! 1. `web/authorize.rs begin`: query to [`oauth::authorize::AuthorizationRequest`], one table that reads and documents
//! 2. [`oauth::authorize::check`]: [`oauth::authorize::Checked`] has no other constructor, so trust in a redirect URI
//!    is a type, not a flag; a [`oauth::authorize::Refusal`] is shown or returned
//! 3. [`oauth::authorize::next`]: sign in, ask, or answer at once
//! 4. the consent page; its POST carries a sealed ticket, which is the request itself and is checked again
//! 5. [`oauth::authorize::approve`]: the grant is written and the code minted, in one unit of work
//! 6. `web/authorize.rs`: 303 with code, state byte for byte and issuer

pub mod accounts;
pub mod app;
pub mod base;
pub mod cli;
pub mod config;
pub mod jobs;
pub mod manage;
pub mod model;
pub mod oauth;
pub mod store;
pub mod web;
