//! Consentry: an OAuth 2 authorization server.

pub mod app;
pub mod base;
pub mod config;
pub mod model;
pub mod oauth;
pub mod store;
pub mod web;
