//! Everything that is tested from outside the crate, as one binary: it links once.

mod config;
mod edge;
mod folder;
mod harness;
mod keyring;
mod store;
