//! One master key.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hkdf::Hkdf;
use sha2::Sha256;
use time::Date;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::Flaw;
use crate::base::clock::Timestamp;
use crate::base::random;

const LENGTH: usize = 32;

/// The name of a master key. It derives from the key and tells nothing about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(pub u32);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// 256 bits from which all other keys derive. Wiped from memory when dropped, never printed.
pub struct MasterKey {
    id: KeyId,
    created: Option<Date>,
    bytes: Zeroizing<[u8; LENGTH]>,
}

impl MasterKey {
    /// A fresh key.
    pub fn generate(now: Timestamp) -> Self {
        let today = OffsetDateTime::from_unix_timestamp(now.seconds()).ok().map(OffsetDateTime::date);
        Self::new(Zeroizing::new(random::bytes()), today)
    }

    fn new(bytes: Zeroizing<[u8; LENGTH]>, created: Option<Date>) -> Self {
        let mut key = Self { id: KeyId(0), created, bytes };
        let [a, b, c, d, ..] = *key.derive("key id");
        key.id = KeyId(u32::from_be_bytes([a, b, c, d]));
        key
    }

    pub(super) fn from_base64(text: &str, created: Option<Date>) -> Result<Self, Flaw> {
        let decoded = STANDARD.decode(text).map(Zeroizing::new).map_err(|_| Flaw::NotBase64)?;
        let bytes: [u8; LENGTH] = decoded.as_slice().try_into().map_err(|_| Flaw::Length(decoded.len()))?;
        let bytes = Zeroizing::new(bytes);
        if is_weak(&bytes) { Err(Flaw::Weak) } else { Ok(Self::new(bytes, created)) }
    }

    /// Its name.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The day it was made, when the ring knows it.
    pub fn created(&self) -> Option<Date> {
        self.created
    }

    /// A key for one purpose, by HKDF-SHA256 (RFC 5869). Keys for different purposes tell nothing about each other.
    pub fn derive(&self, purpose: &'static str) -> Zeroizing<[u8; LENGTH]> {
        let mut derived = Zeroizing::new([0; LENGTH]);
        Hkdf::<Sha256>::new(None, self.bytes.as_ref())
            .expand_multi_info(&[b"consentry/v1/", purpose.as_bytes()], derived.as_mut())
            .expect("32 bytes are fewer than HKDF can give");
        derived
    }

    /// A value that shows whether two servers hold the same key, safe to store: 64 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        self.derive("fingerprint").iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The bytes in Base64, to be written where only their owner reads.
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.bytes.as_ref()))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({}, [redacted])", self.id)
    }
}

/// Whether these cannot be 32 random bytes: a typed pattern, a counter, zeros. Random ones have about 30 different
/// values; fewer than 16 do not happen.
fn is_weak(bytes: &[u8; LENGTH]) -> bool {
    let mut sorted = Zeroizing::new(*bytes);
    sorted.sort_unstable();
    let different = 1 + sorted.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let step = bytes[1].wrapping_sub(bytes[0]);
    different < 16 || bytes.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == step)
}
