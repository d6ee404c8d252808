//! Modules: the parts of the platform's API that scopes open (read and write each).

use crate::model::scope::Access;
use crate::model::scope::Scope;
use crate::model::scope::Scopes;

/// Consentry's own modules: its management API.
pub const APPS: &str = "apps";
pub const PRIVATE_APPS: &str = "private_apps";
pub const MODULES: &str = "modules";

/// Names that the platform may not use for a module of its own; some belong to parts of Consentry yet to come.
pub const RESERVED: [&str; 6] = [APPS, PRIVATE_APPS, MODULES, "members", "integrations", "audit"];

/// A part of an API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// `contacts`; its scopes are `contacts.read` and `contacts.write`.
    pub name: String,
    pub title: String,
    pub description: String,
    /// What reading means, in words for the consent page.
    pub read_description: String,
    /// What writing means, in words for the consent page.
    pub write_description: String,
    /// Marked on the consent page.
    pub sensitive: bool,
    pub origin: Origin,
}

/// Where a module comes from, which is also who may change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Consentry's own.
    BuiltIn,
    /// `[[modules]]` in the configuration.
    Configuration,
    /// The management API or the console.
    Api,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModuleNameError {
    #[error("is not a module's name: expected 2 to 32 of a-z, 0-9 and _, beginning with a letter")]
    Shape,
    #[error("is reserved for Consentry's own API; choose another name")]
    Reserved,
}

/// Whether there could be a module of that name.
pub fn is_name(name: &str) -> bool {
    (2..=32).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Checks the name of a module of the platform.
pub fn check_name(name: &str) -> Result<(), ModuleNameError> {
    if !is_name(name) {
        return Err(ModuleNameError::Shape);
    }
    if RESERVED.contains(&name) { Err(ModuleNameError::Reserved) } else { Ok(()) }
}

impl Module {
    pub fn scope(&self, access: Access) -> Scope {
        Scope::of(&self.name, access)
    }

    /// What the access means, in words.
    pub fn words(&self, access: Access) -> &str {
        match access {
            Access::Read => &self.read_description,
            Access::Write => &self.write_description,
        }
    }
}

/// Every module there is, in reading order: the platform's by title, then Consentry's own.
#[derive(Clone, Debug, Default)]
pub struct Modules(Vec<Module>);

impl Modules {
    /// The platform's modules together with [`built_in`] ones.
    pub fn with_built_in(mut platform: Vec<Module>) -> Self {
        platform.sort_by_key(|module| module.title.to_lowercase());
        platform.extend(built_in());
        Self(platform)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Module> {
        self.0.iter()
    }

    pub fn get(&self, name: &str) -> Option<&Module> {
        self.0.iter().find(|module| module.name == name)
    }

    /// The module that a scope opens, and how.
    pub fn of(&self, scope: &Scope) -> Option<(&Module, Access)> {
        let (name, access) = scope.parts()?;
        Some((self.get(name)?, access))
    }

    /// Every scope of every module.
    pub fn scopes(&self) -> Scopes {
        self.0.iter().flat_map(|module| [module.scope(Access::Read), module.scope(Access::Write)]).collect()
    }
}

fn built_in() -> [Module; 3] {
    let own = |name: &str, title: &str, description: &str, read: &str, write: &str| Module {
        name: name.to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        read_description: read.to_owned(),
        write_description: write.to_owned(),
        sensitive: true,
        origin: Origin::BuiltIn,
    };
    [
        own(
            APPS,
            "OAuth apps",
            "The apps that this organization has registered",
            "See the organization's OAuth apps and their settings",
            "Register, change and delete the organization's OAuth apps and their secrets",
        ),
        own(
            PRIVATE_APPS,
            "Private apps",
            "The tokens that this organization's own scripts use",
            "See the organization's private apps and when they were used",
            "Create, change and revoke the organization's private apps and their tokens",
        ),
        own(
            MODULES,
            "Modules",
            "The parts of the platform's API that apps may ask for",
            "See the platform's modules",
            "Add, change and remove the platform's modules",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_reserved_or_odd_are_refused() {
        assert_eq!(check_name("contacts"), Ok(()));
        assert_eq!(check_name("apps"), Err(ModuleNameError::Reserved));
        for name in ["", "a", "Contacts", "con-tacts", "1st", "con.tacts", "ä", &"a".repeat(33)] {
            assert_eq!(check_name(name), Err(ModuleNameError::Shape), "{name}");
        }
    }
}
