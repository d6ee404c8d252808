//! Everything that is tested from outside the crate, as one binary.

mod accounts;
mod api;
mod audit;
mod below_a_path;
mod cli;
mod config;
mod dialects;
mod edge;
mod endpoints;
mod flows;
mod folder;
mod harness;
mod jobs;
mod keyring;
mod layers;
mod openapi;
mod pages;
mod people;
mod secrecy;
mod start;
mod store;
