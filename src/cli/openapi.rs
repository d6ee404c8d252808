//! `consentry openapi`: the API's description, for programs.

use std::io::Write;

use clap::Args;

use crate::cli::Failure;
use crate::cli::configuration;
use crate::config::Flags;
use crate::web;

const EXAMPLE: &str = "\
Example:
  consentry openapi --issuer https://id.example.com > openapi.json

A running server shows the same at /openapi.json, and at /docs for people.";

/// Print the OpenAPI document of the API
#[derive(Args)]
#[command(after_help = EXAMPLE)]
pub struct OpenApi {
    /// As YAML instead of JSON
    #[arg(long)]
    yaml: bool,
}

impl OpenApi {
    pub fn run(self, flags: &Flags, out: &mut impl Write) -> Result<(), Failure> {
        let document = web::openapi::document(&configuration(flags)?.issuer);
        if self.yaml {
            write!(out, "{}", web::openapi::to_yaml(&document))?;
        } else {
            writeln!(out, "{document:#}")?;
        }
        Ok(out.flush()?)
    }
}
