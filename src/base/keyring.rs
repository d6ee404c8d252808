//! The master keys: whatever must be read back is encrypted under keys that derive from them.
//!
//! A ring holds the current key first, then older ones that still open what they once sealed. It lives in a private
//! file, or in a variable when several servers share a database. A key's id derives from its bytes, so the same key
//! has the same id on every server.

mod error;
mod master_key;

use std::path::Path;

use time::Date;
use time::format_description::well_known::Iso8601;
use zeroize::Zeroizing;

pub use self::error::Flaw;
pub use self::error::KeyringError;
pub use self::master_key::KeyId;
pub use self::master_key::MasterKey;

use crate::base::clock::Timestamp;
use crate::base::private_file;
use crate::base::private_file::Exclusive;

const HEADING: &str = "\
# The master keys of a Consentry server: id, day of creation, 32 random bytes.
# The first is in use, the others open what they once sealed. Whoever has them and
# the database can read every stored secret. Without them, nobody can: keep a copy.
";

/// One or more master keys, the current one first.
#[derive(Debug)]
pub struct Keyring {
    keys: Vec<MasterKey>,
}

impl Keyring {
    /// A ring with one fresh key, in memory only.
    pub fn generate(now: Timestamp) -> Self {
        Self { keys: vec![MasterKey::generate(now)] }
    }

    /// The keys of `CONSENTRY_MASTER_KEY`: Base64, several with commas between them, the current one first.
    ///
    /// # Errors
    ///
    /// When one is not Base64, not 32 bytes, evidently not random, or there twice.
    pub fn parse(text: &str) -> Result<Self, KeyringError> {
        let keys = text.split(',').map(str::trim).enumerate().map(|(index, text)| {
            (format!("key {} of CONSENTRY_MASTER_KEY", index + 1), MasterKey::from_base64(text, None))
        });
        Self::of(keys, "CONSENTRY_MASTER_KEY")
    }

    /// The keys of a file.
    ///
    /// # Errors
    ///
    /// When it is missing, can be used by others than its owner, or is damaged.
    pub fn open(path: &Path) -> Result<Self, KeyringError> {
        let text = private_file::read(path)?;
        let place = path.display().to_string();
        let lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        Self::of(lines.map(|(index, line)| (format!("{place}:{}", index + 1), from_line(line))), &place)
    }

    /// The keys of a file, which is created with a fresh key when it is missing.
    ///
    /// # Errors
    ///
    /// As [`Keyring::open`]; and when the file or its folder cannot be created.
    pub fn load_or_create(path: &Path, now: Timestamp) -> Result<Self, KeyringError> {
        match Self::open(path) {
            Err(error) if error.is_missing() => {}
            opened => return opened,
        }
        if let Some(folder) = path.parent() {
            private_file::create_folder(folder)?;
        }
        let file = Exclusive::of(path)?;
        // Another server may have been quicker.
        match Self::open(path) {
            Err(error) if error.is_missing() => {}
            opened => return opened,
        }
        let ring = Self::generate(now);
        file.replace(&ring.lines())?;
        Ok(ring)
    }

    /// Puts a fresh key first in a file and keeps the others.
    ///
    /// # Errors
    ///
    /// As [`Keyring::open`]; and when the file cannot be written: it is then as before.
    pub fn rotate(path: &Path, now: Timestamp) -> Result<Self, KeyringError> {
        let file = Exclusive::of(path)?;
        let mut ring = Self::open(path)?;
        ring.keys.insert(0, MasterKey::generate(now));
        file.replace(&ring.lines())?;
        Ok(ring)
    }

    fn of(
        keys: impl Iterator<Item = (String, Result<MasterKey, Flaw>)>,
        source: &str,
    ) -> Result<Self, KeyringError> {
        let mut ring = Self { keys: Vec::new() };
        for (place, key) in keys {
            match key {
                Ok(key) if ring.get(key.id()).is_none() => ring.keys.push(key),
                Ok(_) => return Err(KeyringError::Unfit { place, flaw: Flaw::Repeated }),
                Err(flaw) => return Err(KeyringError::Unfit { place, flaw }),
            }
        }
        if ring.keys.is_empty() { Err(KeyringError::Empty { place: source.to_owned() }) } else { Ok(ring) }
    }

    fn lines(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(HEADING.to_owned());
        for key in &self.keys {
            let created = key.created().map_or_else(|| "-".to_owned(), |day| day.to_string());
            text.push_str(&format!("{} {created} {}\n", key.id(), *key.expose()));
        }
        text
    }

    /// The key to seal with.
    pub fn current(&self) -> &MasterKey {
        &self.keys[0]
    }

    /// The key of that name, to open what it once sealed.
    pub fn get(&self, id: KeyId) -> Option<&MasterKey> {
        self.keys.iter().find(|key| key.id() == id)
    }

    /// All keys, the current one first.
    pub fn keys(&self) -> &[MasterKey] {
        &self.keys
    }

    /// A key for one purpose from the current master key.
    pub fn derive(&self, purpose: &'static str) -> Zeroizing<[u8; 32]> {
        self.current().derive(purpose)
    }

    /// The current key's [`MasterKey::fingerprint`]. A server whose ring has no key with the fingerprint that its
    /// database remembers must not start.
    pub fn fingerprint(&self) -> String {
        self.current().fingerprint()
    }
}

/// A line of the file: id, day of creation, key.
fn from_line(line: &str) -> Result<MasterKey, Flaw> {
    let parts: Vec<&str> = line.split(' ').collect();
    let [id, created, key] = parts[..] else { return Err(Flaw::Line) };
    let created = match created {
        "-" => None,
        day => Some(Date::parse(day, &Iso8601::DATE).map_err(|_| Flaw::Line)?),
    };
    let key = MasterKey::from_base64(key, created)?;
    if key.id().to_string() == id { Ok(key) } else { Err(Flaw::Id) }
}
