//! Why a keyring cannot be used.

use crate::base::private_file::PrivateFileError;

/// Why a keyring cannot be used. No message contains a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// Its file cannot be read or written.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// One of its keys is not fit for use.
    #[error("{place} {flaw}")]
    Unfit {
        /// Where the key stands.
        place: String,
        /// What is wrong with it.
        flaw: Flaw,
    },
    /// It holds no key.
    #[error("{place} holds no key")]
    Empty {
        /// The file or variable.
        place: String,
    },
}

impl KeyringError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::File(error) => error.help(),
            Self::Unfit { flaw: Flaw::Line | Flaw::Id, .. } => "restore the file from its copy".to_owned(),
            Self::Unfit { flaw: Flaw::Repeated, .. } => "remove one of the two".to_owned(),
            Self::Unfit { .. } | Self::Empty { .. } => {
                "make a good key with: consentry keys generate (or: openssl rand -base64 32)".to_owned()
            }
        }
    }

    /// Whether there is no file yet.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::File(error) if error.is_missing())
    }
}

/// What is wrong with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It contains something else than Base64.
    #[error("is not Base64, expected 32 random bytes in Base64 (44 characters)")]
    NotBase64,
    /// It has another length, in bytes.
    #[error("has {0} bytes, expected 32 random bytes in Base64 (44 characters)")]
    Length(usize),
    /// Its bytes follow a pattern.
    #[error("is not random: its bytes repeat or follow a pattern")]
    Weak,
    /// It stands there twice.
    #[error("repeats an earlier key")]
    Repeated,
    /// Its line has other parts.
    #[error("is damaged, expected an id, a day and a key with single spaces between them")]
    Line,
    /// Its id belongs to other bytes.
    #[error("is damaged: its id does not belong to its key")]
    Id,
}
