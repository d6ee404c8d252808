//! The command line: one file a command.
//!
//! Results go to standard output, so that they can be piped. Whatever went wrong goes to standard error as a line
//! `error: ...`, what happened, and a line `help: ...`, what to do about it.

mod audit;
mod demo;
mod doctor;
mod failure;
mod flags;
mod keys;
mod migrate;
mod openapi;
mod serve;
pub mod start;
mod telemetry;
mod user;

use std::io;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use clap::Subcommand;

pub use self::failure::Failure;
pub use self::telemetry::start_logging;

use crate::config::Config;
use crate::config::Flags;

const AFTER_HELP: &str = "\
Settings come from flags, CONSENTRY_* variables and consentry.toml, in this order. The README lists
them all.

Exit codes: 0 done, 1 failed, 2 wrong command line or configuration.";

const VISIBLE_PASSWORD: &str = "\
warning: everybody on this machine can see the password in --database-url, in the list of processes
help: keep the URL in a file that only its owner may read, and name that with
      CONSENTRY_DATABASE_URL_FILE; or set CONSENTRY_DATABASE_URL
";

/// Consentry: an OAuth 2 authorization server.
///
/// It lets other people's software use your platform's API: people sign in and consent, apps get tokens.
#[derive(Parser)]
#[command(name = "consentry", version, after_help = AFTER_HELP, max_term_width = 100)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Audit(audit::Audit),
    Demo(demo::Demo),
    Doctor(doctor::Doctor),
    Keys(keys::Keys),
    Migrate(migrate::Migrate),
    #[command(name = "openapi")]
    OpenApi(openapi::OpenApi),
    Serve(serve::Serve),
    User(user::User),
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let Arguments { flags, command } = Arguments::parse();
    let out = &mut io::stdout().lock();
    let result = match command {
        Command::Audit(audit) => audit.run(&flags, out),
        Command::Demo(demo) => demo.run(out),
        Command::Doctor(doctor) => doctor.run(&flags, out),
        Command::Keys(keys) => keys.run(&flags, out),
        Command::Migrate(migrate) => migrate.run(&flags, out),
        Command::OpenApi(openapi) => openapi.run(&flags, out),
        Command::Serve(serve) => serve.run(&flags, out),
        Command::User(user) => user.run(&flags, out),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody is left to tell when standard error is closed.
            let _ = write!(io::stderr(), "{failure}");
            failure.code()
        }
    }
}

/// The configuration of this process.
fn configuration(flags: &Flags) -> Result<Config, Failure> {
    let folder = std::env::current_dir().map_err(|error| {
        Failure::new(format!("cannot tell the working directory: {error}"), "change to a folder that exists")
    })?;
    let config = Config::load(flags, std::env::vars_os(), &folder)?;
    if flags.values.iter().any(|(name, _)| *name == "database_url") && config.database_url.has_password() {
        // Nobody is left to tell when standard error is closed.
        let _ = io::stderr().write_all(VISIBLE_PASSWORD.as_bytes());
    }
    Ok(config)
}

/// Waits for work that needs a runtime, in a command that has none.
fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(work)
}
