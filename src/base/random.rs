//! The one place where randomness is drawn: the operating system seeds a CSPRNG per thread.

use rand::Rng;

/// `N` bytes that nobody can guess.
#[expect(clippy::disallowed_methods, reason = "this is the source")]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}
