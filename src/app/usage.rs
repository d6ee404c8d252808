//! When credentials were used: noted in memory on the hot path, written in one go a moment later.
//!
//! Reading a token must work while writing does not, so no answer waits for these notes. What a crash loses is
//! at most a moment of "last used", never a decision.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Mutex;
use std::time::Duration;

use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::model::id::ClientSecretId;
use crate::model::id::GrantId;
use crate::store;
use crate::store::db::Db;

/// "Last used" is written at most once per this span and credential.
const COARSE: Duration = Duration::from_secs(5 * 60);

/// Notes kept in memory before new ones are dropped: a bound for the time in which the database is away.
const MOST: usize = 100_000;

/// One use of a credential.
#[derive(Clone, Debug)]
pub enum Use {
    /// An access token below a grant was presented for the first time.
    AccessToken {
        digest: Digest,
        grant_id: GrantId,
    },
    ClientSecret {
        id: ClientSecretId,
    },
    PrivateApp {
        digest: Digest,
        ip: String,
        call: String,
    },
}

/// The notes of one node.
#[derive(Default)]
pub struct Usage {
    notes: Mutex<Notes>,
}

#[derive(Default)]
struct Notes {
    waiting: Vec<(Use, Timestamp)>,
    /// Access tokens in `waiting` or being written.
    first_uses: HashSet<Digest>,
    /// When each credential was last noted, for [`COARSE`].
    noted: HashMap<String, Timestamp>,
}

impl Usage {
    /// Notes a use, unless the same credential was noted within the last minutes.
    pub fn note(&self, used: Use, now: Timestamp) {
        let mut notes = self.lock();
        if notes.waiting.len() >= MOST {
            return;
        }
        let key = match &used {
            Use::AccessToken { digest, .. } => {
                if !notes.first_uses.insert(digest.clone()) {
                    return;
                }
                notes.waiting.push((used, now));
                return;
            }
            Use::ClientSecret { id } => id.as_str(),
            Use::PrivateApp { digest, .. } => digest.as_str(),
        };
        if notes.noted.get(key).is_some_and(|at| now < *at + COARSE) {
            return;
        }
        if notes.noted.len() >= MOST {
            notes.noted.clear();
        }
        let key = key.to_owned();
        notes.noted.insert(key, now);
        notes.waiting.push((used, now));
    }

    /// Whether the first use of an access token was noted here and is not yet in the database.
    pub fn is_first_use_waiting(&self, digest: &Digest) -> bool {
        self.lock().first_uses.contains(digest)
    }

    /// Writes what was noted. On an error the notes are kept for the next time.
    pub async fn flush(&self, db: &Db) -> store::Result<()> {
        let batch = std::mem::take(&mut self.lock().waiting);
        if batch.is_empty() {
            return Ok(());
        }
        let written = write(db, &batch).await;
        let mut notes = self.lock();
        match &written {
            Ok(()) => batch.iter().for_each(|(used, _)| {
                if let Use::AccessToken { digest, .. } = used {
                    notes.first_uses.remove(digest);
                }
            }),
            Err(_) => notes.waiting.extend(batch),
        }
        written
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

async fn write(db: &Db, batch: &[(Use, Timestamp)]) -> store::Result<()> {
    let mut tx = db.begin().await?;
    for (used, at) in batch {
        match used {
            Use::AccessToken { digest, grant_id } => {
                store::access_tokens::mark_used(&mut tx, digest, *at).await?;
                store::grants::mark_used(&mut tx, grant_id, *at).await?;
            }
            Use::ClientSecret { id } => store::client_secrets::mark_used(&mut tx, id, *at).await?,
            Use::PrivateApp { digest, ip, call } => {
                store::private_app_tokens::mark_used(&mut tx, digest, *at, ip, call).await?;
            }
        }
    }
    tx.commit().await
}
