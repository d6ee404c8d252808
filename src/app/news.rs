//! What was changed here and other nodes may remember: told to them, so that they forget it at once and not only
//! when it is a second old.

use std::collections::HashSet;
use std::fmt;
use std::sync::Mutex;
use std::sync::PoisonError;

use tokio::sync::Notify;

use crate::base::digest::Digest;
use crate::model::id::ClientId;

/// More news than this at once become [`Change::Anything`].
const MOST: usize = 1000;

/// What is to be forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Change {
    Token(Digest),
    Client(ClientId),
    /// What many tokens rest on.
    Standing,
    Modules,
    Anything,
}

impl Change {
    /// Reads what [`Change::to_string`] wrote. What cannot be read, such as the words of a newer release, may mean
    /// anything.
    pub fn read(text: &str) -> Self {
        match text.split_once(' ').unwrap_or((text, "")) {
            ("token", digest) if !digest.is_empty() => Change::Token(Digest::from(digest.to_owned())),
            ("client", id) => ClientId::parse(id).map_or(Change::Anything, Change::Client),
            ("standing", "") => Change::Standing,
            ("modules", "") => Change::Modules,
            _ => Change::Anything,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Token(digest) => write!(f, "token {}", digest.as_str()),
            Change::Client(id) => write!(f, "client {id}"),
            Change::Standing => f.write_str("standing"),
            Change::Modules => f.write_str("modules"),
            Change::Anything => f.write_str("anything"),
        }
    }
}

/// What waits to be told.
#[derive(Debug, Default)]
pub(super) struct News {
    waiting: Mutex<HashSet<Change>>,
    more: Notify,
}

impl News {
    pub fn add(&self, change: Change) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.insert(change);
        if waiting.len() > MOST {
            waiting.clear();
            waiting.insert(Change::Anything);
        }
        self.more.notify_one();
    }

    /// Takes all there is, as soon as there is any. A caller that stops waiting has taken nothing.
    pub async fn take(&self) -> HashSet<Change> {
        loop {
            let taken = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
            if !taken.is_empty() {
                return taken;
            }
            self.more.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::Timestamp;

    #[test]
    fn what_was_written_is_read_and_anything_else_may_mean_anything() {
        let client = Change::Client(ClientId::generate(Timestamp::from_millis(0)));
        for change in [Change::Token(Digest::of("secret")), client, Change::Standing, Change::Modules] {
            assert_eq!(Change::read(&change.to_string()), change);
        }
        for text in ["", "token", "token ", "client usr_1", "client", "standing now", "keys", "anything"] {
            assert_eq!(Change::read(text), Change::Anything, "{text:?}");
        }
    }

    #[tokio::test]
    async fn news_are_told_once_and_a_flood_becomes_one() {
        let news = News::default();
        news.add(Change::Standing);
        news.add(Change::Standing);
        assert_eq!(news.take().await, HashSet::from([Change::Standing]));
        for number in 0..=MOST {
            news.add(Change::Token(Digest::of(&number.to_string())));
        }
        assert_eq!(news.take().await, HashSet::from([Change::Anything]));
    }
}
