//! The nouns: plain data and the rules that need no I/O.

pub mod audit;
pub mod authority;
pub mod client;
pub mod day;
pub mod email;
pub mod grant;
pub mod id;
pub mod label;
pub mod lifetime;
pub mod module;
pub mod organization;
pub mod page;
pub mod permission;
pub mod private_app;
pub mod redirect_uri;
pub mod role;
pub mod scope;
pub mod search;
pub mod session;
pub mod shape;
pub mod standing;
pub mod throttle;
pub mod token;
pub mod user;
pub mod version;
