//! When credentials were used last: noted in memory on the hot path, written a moment later in small units.
//!
//! Reading a token must work while writing does not, so no answer waits for these notes; and no decision rests on
//! them, so what a crash loses is a moment of "last used". The one use that decides something is no note: the first
//! of an access token that came with a refresh token is written before it is answered ([`App::deliver`]).
//!
//! Of each credential the latest use is kept, and a bounded number of credentials. They are written in the order of
//! their keys, in units that shrink as long as writing fails: however long the database was away and however slow it
//! is, the next unit fits into its deadline.
//!
//! [`App::deliver`]: crate::app::App::deliver

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::model::id::ClientSecretId;
use crate::model::id::GrantId;
use crate::store;
use crate::store::db::Db;
use crate::store::usage::LastUse;

/// "Last used" is written at most once per this span and credential.
const COARSE: Duration = Duration::from_secs(5 * 60);

/// Credentials with a note in memory; the uses of others are not noted until there is room again. At a few hundred
/// bytes each, this bounds what piles up while the database is away.
pub const MOST: usize = 50_000;

/// When memory is full, room is looked for this often.
const CLEAR: Duration = Duration::from_secs(30);

/// Notes written in one unit of work, when all is well.
const UNIT: usize = 250;

/// One use of a credential.
#[derive(Clone, Copy, Debug)]
pub enum Use<'a> {
    /// A token below the grant was presented.
    Grant(&'a GrantId),
    ClientSecret(&'a ClientSecretId),
    PrivateApp {
        digest: &'a Digest,
        address: Option<IpAddr>,
        call: &'a str,
    },
}

/// The table that a note belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Table {
    Grants,
    ClientSecrets,
    PrivateAppTokens,
}

/// The notes of one node.
pub struct Usage {
    notes: Mutex<Notes>,
    /// Notes to be written in the next unit; whoever holds it is the only one who writes.
    unit: tokio::sync::Mutex<usize>,
}

#[derive(Default)]
struct Notes {
    waiting: BTreeMap<(Table, String), LastUse>,
    /// When each credential was last noted, for [`COARSE`].
    noted: HashMap<String, Timestamp>,
    /// When to look again for room in `noted`.
    clear_at: Option<Timestamp>,
}

/// Notes that are being written; what is left of them when it is dropped waits again.
struct Taken<'u> {
    usage: &'u Usage,
    table: Table,
    uses: Vec<LastUse>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let uses = std::mem::take(&mut self.uses);
        self.usage.lock().put_back(self.table, uses);
    }
}

impl Default for Usage {
    fn default() -> Self {
        Self { notes: Mutex::default(), unit: tokio::sync::Mutex::new(UNIT) }
    }
}

impl Usage {
    /// Notes a use, unless the same credential was noted within the last minutes.
    pub fn note(&self, used: Use<'_>, now: Timestamp) {
        let (table, key) = match used {
            Use::Grant(id) => (Table::Grants, id.as_str()),
            Use::ClientSecret(id) => (Table::ClientSecrets, id.as_str()),
            Use::PrivateApp { digest, .. } => (Table::PrivateAppTokens, digest.as_str()),
        };
        let mut notes = self.lock();
        if notes.noted.get(key).is_some_and(|at| now < *at + COARSE) {
            return;
        }
        if notes.noted.len() >= MOST && notes.clear_at.is_none_or(|at| at <= now) {
            notes.noted.retain(|_, at| now < *at + COARSE);
            notes.clear_at = Some(now + CLEAR);
        }
        if notes.noted.len() >= MOST || notes.waiting.len() >= MOST {
            return;
        }
        let place = match used {
            Use::PrivateApp { address, call, .. } => {
                Some((address.map(|address| address.to_string()).unwrap_or_default(), call.to_owned()))
            }
            _ => None,
        };
        let key = key.to_owned();
        notes.noted.insert(key.clone(), now);
        notes.waiting.insert((table, key.clone()), LastUse { row: key, at: now, place });
    }

    /// Writes what was noted before the call. On an error, what is not written is kept for the next time.
    pub async fn flush(&self, db: &Db) -> store::Result<()> {
        let mut unit = self.unit.lock().await;
        loop {
            let Some((table, uses)) = self.lock().take(*unit) else { return Ok(()) };
            let mut taken = Taken { usage: self, table, uses };
            if let Err(error) = write(db, table, &taken.uses).await {
                *unit = (*unit / 2).max(1);
                return Err(error);
            }
            taken.uses.clear();
            *unit = (*unit * 2).min(UNIT);
        }
    }

    /// How many notes are in memory and not yet written.
    pub fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Notes {
    /// The first notes of one table, in the order of their keys.
    fn take(&mut self, most: usize) -> Option<(Table, Vec<LastUse>)> {
        let table = self.waiting.first_key_value()?.0.0;
        let mut uses = Vec::new();
        while uses.len() < most
            && let Some(first) = self.waiting.first_entry().filter(|first| first.key().0 == table)
        {
            uses.push(first.remove());
        }
        Some((table, uses))
    }

    /// Keeps notes for later, where none was made since.
    fn put_back(&mut self, table: Table, uses: Vec<LastUse>) {
        for used in uses {
            self.waiting.entry((table, used.row.clone())).or_insert(used);
        }
    }
}

async fn write(db: &Db, table: Table, uses: &[LastUse]) -> store::Result<()> {
    let mut tx = db.single().await?;
    match table {
        Table::Grants => store::usage::grants(&mut tx, uses).await?,
        Table::ClientSecrets => store::usage::client_secrets(&mut tx, uses).await?,
        Table::PrivateAppTokens => store::usage::private_app_tokens(&mut tx, uses).await?,
    };
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_however_many_credentials_are_used() {
        let (usage, now) = (Usage::default(), Timestamp::from_millis(1_800_000_000_000));
        for number in 0..MOST + 1_000 {
            let digest = Digest::of(&number.to_string());
            usage.note(Use::PrivateApp { digest: &digest, address: None, call: "GET /" }, now);
        }
        assert_eq!(usage.waiting(), MOST);
        let notes = usage.lock();
        assert_eq!(notes.noted.len(), MOST);
        drop(notes);
        let later = now + COARSE;
        while usage.lock().take(UNIT).is_some() {}
        usage.note(Use::PrivateApp { digest: &Digest::of("one more"), address: None, call: "GET /" }, later);
        assert_eq!(usage.waiting(), 1, "there is room again");
    }

    #[test]
    fn one_credential_is_one_note_and_the_latest_use_stays() {
        let (usage, now) = (Usage::default(), Timestamp::from_millis(1_800_000_000_000));
        let id = GrantId::generate(now);
        for seconds in [0, 10, 299, 300, 301] {
            usage.note(Use::Grant(&id), now + Duration::from_secs(seconds));
        }
        let (table, taken) = usage.lock().take(UNIT).unwrap();
        assert_eq!((taken.len(), taken[0].at), (1, now + COARSE));
        usage.note(Use::Grant(&id), now + 2 * COARSE);
        usage.lock().put_back(table, taken);
        let (_, taken) = usage.lock().take(UNIT).unwrap();
        assert_eq!((taken.len(), taken[0].at), (1, now + 2 * COARSE), "a newer note is not undone");
    }
}
