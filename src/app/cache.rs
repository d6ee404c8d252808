//! Look-ups that are remembered for a moment, and shared by those who need the same one at the same time. The database
//! stays the truth: what is handed out was read within the last second, which bounds what another node may have
//! changed meanwhile, and what this node changes is forgotten exactly.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::future::Shared;
use futures_util::future::WeakShared;
use tokio::time::Instant;
use tokio::time::timeout_at;

use crate::store;
use crate::store::db::Conn;
use crate::store::db::Db;
use crate::store::db::Tx;

/// The longest that a change on another node may stay unseen.
const LONGEST: Duration = Duration::from_secs(1);

pub(super) struct Cache<K, V>(Arc<Shelf<K, V>>);

struct Shelf<K, V> {
    kept: quick_cache::sync::Cache<K, Found<V>>,
    reads: Mutex<Reads<K, V>>,
}

/// What the database had, counted from when it began to be asked.
struct Found<V> {
    value: Option<Arc<V>>,
    read_at: Instant,
}

/// A read that everybody who waits for it drives: it goes on when the caller who began it goes away, and ends when all
/// have.
type Read<V> = Shared<BoxFuture<'static, store::Result<Found<V>>>>;
type WeakRead<V> = WeakShared<BoxFuture<'static, store::Result<Found<V>>>>;

/// The reads under way that may still be joined, each with its number.
struct Reads<K, V> {
    under_way: HashMap<K, (u64, WeakRead<V>)>,
    begun: u64,
}

/// The place of one read among those under way.
struct Place<K: Hash + Eq, V> {
    shelf: Arc<Shelf<K, V>>,
    key: K,
    number: u64,
}

impl<K, V> Cache<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    pub fn new(capacity: usize) -> Self {
        let reads = Mutex::new(Reads { under_way: HashMap::new(), begun: 0 });
        Self(Arc::new(Shelf { kept: quick_cache::sync::Cache::new(capacity), reads }))
    }

    /// The remembered value, or what `read` finds. Callers that miss at the same time share one read and how it ended,
    /// but each waits as long as it would for a connection and no longer. Only what exists is remembered.
    pub async fn get_or_read<R>(
        &self,
        db: &Db,
        key: &K,
        read: impl Fn(K, Conn) -> R + Clone + Send + 'static,
    ) -> store::Result<Option<Arc<V>>>
    where
        R: Future<Output = store::Result<Option<V>>> + Send + 'static,
    {
        self.get_or(db, key, |db| async move { db.read_for_all().await }, read).await
    }

    /// As [`Cache::get_or_read`], for what is remembered as written: a unit of one statement, which does no harm when
    /// it is made again.
    pub async fn get_or_write<R>(
        &self,
        db: &Db,
        key: &K,
        write: impl Fn(K, Tx) -> R + Clone + Send + 'static,
    ) -> store::Result<Option<Arc<V>>>
    where
        R: Future<Output = store::Result<Option<V>>> + Send + 'static,
    {
        self.get_or(db, key, |db| async move { db.single_for_all().await }, write).await
    }

    async fn get_or<C, O, R>(
        &self,
        db: &Db,
        key: &K,
        open: impl Fn(Db) -> O + Send + 'static,
        work: impl Fn(K, C) -> R + Clone + Send + 'static,
    ) -> store::Result<Option<Arc<V>>>
    where
        C: Send + 'static,
        O: Future<Output = store::Result<C>> + Send + 'static,
        R: Future<Output = store::Result<Option<V>>> + Send + 'static,
    {
        if let Some(found) = self.0.kept.get(key).filter(Found::is_fresh) {
            return Ok(found.value);
        }
        // Boxed, so that whoever finds what is remembered carries no room for a read.
        let read = Box::pin(async move {
            let patience = db.patience();
            loop {
                let (opened, work) = (open(db.clone()), work.clone());
                let reading = self.join_or_begin(key, |key| async move {
                    let connection = opened.await?;
                    let read_at = Instant::now();
                    let value = work(key, connection).await?.map(Arc::new);
                    Ok(Found { value, read_at })
                });
                let late = |_| store::Error::unavailable("a look-up took too long");
                let found = timeout_at(patience, reading).await.map_err(late)??;
                if found.is_fresh() {
                    return Ok(found.value);
                }
            }
        });
        read.await
    }

    /// What was remembered last and not forgotten since, however old.
    pub fn last(&self, key: &K) -> Option<Arc<V>> {
        self.0.kept.get(key)?.value
    }

    fn join_or_begin<R>(&self, key: &K, read: impl FnOnce(K) -> R) -> Read<V>
    where
        R: Future<Output = store::Result<Found<V>>> + Send + 'static,
    {
        let mut reads = self.0.reads();
        if let Some(reading) = reads.under_way.get(key).and_then(|(_, reading)| reading.upgrade()) {
            return reading;
        }
        reads.begun += 1;
        let number = reads.begun;
        let place = Place { shelf: self.0.clone(), key: key.clone(), number };
        let reading = read(key.clone());
        let reading = async move {
            let found = reading.await?;
            place.keep(&found);
            Ok(found)
        };
        let reading = reading.boxed().shared();
        let weak = reading.downgrade().map(|weak| (number, weak));
        reads.under_way.extend(weak.map(|weak| (key.clone(), weak)));
        reading
    }

    /// Whoever comes from now on gets what is read from now on.
    pub fn forget(&self, key: &K) {
        let mut reads = self.0.reads();
        reads.under_way.remove(key);
        self.0.kept.remove(key);
    }

    /// As [`Cache::forget`], for every key.
    pub fn forget_all(&self) {
        let mut reads = self.0.reads();
        reads.under_way.clear();
        self.0.kept.clear();
    }
}

impl<K, V> Shelf<K, V> {
    fn reads(&self) -> MutexGuard<'_, Reads<K, V>> {
        self.reads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Hash + Eq + Clone, V> Place<K, V> {
    /// Remembers what exists, unless its key was forgotten while it was read.
    fn keep(&self, found: &Found<V>) {
        let reads = self.shelf.reads();
        let is_ours = reads.under_way.get(&self.key).is_some_and(|(number, _)| *number == self.number);
        if is_ours && found.value.is_some() {
            self.shelf.kept.insert(self.key.clone(), found.clone());
        }
    }
}

impl<K: Hash + Eq, V> Drop for Place<K, V> {
    fn drop(&mut self) {
        let mut reads = self.shelf.reads();
        if reads.under_way.get(&self.key).is_some_and(|(number, _)| *number == self.number) {
            reads.under_way.remove(&self.key);
        }
    }
}

impl<V> Found<V> {
    fn is_fresh(&self) -> bool {
        self.read_at.elapsed() < LONGEST
    }
}

impl<V> Clone for Found<V> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), read_at: self.read_at }
    }
}

#[cfg(test)]
mod tests;
