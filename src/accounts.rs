//! Verbs of people: the first owner, signing in, and what keeps guessing slow.

mod device;
pub mod invitations;
pub mod oneself;
pub mod sessions;
pub mod setup;
pub mod sign_in;
mod throttle;
