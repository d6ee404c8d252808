//! What the server does without a request.

mod notes;
mod sweep;
mod time;
