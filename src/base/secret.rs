//! Generated secrets: a prefix that says what it is, 256 random bits, and a checksum.
//!
//! `OAUTH2.<43 base62><6 base62>`: the last six characters are the CRC-32 of all before them, so that a
//! scanner can tell a leaked token from noise offline, and the server refuses a mistyped one without a look-up.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroize;
use zeroize::Zeroizing;

use crate::base::digest::Digest;
use crate::base::random;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// 62^43 is just above 2^256.
const BODY: usize = 43;

/// 62^6 is above 2^32.
const CHECKSUM: usize = 6;

/// A secret in clear. It prints as `[redacted]`, is wiped when dropped, and leaves only through [`Secret::reveal`].
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A fresh secret of the kind that `prefix` names.
    pub fn generate(prefix: &str) -> Self {
        Self::from_entropy(prefix, &Zeroizing::new(random::bytes()))
    }

    /// The secret that these 256 bits spell.
    pub fn from_entropy(prefix: &str, entropy: &[u8; 32]) -> Self {
        let mut text = String::with_capacity(prefix.len() + 1 + BODY + CHECKSUM);
        text.push_str(prefix);
        text.push('.');
        push_base62(&mut text, entropy);
        let checksum = checksum(text.as_bytes());
        text.extend(checksum.map(char::from));
        Self(text)
    }

    /// 256 random bits as 43 base64url characters without a prefix: authorization codes and cookies.
    pub fn generate_plain() -> Self {
        Self(URL_SAFE_NO_PAD.encode(*Zeroizing::new(random::bytes::<32>())))
    }

    /// Takes a secret that somebody presented as it is.
    pub fn presented(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, to be shown or sent once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }

    /// What a list may show of it: the kind and the last four characters.
    pub fn hint(&self) -> String {
        let prefix = self.0.split_once('.').map_or("", |(prefix, _)| prefix);
        let tail = self.0.len().saturating_sub(4);
        format!("{prefix}.…{}", self.0.get(tail..).unwrap_or_default())
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Whether `text` has the prefix, the length, the alphabet and the checksum of a generated secret.
pub fn is_well_formed(prefix: &str, text: &str) -> bool {
    let Some(rest) = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.')) else {
        return false;
    };
    if rest.len() != BODY + CHECKSUM || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return false;
    }
    let (signed, checksum) = text.as_bytes().split_at(text.len() - CHECKSUM);
    checksum == self::checksum(signed)
}

/// As many digits of base 62 as one division of a limb gives.
const CHUNK: usize = 10;

/// 256 bits in base 62, most significant digit first, by long division over four 64-bit limbs.
fn push_base62(text: &mut String, entropy: &[u8; 32]) {
    let mut limbs = [0u64; 4];
    for (limb, chunk) in limbs.iter_mut().zip(entropy.chunks_exact(8)) {
        *limb = u64::from_be_bytes(chunk.try_into().expect("a chunk has eight bytes"));
    }
    let mut digits = [b'0'; BODY];
    for chunk in digits.rchunks_mut(CHUNK) {
        let divisor = 62u128.pow(CHUNK as u32);
        let mut remainder = 0u128;
        for limb in &mut limbs {
            let value = remainder << 64 | u128::from(*limb);
            *limb = (value / divisor) as u64;
            remainder = value % divisor;
        }
        write_base62(chunk, remainder as u64);
    }
    text.extend(digits.iter().map(|digit| char::from(*digit)));
    limbs.zeroize();
    digits.zeroize();
}

/// The CRC-32 of what it signs.
fn checksum(signed: &[u8]) -> [u8; CHECKSUM] {
    let mut digits = [b'0'; CHECKSUM];
    write_base62(&mut digits, crc32fast::hash(signed).into());
    digits
}

/// Fills `digits` with the last ones of `value`.
fn write_base62(digits: &mut [u8], mut value: u64) {
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[(value % 62) as usize];
        value /= 62;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_secret_is_well_formed_and_every_change_is_noticed() {
        let secret = Secret::generate("OAUTH2");
        let text = secret.reveal();
        assert_eq!(text.len(), "OAUTH2.".len() + 49);
        assert!(is_well_formed("OAUTH2", text));
        assert!(!is_well_formed("REFRESH", text));
        for length in 0..text.len() {
            assert!(!is_well_formed("OAUTH2", &text[..length]), "a prefix of {length} characters passed");
        }
        for place in "OAUTH2.".len()..text.len() {
            let other = if text.as_bytes()[place] == b'x' { "y" } else { "x" };
            let mut changed = text.to_owned();
            changed.replace_range(place..=place, other);
            assert!(!is_well_formed("OAUTH2", &changed), "a change at {place} passed");
        }
        assert!(!is_well_formed("OAUTH2", &format!("{text}0")));
    }

    #[test]
    fn digits_are_those_of_a_long_division() {
        let entropy = std::array::from_fn(|place| (place * 37 + 5) as u8);
        let secret = Secret::from_entropy("X", &entropy);
        assert_eq!(&secret.reveal()[2..2 + BODY], "1DwJ2aECcy2WJT3Sqeyo6E0lA9sCYTL8FKoTbqR27ZA");
    }

    #[test]
    fn the_extremes_fill_their_digits() {
        let zero = Secret::from_entropy("X", &[0; 32]);
        assert!(zero.reveal().starts_with(&format!("X.{}", "0".repeat(43))));
        let most = Secret::from_entropy("X", &[255; 32]);
        assert!(is_well_formed("X", most.reveal()));
        assert_ne!(&most.reveal()[2..3], "0", "the first digit is used");
    }

    #[test]
    fn a_secret_never_prints() {
        let secret = Secret::generate("SECRET");
        assert_eq!(format!("{secret:?}"), "[redacted]");
        assert_eq!(secret.hint().chars().count(), "SECRET.…abcd".chars().count());
    }
}
