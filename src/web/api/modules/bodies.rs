//! Modules as JSON, field by field.

use poem_openapi::Object;
use poem_openapi::types::Example;

use crate::manage::modules::ModuleDraft;
use crate::model::label::Description;
use crate::model::label::Name;
use crate::model::module::Module;
use crate::model::module::ModuleName;
use crate::model::scope::Access;
use crate::web::api::choices::Origin;
use crate::web::api::request::Takes;
use crate::web::api::request::request;
use crate::web::text::Text;

/// A part of the platform's API that apps may ask for.
#[derive(Object)]
#[oai(rename = "Module", example)]
pub struct ModuleBody {
    /// Its name in scopes.
    pub name: String,
    pub title: String,
    pub description: String,
    /// What reading means, in words for people who are asked to allow it.
    pub read_description: String,
    /// What writing means, in words for people who are asked to allow it.
    pub write_description: String,
    /// Marked when people are asked to allow it.
    pub sensitive: bool,
    pub origin: Origin,
    /// The two scopes that open it; writing includes reading.
    pub scopes: Vec<String>,
    /// Raised by every edit. Sent along with a change, it keeps the change from overwriting what others changed since.
    pub version: i64,
}

/// One page of modules.
#[derive(Object)]
#[oai(rename = "ModuleList", skip_serializing_if_is_none)]
pub struct ModuleList {
    pub items: Vec<ModuleBody>,
    /// The `after` of the next page. Absent on the last one.
    pub next: Option<String>,
}

request! {
    /// A module as somebody wishes it to be.
    ModuleRequest for ModuleDraft by version {
        /// Its name in scopes.
        name: Text<ModuleName>,
        title: Text<Name>,
        description: Text<Description>,
        /// Made from the title when it is empty.
        read_description: Text<Description>,
        /// Made from the title when it is empty.
        write_description: Text<Description>,
        sensitive: bool,
    }
    besides {}
}

/// A module is added.
pub enum Add {}

impl Takes<ModuleRequest> for Add {
    const NAME: &'static str = "NewModule";
    const DESCRIPTION: &'static str = "A module to add.";
    const NEEDED: &'static [&'static str] = &["name", "title"];
    const REFUSED: &'static [&'static str] = &["version"];

    fn example() -> ModuleRequest {
        ModuleRequest {
            name: Some("contacts".into()),
            title: Some("Contacts".into()),
            description: Some("People and companies".into()),
            read_description: Some("See your contacts".into()),
            write_description: Some("Add, change and delete your contacts".into()),
            sensitive: Some(false),
            version: None,
        }
    }
}

/// A module is changed.
pub enum Change {}

impl Takes<ModuleRequest> for Change {
    const NAME: &'static str = "ModuleChange";
    const DESCRIPTION: &'static str = "What is to be different about a module.";
    const REFUSED: &'static [&'static str] = &["name"];

    fn example() -> ModuleRequest {
        ModuleRequest { sensitive: Some(true), version: Some(1), ..ModuleRequest::default() }
    }
}

impl From<&Module> for ModuleBody {
    fn from(module: &Module) -> Self {
        Self {
            name: module.name.clone(),
            title: module.title.clone(),
            description: module.description.clone(),
            read_description: module.read_description.clone(),
            write_description: module.write_description.clone(),
            sensitive: module.sensitive,
            origin: module.origin.into(),
            scopes: [Access::Read, Access::Write].map(|access| module.scope(access).to_string()).into(),
            version: module.version.number,
        }
    }
}

impl Example for ModuleBody {
    fn example() -> Self {
        Self {
            name: "contacts".to_owned(),
            title: "Contacts".to_owned(),
            description: "People and companies".to_owned(),
            read_description: "See your contacts".to_owned(),
            write_description: "Add, change and delete your contacts".to_owned(),
            sensitive: false,
            origin: Origin::Api,
            scopes: vec!["contacts.read".to_owned(), "contacts.write".to_owned()],
            version: 1,
        }
    }
}
