pub mod app;
pub mod base;
pub mod config;
pub mod model;
pub mod oauth;
pub mod store;
