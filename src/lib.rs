//! Consentry: an OAuth 2 authorization server.

pub mod web;
