//! Look-ups that are remembered for a moment. The database stays the truth: a memory is a second old at most, which
//! bounds what another node may have changed meanwhile, and what this node changes is forgotten exactly.

use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use crate::store;

/// The longest that a change on another node may stay unseen.
const LONGEST: Duration = Duration::from_secs(1);

pub(super) struct Cache<K, V> {
    entries: quick_cache::sync::Cache<K, Entry<V>>,
}

struct Entry<V> {
    value: Arc<V>,
    read_at: Instant,
}

impl<V> Clone for Entry<V> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), read_at: self.read_at }
    }
}

impl<K: Hash + Eq + Clone, V> Cache<K, V> {
    pub fn new(capacity: usize) -> Self {
        Self { entries: quick_cache::sync::Cache::new(capacity) }
    }

    /// The remembered value, or what `load` reads. Callers that miss at the same time share one read. Only what
    /// exists is remembered. A value whose key was forgotten while it was being read is not kept.
    pub async fn get_or_load(
        &self,
        key: &K,
        load: impl AsyncFnOnce() -> store::Result<Option<V>>,
    ) -> store::Result<Option<Arc<V>>> {
        if let Some(entry) = self.entries.get(key) {
            if entry.read_at.elapsed() < LONGEST {
                return Ok(Some(entry.value));
            }
            self.entries.remove_if(key, |kept| kept.read_at == entry.read_at);
        }
        match self.entries.get_value_or_guard_async(key).await {
            Ok(entry) => Ok(Some(entry.value)),
            Err(guard) => {
                let read_at = Instant::now();
                let Some(value) = load().await? else { return Ok(None) };
                let value = Arc::new(value);
                // Refused when the key was forgotten meanwhile: then this answer is good, but for this caller only.
                let _ = guard.insert(Entry { value: value.clone(), read_at });
                Ok(Some(value))
            }
        }
    }

    pub fn forget(&self, key: &K) {
        self.entries.remove(key);
    }

    pub fn forget_all(&self) {
        self.entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_forgotten_while_it_was_read_is_not_kept() {
        let cache = Cache::new(10);
        let stale = cache
            .get_or_load(&1, async || {
                cache.forget(&1);
                Ok(Some("old"))
            })
            .await;
        assert_eq!(stale.unwrap().as_deref(), Some(&"old"));
        let fresh = cache.get_or_load(&1, async || Ok(Some("new"))).await;
        assert_eq!(fresh.unwrap().as_deref(), Some(&"new"));
        let kept = cache.get_or_load(&1, async || Ok(Some("newer"))).await;
        assert_eq!(kept.unwrap().as_deref(), Some(&"new"));
        let stale = cache
            .get_or_load(&2, async || {
                cache.forget_all();
                Ok(Some("old"))
            })
            .await;
        assert_eq!(stale.unwrap().as_deref(), Some(&"old"));
        let fresh = cache.get_or_load(&2, async || Ok(Some("new"))).await;
        assert_eq!(fresh.unwrap().as_deref(), Some(&"new"));
    }

    #[tokio::test]
    async fn nothing_is_not_remembered() {
        let cache = Cache::new(10);
        assert!(cache.get_or_load(&1, async || Ok(None::<u8>)).await.unwrap().is_none());
        assert!(cache.get_or_load(&1, async || Ok(Some(1))).await.unwrap().is_some());
    }
}
