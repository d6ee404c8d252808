//! The console: what people do here in their browsers, one file per page.
//!
//! Posts answer with 303, except where a secret is shown this one time: no redirect could carry it.

pub mod account;
pub mod apps;
pub mod audit;
pub mod connections;
pub mod home;
pub mod instance;
pub mod invitations;
pub mod join;
mod listing;
pub mod members;
pub mod modules;
mod notices;
mod once;
pub mod organization;
mod permissions;
mod pictures;
pub mod private_apps;
mod proof;
mod refusals;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod sign_out;
pub mod submission;
mod visitor;
