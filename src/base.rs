//! What any careful server needs and what knows nothing of OAuth: time, randomness, secrets, sealing.

pub mod clock;
pub mod digest;
pub mod id;
pub mod keyring;
pub mod origin;
pub mod password;
pub mod private_file;
pub mod random;
pub mod seal;
pub mod secret;
