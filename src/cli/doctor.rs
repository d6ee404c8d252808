//! `consentry doctor`: what is wrong with an installation, why it matters and how to mend it.

mod database;
mod keys;
mod machine;
mod network;
mod storage;

use std::io::Write;

use clap::Args;

use crate::base::clock::Clock;
use crate::base::clock::Timestamp;
use crate::cli::Failure;
use crate::cli::configuration;
use crate::config::Config;
use crate::config::Flags;

const EXAMPLE: &str = "\
Example:
  consentry doctor --config /etc/consentry.toml

It changes nothing. Run it as the user who runs the server, with the same settings. The exit code
is 1 when something must be mended, and 0 when there are warnings at most.";

/// Check this installation and tell how to mend what is wrong
#[derive(Args)]
#[command(after_help = EXAMPLE)]
pub struct Doctor {}

/// What a check looks at.
struct Scene {
    config: Config,
    now: Timestamp,
}

/// One thing to look at.
struct Check {
    name: &'static str,
    /// Why it matters, for those who are told that it is wrong.
    why: &'static str,
    look: fn(&Scene) -> Finding,
}

/// What a check found.
enum Finding {
    Good(String),
    /// It works, but not as it should.
    Warning {
        found: String,
        mend: String,
    },
    /// It cannot work.
    Failure {
        found: String,
        mend: String,
    },
}

impl Finding {
    fn good(found: impl Into<String>) -> Self {
        Self::Good(found.into())
    }

    fn warning(found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self::Warning { found: found.into(), mend: mend.into() }
    }

    fn failure(found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self::Failure { found: found.into(), mend: mend.into() }
    }
}

/// All checks, in the order of their telling.
const CHECKS: [Check; 10] = [
    Check {
        name: "configuration",
        why: "a server that reads another file than you edit ignores your changes",
        look: configuration_file,
    },
    Check {
        name: "data folder",
        why: "it holds the keys, and with SQLite every token's digest",
        look: storage::data_folder,
    },
    Check {
        name: "disk space",
        why: "a full disk stops every write: sign-ins, codes, tokens",
        look: storage::disk_space,
    },
    Check {
        name: "master keys",
        why: "without them no stored secret can be read; whoever else has them can read all",
        look: keys::master_keys,
    },
    Check {
        name: "database",
        why: "everything is kept there; without it every request is told to try again",
        look: database::database,
    },
    Check { name: "listen address", why: "the server cannot start when it is taken", look: network::listen },
    Check {
        name: "issuer",
        why: "people and apps reach the server at this address only",
        look: network::issuer,
    },
    Check {
        name: "proxies",
        why: "behind an unknown proxy everybody seems to have its address, so limits per address hit everybody",
        look: network::proxies,
    },
    Check { name: "clock", why: "codes, tokens and sessions end by it", look: machine::clock },
    Check { name: "open files", why: "each connection needs one", look: machine::open_files },
];

impl Doctor {
    pub fn run(self, flags: &Flags, out: &mut impl Write) -> Result<(), Failure> {
        let scene = Scene { config: configuration(flags)?, now: Clock::default().now() };
        let mut failed = false;
        for Check { name, why, look } in CHECKS {
            let (word, found, mend) = match look(&scene) {
                Finding::Good(found) => ("ok", found, None),
                Finding::Warning { found, mend } => ("warn", found, Some(mend)),
                Finding::Failure { found, mend } => {
                    failed = true;
                    ("fail", found, Some(mend))
                }
            };
            writeln!(out, "{word:<5} {name:<15} {found}")?;
            if let Some(mend) = mend {
                writeln!(out, "      why: {why}")?;
                writeln!(out, "      mend: {mend}")?;
            }
        }
        if failed { Err(Failure::told()) } else { Ok(()) }
    }
}

fn configuration_file(scene: &Scene) -> Finding {
    match &scene.config.file {
        Some(path) => Finding::good(format!("read from {}", path.display())),
        None => Finding::good("no file; variables, flags and defaults only"),
    }
}
