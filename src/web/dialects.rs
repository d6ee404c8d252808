//! Second front doors: other words for the same verbs. Nothing behind them knows that they exist.

pub mod worktual;
