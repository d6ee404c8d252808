//! The verbs of an organization and its things: itself and its people, its apps, private apps and modules, and what its
//! people have allowed.

pub mod apps;
pub mod grants;
mod logo;
pub mod members;
pub mod modules;
pub mod organization;
pub mod private_apps;
pub mod stops;
