//! The verbs of an organization and its things: itself and its people, its apps, private apps and modules, and what its
//! people have allowed.

pub mod apps;
pub mod audit;
pub mod grants;
pub mod invitations;
mod logo;
pub mod members;
pub mod modules;
pub mod organization;
pub mod people;
pub mod private_apps;
pub mod stops;

/// Who did what the command line did.
const COMMAND_LINE: &str = "command-line";
