//! The keys that derive from the master keys, one per purpose.

use zeroize::Zeroizing;

use crate::base::keyring::KeyId;
use crate::base::keyring::Keyring;
use crate::base::seal;
use crate::base::seal::Sealer;
use crate::base::secret::Secret;
use crate::model::scope::Scopes;
use crate::model::token::TokenKind;

/// Wiped from memory when dropped.
type Key = Zeroizing<[u8; 32]>;

/// Everything that needs a key asks here; the key itself never leaves.
pub struct Keys {
    /// The current master key's first.
    sealers: Vec<Sealer>,
    successors: Vec<(KeyId, Key)>,
    /// As all that is only compared: made with the first, accepted from any, so that nodes whose current keys differ
    /// while keys are rotated understand each other.
    csrf: Vec<Key>,
    setup: Vec<Key>,
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
            csrf: keys.iter().map(|key| key.derive("csrf")).collect(),
            setup: keys.iter().map(|key| key.derive("set-up link")).collect(),
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

    /// The pair that follows `presented`; `None` when this node does not hold the key of that name. A request for a
    /// part of the scopes gets the same refresh token with an access token of its own.
    pub fn successors(&self, key_id: &str, presented: &str, part: Option<&Scopes>) -> Option<Successors> {
        let (_, key) = self.successors.iter().find(|(id, _)| id.to_string() == key_id)?;
        let derive = |kind: TokenKind, part: Option<&str>| {
            let parts = [Some(kind.prefix()), Some(presented), part];
            let parts = parts.into_iter().flatten().collect::<Vec<_>>();
            Secret::from_entropy(kind.prefix(), &seal::prf(key, &parts))
        };
        let part = part.map(Scopes::to_string);
        let access = derive(TokenKind::Access, part.as_deref());
        Some(Successors { refresh: derive(TokenKind::Refresh, None), access })
    }

    /// The tokens that a form of this browser session may carry: the one to give out first, then those that a node
    /// with another current key gave out.
    pub fn csrf_tokens(&self, session: &str) -> Vec<Secret> {
        self.csrf.iter().map(|key| Secret::from_entropy("CSRF", &seal::prf(key, &[session]))).collect()
    }

    /// The secrets of the set-up link that go with `nonce`, the one to print first: every node can print one, none
    /// stores it.
    pub fn setup_tokens(&self, nonce: &str) -> Vec<Secret> {
        let prefix = TokenKind::Setup.prefix();
        self.setup.iter().map(|key| Secret::from_entropy(prefix, &seal::prf(key, &[nonce]))).collect()
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
