//! Sealed text: what travels through the browser and must come back unread and unchanged.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::KeyInit;
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::Aead;
use chacha20poly1305::aead::Payload;
use hmac::Hmac;
use hmac::Mac;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::base::random;

const NONCE: usize = 24;

/// XChaCha20-Poly1305 under one key; the context (what it is for, whom it is for) is authenticated with it, so
/// that a ticket of one purpose or one browser never opens as another.
pub struct Sealer {
    cipher: XChaCha20Poly1305,
}

impl Sealer {
    pub fn new(key: &[u8; 32]) -> Self {
        Self { cipher: XChaCha20Poly1305::new(key.into()) }
    }

    /// `value` as opaque base64url text.
    pub fn seal(&self, context: &str, value: &impl Serialize) -> String {
        let plain = Zeroizing::new(serde_json::to_vec(value).expect("a ticket is plain data"));
        let nonce = random::bytes::<NONCE>();
        let sealed = self
            .cipher
            .encrypt(&nonce.into(), Payload { msg: &plain, aad: context.as_bytes() })
            .expect("a ticket is far shorter than the cipher's limit");
        URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat())
    }

    /// The value, when `text` was sealed under this key and this context; `None` for anything else.
    pub fn open<T: DeserializeOwned>(&self, context: &str, text: &str) -> Option<T> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
        let plain =
            self.cipher.decrypt(&(*nonce).into(), Payload { msg: sealed, aad: context.as_bytes() }).ok()?;
        serde_json::from_slice(&Zeroizing::new(plain)).ok()
    }
}

/// HMAC-SHA-256: a keyed pseudo-random function of `parts`, each framed by its length.
pub fn prf(key: &[u8; 32], parts: &[&str]) -> Zeroizing<[u8; 32]> {
    let mut mac =
        <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    Zeroizing::new(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_opens_only_under_its_key_and_context() {
        let sealer = Sealer::new(&[7; 32]);
        let ticket = sealer.seal("consent/alice", &("app", 5));
        assert_eq!(sealer.open("consent/alice", &ticket), Some(("app".to_owned(), 5)));
        assert_eq!(sealer.open::<(String, i32)>("consent/bob", &ticket), None);
        assert_eq!(Sealer::new(&[8; 32]).open::<(String, i32)>("consent/alice", &ticket), None);
        assert_eq!(sealer.open::<(String, i32)>("consent/alice", &ticket[..ticket.len() - 2]), None);
        assert_eq!(sealer.open::<(String, i32)>("consent/alice", ""), None);
    }

    #[test]
    fn parts_are_framed() {
        assert_ne!(prf(&[1; 32], &["ab", "c"]), prf(&[1; 32], &["a", "bc"]));
    }
}
