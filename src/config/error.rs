//! What is wrong with a configuration, in words for the person who wrote it.

use std::fmt;
use std::path::PathBuf;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A flag of the command line, as it is typed: `--listen`.
    Flag(String),
    /// An environment variable.
    Variable(String),
    /// A line of the configuration file, counted from 1.
    File(PathBuf, usize),
    /// A file that holds nothing but the value.
    Alone(PathBuf),
    /// Nobody chose it.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Variable(name) => f.write_str(name),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Alone(path) => path.display().fmt(f),
            Self::Default => f.write_str("the default"),
        }
    }
}

/// One thing that is wrong, and what to do about it. Contains no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it is, what was found and what was expected.
    pub what: String,
    /// What to do.
    pub help: String,
}

/// The configuration cannot be used. It lists every [`Problem`] that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// At least one.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Problem { what, help }) in self.problems.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{what} ({help})")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
