//! Other tongues in which the same protocol is spoken.

mod worktual;
