//! All SQL lives here: [`db`] knows the two databases, one file per table knows its statements.

pub mod db;
mod error;
pub mod migrate;

pub use error::Cause;
pub use error::Constraint;
pub use error::Error;
pub use error::OnConstraint;
pub use error::Result;
pub use error::Violation;
