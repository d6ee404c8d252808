//! Everything that is tested from outside the crate, as one binary.

mod api;
mod cli;
mod config;
mod edge;
mod flows;
mod folder;
mod harness;
mod keyring;
mod layers;
mod start;
mod store;
