//! All SQL lives here: [`db`] knows the two databases, one file per table knows its statements.

pub mod access_tokens;
pub mod audit;
pub mod authorization_codes;
pub mod authorizations;
pub mod client_secrets;
pub mod clients;
mod columns;
pub mod db;
mod error;
pub mod grants;
pub mod invitations;
pub mod left_behind;
pub mod logos;
pub mod memberships;
pub mod migrate;
pub mod modules;
pub mod organizations;
pub mod private_app_tokens;
pub mod private_apps;
pub mod refresh_tokens;
pub mod search;
pub mod sessions;
pub mod settings;
pub mod standing;
pub mod throttles;
pub mod usage;
pub mod users;

pub use error::Cause;
pub use error::Constraint;
pub use error::Error;
pub use error::OnConstraint;
pub use error::Result;
pub use error::Violation;
