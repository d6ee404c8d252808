//! Files that only their owner may read, written so that a crash leaves the old one or the new one.

use std::fs;
use std::fs::File;
use std::fs::OpenOptions;
use std::fs::TryLockError;
use std::io;
use std::io::ErrorKind;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::base::random;

/// Why a private file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PrivateFileError {
    /// The operating system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Others than the owner may read or write it.
    #[error("{} can be used by others than its owner: its mode is {mode:04o}, expected 0600", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Another process writes there, and does not finish.
    #[error("another process is changing files in {}", path.display())]
    Busy {
        /// The folder.
        path: PathBuf,
    },
}

impl PrivateFileError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Io { path, source, .. } if source.kind() == ErrorKind::PermissionDenied => {
                format!(
                    "run as the user who owns {}, or give it to the user who runs this",
                    folder_of(path).display()
                )
            }
            Self::Io { path, .. } => format!("look at {}", folder_of(path).display()),
            Self::Open { path, .. } => format!("run: chmod 600 {}", path.display()),
            Self::Busy { .. } => "try again in a moment".to_owned(),
        }
    }

    /// Whether the file is not there.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == ErrorKind::NotFound)
    }
}

/// Creates a folder, and those above it, that only the owner may enter. An existing one stays as it is.
///
/// # Errors
///
/// When the system refuses, or a file of that name is in the way.
pub fn create_folder(path: &Path) -> Result<(), PrivateFileError> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed("create the folder", path))
}

/// Creates a folder in `parent` that only the owner may enter, under a name that nobody can guess: nothing that others
/// put in its place, a link above all, is ever taken for it.
///
/// # Errors
///
/// When the system refuses.
pub fn create_fresh_folder(parent: &Path, prefix: &str) -> Result<PathBuf, PrivateFileError> {
    let unguessable = URL_SAFE_NO_PAD.encode(random::bytes::<16>());
    let path = parent.join(format!("{prefix}-{unguessable}"));
    fs::DirBuilder::new().mode(0o700).create(&path).map_err(failed("create the folder", &path))?;
    Ok(path)
}

/// The text of a private file.
///
/// # Errors
///
/// When it cannot be read, or can be used by others than its owner.
pub fn read(path: &Path) -> Result<Zeroizing<String>, PrivateFileError> {
    let file = File::open(path).map_err(failed("open", path))?;
    let mode = file.metadata().map_err(failed("look at", path))?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(PrivateFileError::Open { path: path.to_owned(), mode });
    }
    io::read_to_string(file).map(Zeroizing::new).map_err(failed("read", path))
}

/// The right to write one file. Processes that respect it take turns, so none loses what another wrote.
pub struct Exclusive {
    path: PathBuf,
    _lock: File,
}

impl Exclusive {
    /// Waits up to two seconds for its turn. The folder must exist.
    ///
    /// # Errors
    ///
    /// [`PrivateFileError::Busy`] when another process does not let go, otherwise when the system refuses.
    pub fn of(path: &Path) -> Result<Self, PrivateFileError> {
        const TRIES: usize = 100;
        const PAUSE: Duration = Duration::from_millis(20);
        let folder = folder_of(path);
        let lock = File::open(folder).map_err(failed("open the folder", folder))?;
        for _ in 0..TRIES {
            match lock.try_lock() {
                Ok(()) => return Ok(Self { path: path.to_owned(), _lock: lock }),
                Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
                Err(TryLockError::Error(source)) => return Err(failed("lock the folder", folder)(source)),
            }
        }
        Err(PrivateFileError::Busy { path: folder.to_owned() })
    }

    /// Writes the file as a whole, durably. A crash leaves the old content or the new.
    ///
    /// # Errors
    ///
    /// When the system refuses. The old content is then untouched.
    pub fn replace(&self, text: &str) -> Result<(), PrivateFileError> {
        let path = &self.path;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let draft = path.with_file_name(format!(".{name}.new"));
        // A crash may have left one.
        let _ = fs::remove_file(&draft);
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&draft)
            .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
            .map_err(failed("write", &draft))?;
        fs::rename(&draft, path).map_err(failed("replace", path))?;
        let folder = folder_of(path);
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed("save the folder", folder))
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> PrivateFileError {
    let path = path.to_owned();
    move |source| PrivateFileError::Io { action, path, source }
}
