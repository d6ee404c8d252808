//! `consentry keys`: the master keys.

use std::io::Write;

use clap::Args;
use clap::Subcommand;
use time::OffsetDateTime;

use crate::base::clock::Clock;
use crate::base::clock::Timestamp;
use crate::base::keyring::Keyring;
use crate::base::keyring::MasterKey;
use crate::cli::Failure;
use crate::cli::block_on;
use crate::cli::configuration;
use crate::cli::start;
use crate::config::Config;
use crate::config::DatabaseUrl;
use crate::config::Flags;
use crate::model::audit;
use crate::store;
use crate::store::db::Db;

const ROTATE_EXAMPLE: &str = "\
Example:
  consentry keys rotate

The file gets a fresh key in front; the others stay and open what they sealed. Running servers
use the fresh key after their next start. Keep a copy of the file, apart from the copies of the
database.

With CONSENTRY_MASTER_KEY there is no file to rotate. Put a fresh key in front of the others:
  CONSENTRY_MASTER_KEY=\"$(consentry keys generate),$CONSENTRY_MASTER_KEY\"

With several servers this takes two rounds, restarting one server after the other each time:
  1. add the fresh key behind the others, until every server has it
  2. move it to the front
A server that lacks the key of another's answer says \"try again\" (503) and ends nothing, but apps
wait meanwhile. Keep the old key behind for as long as a refresh token may lie unused.";

/// List, rotate or make the master keys that encrypt what is stored
#[derive(Args)]
pub struct Keys {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Show the ids and ages of the master keys, never the keys
    #[command(after_help = "Example:\n  consentry keys list --data /var/lib/consentry")]
    List,
    /// Put a fresh master key in front and keep the others for reading
    #[command(after_help = ROTATE_EXAMPLE)]
    Rotate,
    /// Print a fresh master key, for CONSENTRY_MASTER_KEY
    #[command(after_help = "Example:\n  export CONSENTRY_MASTER_KEY=\"$(consentry keys generate)\"")]
    Generate,
}

impl Keys {
    pub fn run(self, flags: &Flags, out: &mut impl Write) -> Result<(), Failure> {
        match self.action {
            Action::List => list(&configuration(flags)?, out),
            Action::Rotate => rotate(&configuration(flags)?, out),
            Action::Generate => {
                Ok(writeln!(out, "{}", *MasterKey::generate(Clock::default().now()).expose())?)
            }
        }
    }
}

/// The configured ring, which must exist.
fn ring(config: &Config) -> Result<Keyring, Failure> {
    match &config.master_key {
        Some(keys) => Ok(Keyring::parse(keys.reveal())?),
        None => Keyring::open(&config.master_key_file).map_err(|error| match error.is_missing() {
            true => Failure::new(
                format!("there is no keyring at {} yet", config.master_key_file.display()),
                "the server makes one when it first starts; or name its folder with --data",
            ),
            false => error.into(),
        }),
    }
}

fn list(config: &Config, out: &mut impl Write) -> Result<(), Failure> {
    let today =
        OffsetDateTime::from_unix_timestamp(Clock::default().now().seconds()).map(OffsetDateTime::date);
    for (index, key) in ring(config)?.keys().iter().enumerate() {
        let role = if index == 0 { "in use" } else { "opens what it sealed" };
        let age = match (key.created(), today) {
            (Some(day), Ok(today)) => format!("created {day}, {} days ago", (today - day).whole_days()),
            _ => "from CONSENTRY_MASTER_KEY".to_owned(),
        };
        writeln!(out, "{}  {age}  {role}", key.id())?;
    }
    Ok(())
}

fn rotate(config: &Config, out: &mut impl Write) -> Result<(), Failure> {
    if config.master_key.is_some() {
        return Err(Failure::new(
            "the master keys come from CONSENTRY_MASTER_KEY, which this command cannot change",
            "put a fresh key in front of the others; see: consentry keys rotate --help",
        ));
    }
    ring(config)?;
    let now = Clock::default().now();
    let ring = Keyring::rotate(&config.master_key_file, now)?;
    writeln!(
        out,
        "Master key {} is now first in {}.",
        ring.current().id(),
        config.master_key_file.display()
    )?;
    writeln!(out, "Restart the server to use it, and keep a copy of the file.")?;
    writeln!(out, "Several servers take this in two rounds; see: consentry keys rotate --help")?;
    if block_on(record(config, ring.current().id().to_string(), now)).is_err() {
        writeln!(out, "The database does not answer, so its audit log will begin with that restart.")?;
    }
    Ok(())
}

/// Writes the rotation down where there is a database already.
async fn record(config: &Config, key: String, now: Timestamp) -> Result<(), Failure> {
    if matches!(&config.database_url, DatabaseUrl::Sqlite(path) if !path.exists()) {
        return Ok(());
    }
    let db = Db::connect(&start::options(config)).await?;
    let mut tx = db.begin().await?;
    store::audit::append_installation(&mut tx, audit::Action::MasterKeyRotate, &key, now).await?;
    tx.commit().await?;
    db.close().await;
    Ok(())
}
