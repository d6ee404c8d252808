//! `consentry migrate`: the schema, ahead of a start.

use std::io::Write;

use clap::Args;

use crate::cli::Failure;
use crate::cli::block_on;
use crate::cli::configuration;
use crate::cli::start;
use crate::config::Flags;

const EXAMPLE: &str = "\
Example:
  consentry migrate --database-url postgres://consentry@db.internal/consentry

A server does the same when it starts, so this is for those who change the schema in a step of its
own. Servers of the release before keep working on the new schema.";

/// Bring the database's schema up to date
#[derive(Args)]
#[command(after_help = EXAMPLE)]
pub struct Migrate {}

impl Migrate {
    pub fn run(self, flags: &Flags, out: &mut impl Write) -> Result<(), Failure> {
        let config = configuration(flags)?;
        block_on(async {
            start::database(&config).await?.close().await;
            Ok(())
        })?;
        Ok(writeln!(out, "The schema of {} is up to date.", config.database_url)?)
    }
}
