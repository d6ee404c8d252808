//! The verbs of an organization: its apps, private apps and modules, and what its people have allowed.

pub mod apps;
pub mod grants;
mod logo;
pub mod modules;
pub mod private_apps;
pub mod stops;
