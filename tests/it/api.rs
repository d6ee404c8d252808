//! The management API as programs and browsers meet it.

mod apps;
mod audit;
mod authority;
mod caller;
mod isolation;
mod lists;
mod me;
mod members;
mod modules;
pub mod operations;
mod permissions;
mod private_apps;
mod stops;
pub mod user;
mod versions;
