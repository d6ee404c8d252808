//! Identifiers: time-ordered, unguessable, readable.

use crate::base::clock::Timestamp;
use crate::base::random;

/// Lower-case Crockford base32: no letters that look like digits, sorts like the number it writes.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Which bytes are in [`ALPHABET`].
const KNOWN: [bool; 256] = {
    let mut known = [false; 256];
    let mut at = 0;
    while at < ALPHABET.len() {
        known[ALPHABET[at] as usize] = true;
        at += 1;
    }
    known
};

/// Characters of an identifier after its prefix.
pub const LENGTH: usize = 26;

/// 48 bits of Unix milliseconds and 80 random bits (the layout of a UUIDv7 without its version marks), as
/// 26 characters. Identifiers of later milliseconds sort later, which keeps database pages full.
pub fn generate(now: Timestamp) -> String {
    let random = random::bytes::<10>();
    let mut bits = (now.millis().max(0) as u128) << 80;
    for (index, byte) in random.iter().enumerate() {
        bits |= u128::from(*byte) << (8 * index);
    }
    encode(bits)
}

/// What no identifier of that moment or later sorts before.
pub fn least(moment: Timestamp) -> String {
    encode((moment.millis().max(0) as u128) << 80)
}

/// Whether `text` could have been made by [`generate`].
pub fn is_well_formed(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| KNOWN[usize::from(byte)])
}

fn encode(bits: u128) -> String {
    (0..LENGTH).rev().map(|place| char::from(ALPHABET[(bits >> (5 * place)) as usize & 31])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_identifiers_sort_later() {
        let early = generate(Timestamp::from_millis(1_700_000_000_000));
        let late = generate(Timestamp::from_millis(1_700_000_000_001));
        assert!(early < late);
        let bound = least(Timestamp::from_millis(1_700_000_000_001));
        assert!(early < bound && bound <= late);
        assert!(is_well_formed(&early) && is_well_formed(&late));
    }

    #[test]
    fn foreign_text_is_not_an_identifier() {
        for text in [
            "",
            "0",
            "0123456789abcdefghjkmnpqrI",
            "0123456789ABCDEFGHJKMNPQRS",
            "0123456789abcdefghjkmnpqrst",
        ] {
            assert!(!is_well_formed(text), "{text}");
        }
    }
}
