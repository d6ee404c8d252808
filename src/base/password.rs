//! Passwords that people type: argon2id, off the async threads, a bounded number at once.

use std::sync::Arc;
use std::time::Duration;

use argon2::Argon2;
use argon2::PasswordHash;
use argon2::PasswordHasher;
use argon2::PasswordVerifier;
use tokio::sync::Semaphore;

use crate::base::secret::Secret;

/// How long a sign-in may wait for a free slot before it is told to try again.
const PATIENCE: Duration = Duration::from_secs(2);

/// Verified when nobody has that name, so that a stranger cannot tell by the time it takes: the hash of a random value
/// that was not kept.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$MdXPdaZRbLo9t7VasjjXaw$MaZDyj8frUdFLmIXLzWlvao2gVd6CP0hs70sr1K6VKo";

/// Hashes and verifies with OWASP's parameters (19 MiB, two passes, one lane): about 20 ms of one core each, so
/// no more run at once than there are slots, and no request for a token ever waits behind one.
#[derive(Clone)]
pub struct Passwords {
    slots: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

/// All slots are taken and so are the places in the queue.
#[derive(Debug, thiserror::Error)]
#[error("too many sign-ins at this moment")]
pub struct Busy;

impl Passwords {
    /// `slots` hashes at once, and twice as many waiting.
    pub fn new(slots: usize) -> Self {
        let slots = slots.max(1);
        Self { slots: Arc::new(Semaphore::new(slots)), queue: Arc::new(Semaphore::new(slots * 3)) }
    }

    /// The PHC string of a password, with a fresh salt.
    pub async fn hash(&self, password: Secret) -> Result<String, Busy> {
        self.run(move || hash(&password)).await
    }

    /// Whether the password is the one that was hashed. `None` as the hash (nobody has that name) costs the same
    /// and is never true.
    pub async fn verify(&self, password: Secret, stored: Option<String>) -> Result<bool, Busy> {
        self.run(move || {
            let known = stored.is_some();
            let matches = verify(&password, stored.as_deref().unwrap_or(NOBODY));
            known && matches
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let _place = self.queue.clone().try_acquire_owned().map_err(|_| Busy)?;
        let slot = tokio::time::timeout(PATIENCE, self.slots.clone().acquire_owned()).await;
        let slot = slot.map_err(|_| Busy)?.map_err(|_| Busy)?;
        let task = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            work()
        });
        task.await.map_err(|_| Busy)
    }
}

fn hash(password: &Secret) -> String {
    Argon2::default()
        .hash_password(password.reveal().as_bytes())
        .expect("argon2's own defaults are valid")
        .to_string()
}

fn verify(password: &Secret, stored: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|parsed| Argon2::default().verify_password(password.reveal().as_bytes(), &parsed).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_somebody_verifies() {
        let passwords = Passwords::new(1);
        let right = Secret::presented("correct horse battery staple");
        let stored = passwords.hash(right.clone()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_eq!(cost(&stored), cost(NOBODY));
        assert!(passwords.verify(right.clone(), Some(stored.clone())).await.unwrap());
        assert!(!passwords.verify(Secret::presented("wrong"), Some(stored)).await.unwrap());
        assert!(!passwords.verify(right, None).await.unwrap());
    }

    /// All of a PHC string but its salt and its hash.
    fn cost(stored: &str) -> (Vec<&str>, Vec<usize>) {
        let parts: Vec<_> = stored.split('$').collect();
        (parts[..4].to_vec(), parts.iter().map(|part| part.len()).collect())
    }
}
