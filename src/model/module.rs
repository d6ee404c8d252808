//! Modules: the parts of the platform's API that scopes open (read and write each).

use crate::model::page::Keyed;
use crate::model::scope::Access;
use crate::model::scope::Scope;
use crate::model::scope::Scopes;
use crate::model::shape::Shape;
use crate::model::shape::Shaped;
use crate::model::version::Version;

/// Consentry's own modules: its management API.
pub const APPS: &str = "apps";
pub const PRIVATE_APPS: &str = "private_apps";
pub const MODULES: &str = "modules";
pub const AUDIT: &str = "audit";

/// Names that the platform may not use for a module of its own; some belong to parts of Consentry yet to come.
pub const RESERVED: [&str; 6] = [APPS, PRIVATE_APPS, MODULES, AUDIT, "members", "integrations"];

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
    pub version: Version,
}

impl Keyed for Module {
    fn key(&self) -> &str {
        &self.name
    }
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

/// Characters of a module's name.
pub const LONGEST_NAME: usize = 32;

/// The name of a module, as it stands in scopes.
pub enum ModuleName {}

/// The text is no name of a module.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "is not a module's name: expected {} to {} of a-z, 0-9 and _, beginning with a letter",
    ModuleName::SHAPE.least,
    ModuleName::SHAPE.most
)]
pub struct NotAModuleName;

impl Shaped for ModuleName {
    const SHAPE: Shape = Shape { least: 2, ..Shape::up_to(LONGEST_NAME, "^[a-z][a-z0-9_]*$") };
    type Refusal = NotAModuleName;

    fn check(name: &str) -> Result<(), NotAModuleName> {
        let fits = Self::SHAPE.fits(name)
            && name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if fits { Ok(()) } else { Err(NotAModuleName) }
    }
}

/// Why the platform cannot have a module of that name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameRefused {
    #[error(transparent)]
    Misshapen(#[from] NotAModuleName),
    #[error("is reserved for Consentry's own API; choose another")]
    Reserved,
}

/// The name of a module of the platform's own in `text`.
pub fn name(text: &str) -> Result<String, NameRefused> {
    ModuleName::check(text)?;
    if RESERVED.contains(&text) { Err(NameRefused::Reserved) } else { Ok(text.to_owned()) }
}

/// Scopes that a caller must have: at least one, each of which some module could give.
pub enum Demand {}

/// The text is no [`Demand`].
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("names no scope, or one that no module could give")]
pub struct NotADemand;

macro_rules! scope {
    () => {
        "[a-z][a-z0-9_]{1,31}\\.(read|write)"
    };
}

impl Shaped for Demand {
    const SHAPE: Shape =
        Shape::up_to(Scopes::SHAPE.most, concat!("^ *", scope!(), "( +", scope!(), ")* *$")).filled();
    type Refusal = NotADemand;

    fn check(text: &str) -> Result<(), NotADemand> {
        Self::parse(text).map(drop)
    }
}

impl Demand {
    /// The scopes of `text`.
    pub fn parse(text: &str) -> Result<Scopes, NotADemand> {
        let scopes = Scopes::parse(text).map_err(|_| NotADemand)?;
        let could_be = |scope: &Scope| scope.parts().is_some_and(|(name, _)| ModuleName::check(name).is_ok());
        if !scopes.is_empty() && scopes.iter().all(could_be) { Ok(scopes) } else { Err(NotADemand) }
    }
}

impl Module {
    /// Says what the two accesses mean, where nobody did.
    #[must_use]
    pub fn described(mut self) -> Self {
        for access in [Access::Read, Access::Write] {
            if self.words(access).is_empty() {
                let words = default_words(&self.title, access);
                match access {
                    Access::Read => self.read_description = words,
                    Access::Write => self.write_description = words,
                }
            }
        }
        self
    }

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

    /// The same, unless it is what [`Module::described`] says for want of other words.
    pub fn chosen_words(&self, access: Access) -> Option<&str> {
        Some(self.words(access)).filter(|words| *words != default_words(&self.title, access))
    }
}

fn default_words(title: &str, access: Access) -> String {
    match access {
        Access::Read => format!("See {title}"),
        Access::Write => format!("Add, change and delete {title}"),
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

fn built_in() -> [Module; 4] {
    let own = |name: &str, title: &str, description: &str, read: &str, write: &str| Module {
        name: name.to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        read_description: read.to_owned(),
        write_description: write.to_owned(),
        sensitive: true,
        origin: Origin::BuiltIn,
        version: Version::default(),
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
        own(
            AUDIT,
            "Audit log",
            "What was done in this organization",
            "See what was done in the organization, by whom and from where",
            "Nothing more: the log cannot be changed",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_are_refused() {
        assert_eq!(ModuleName::check("contacts"), Ok(()));
        for name in ["", "a", "Contacts", "con-tacts", "1st", "con.tacts", "ä", &"a".repeat(33)] {
            assert_eq!(ModuleName::check(name), Err(NotAModuleName), "{name}");
        }
    }
}
