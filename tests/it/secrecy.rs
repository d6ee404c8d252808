//! A secret is seen by whom it is for: never in what is printed for debugging, never in the log.

mod debug;
mod log;
