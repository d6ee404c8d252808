//! Verbs of people: the first owner, members, signing in, and what keeps guessing slow.

mod device;
mod fields;
pub mod members;
pub mod oneself;
pub mod sessions;
pub mod setup;
pub mod sign_in;
mod throttle;

pub use self::fields::FieldError;
