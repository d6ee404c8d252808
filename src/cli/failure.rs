//! Why a command ends without doing what it was asked to.

use std::error::Error;
use std::fmt;
use std::io;
use std::process::ExitCode;

use crate::base::keyring::KeyringError;
use crate::base::private_file::PrivateFileError;
use crate::config::ConfigError;
use crate::config::Problem;
use crate::store;

/// What went wrong and what to do about it. It prints as the lines that standard error gets.
#[derive(Debug)]
pub struct Failure {
    problems: Vec<Problem>,
    code: u8,
}

impl Failure {
    /// The command failed.
    pub fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { problems: vec![Problem { what: what.into(), help: help.into() }], code: 1 }
    }

    /// The command did its work, and its output told already that something is wrong.
    pub fn told() -> Self {
        Self { problems: Vec::new(), code: 1 }
    }

    /// What happened, of the first problem.
    pub fn what(&self) -> &str {
        self.problems.first().map_or("", |problem| &problem.what)
    }

    /// What to do, of the first problem.
    pub fn help(&self) -> &str {
        self.problems.first().map_or("", |problem| &problem.help)
    }

    /// What the process returns.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problems.iter().try_for_each(|problem| {
            writeln!(f, "error: {}", problem.what)?;
            writeln!(f, "help: {}", problem.help)
        })
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self { problems: error.problems, code: 2 }
    }
}

impl From<KeyringError> for Failure {
    fn from(error: KeyringError) -> Self {
        Self::new(error.to_string(), error.help())
    }
}

impl From<PrivateFileError> for Failure {
    fn from(error: PrivateFileError) -> Self {
        Self::new(error.to_string(), error.help())
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        if let store::Error::Unfit { what, help } = error {
            return Self::new(what, help);
        }
        let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
        let help = match error.is_unavailable() {
            true => "see that it runs, has room, and accepts this user; database_url says where it is",
            false => "a database of another program or release? database_url says where it is",
        };
        Self::new(format!("{error}{cause}"), help)
    }
}

/// Output that cannot be written. A reader that left early, as `head` does, needs no message.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::told(),
            _ => Self::new(format!("cannot write the output: {error}"), "look at where it goes"),
        }
    }
}
