//! The keys that derive from the master keys, one per purpose.

use zeroize::Zeroizing;

use crate::base::keyring::KeyId;
use crate::base::keyring::Keyring;
use crate::base::seal;
use crate::base::seal::Sealer;
use crate::base::secret::Secret;
use crate::model::token::TokenKind;

/// Wiped from memory when dropped.
type Key = Zeroizing<[u8; 32]>;

/// Everything that needs a key asks here; the key itself never leaves.
pub struct Keys {
    /// The current master key's first.
    sealers: Vec<Sealer>,
    successors: Vec<(KeyId, Key)>,
    csrf: Key,
    setup: Key,
    fingerprints: Vec<String>,
}

/// What follows a refresh token: the same on every node, however often it is asked for, and written down nowhere.
#[derive(Debug)]
pub struct Successors {
    pub refresh: Secret,
    pub access: Secret,
}

impl Keys {
    pub fn new(keyring: Keyring) -> Self {
        let keys = keyring.keys();
        Self {
            sealers: keys.iter().map(|key| Sealer::new(&key.derive("ticket"))).collect(),
            successors: keys.iter().map(|key| (key.id(), key.derive("refresh successor"))).collect(),
            csrf: keyring.derive("csrf"),
            setup: keyring.derive("set-up link"),
            fingerprints: keys.iter().map(|key| key.fingerprint()).collect(),
        }
    }

    /// Seals with the current key; see [`Sealer::seal`].
    pub fn seal(&self, context: &str, value: &impl serde::Serialize) -> String {
        self.sealers[0].seal(context, value)
    }

    /// Opens what any of the keys sealed.
    pub fn open<T: serde::de::DeserializeOwned>(&self, context: &str, text: &str) -> Option<T> {
        self.sealers.iter().find_map(|sealer| sealer.open(context, text))
    }

    /// The name of the key that successors are derived with now.
    pub fn successor_key(&self) -> String {
        self.successors[0].0.to_string()
    }

    /// The pair that follows `presented`; `None` when the key of that name is no longer held.
    pub fn successors(&self, key_id: &str, presented: &str) -> Option<Successors> {
        let (_, key) = self.successors.iter().find(|(id, _)| id.to_string() == key_id)?;
        let derive = |kind: TokenKind| {
            Secret::from_entropy(kind.prefix(), &seal::prf(key, &[kind.prefix(), presented]))
        };
        Some(Successors { refresh: derive(TokenKind::Refresh), access: derive(TokenKind::Access) })
    }

    /// The token that a form of this browser session must carry.
    pub fn csrf_token(&self, session: &str) -> Secret {
        Secret::from_entropy("CSRF", &seal::prf(&self.csrf, &[session]))
    }

    /// The secret of the set-up link that goes with `nonce`: every node can print it, none stores it.
    pub fn setup_token(&self, nonce: &str) -> Secret {
        Secret::from_entropy(TokenKind::Setup.prefix(), &seal::prf(&self.setup, &[nonce]))
    }

    /// The current key's fingerprint, safe to store.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprints[0]
    }

    /// Whether the key of this fingerprint is held.
    pub fn holds(&self, fingerprint: &str) -> bool {
        self.fingerprints.iter().any(|own| own == fingerprint)
    }
}
