//! HTTP in, HTTP out: the only module that knows poem.

pub mod answer;
pub mod browser;
pub mod client_ip;
pub mod cookies;
pub mod credentials;
pub mod edge;
pub mod form;
pub mod oauth;
pub mod oauth_error;
pub mod pages;
pub mod presented;
pub mod problem;
pub mod request_id;
pub mod serve;
pub mod tags;
pub mod verify;
pub mod words;
