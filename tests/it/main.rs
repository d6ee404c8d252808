//! All integration tests, in one binary.

mod config;
mod folder;
mod keyring;
