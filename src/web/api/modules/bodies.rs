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
}

/// One page of modules.
#[derive(Object)]
#[oai(rename = "ModuleList", skip_serializing_if_is_none)]
pub struct ModuleList {
    pub items: Vec<ModuleBody>,
    /// The `after` of the next page. Absent on the last one.
    pub next: Option<String>,
}

/// A module to add.
#[derive(Object)]
#[oai(rename = "NewModule", deny_unknown_fields, skip_serializing_if_is_none, example)]
pub struct NewModule {
    /// Its name in scopes.
    pub name: Text<ModuleName>,
    pub title: Text<Name>,
    pub description: Option<Text<Description>>,
    /// Made from the title when it is left out.
    pub read_description: Option<Text<Description>>,
    /// Made from the title when it is left out.
    pub write_description: Option<Text<Description>>,
    pub sensitive: Option<bool>,
}

/// What is to be different about a module.
#[derive(Default, Object)]
#[oai(rename = "ModuleChange", deny_unknown_fields, skip_serializing_if_is_none, example)]
pub struct ModuleChange {
    pub title: Option<Text<Name>>,
    pub description: Option<Text<Description>>,
    pub read_description: Option<Text<Description>>,
    pub write_description: Option<Text<Description>>,
    pub sensitive: Option<bool>,
}

impl NewModule {
    pub fn read(self) -> (String, ModuleDraft) {
        let text = |text: Option<Text<Description>>| text.map(Text::into_string).unwrap_or_default();
        let draft = ModuleDraft {
            title: self.title.into_string(),
            description: text(self.description),
            read_description: text(self.read_description),
            write_description: text(self.write_description),
            sensitive: self.sensitive.unwrap_or_default(),
        };
        (self.name.into_string(), draft)
    }
}

impl ModuleChange {
    pub fn fill(self, draft: &mut ModuleDraft) {
        let texts = [
            (&mut draft.title, self.title.map(Text::into_string)),
            (&mut draft.description, self.description.map(Text::into_string)),
            (&mut draft.read_description, self.read_description.map(Text::into_string)),
            (&mut draft.write_description, self.write_description.map(Text::into_string)),
        ];
        for (field, value) in texts {
            if let Some(value) = value {
                *field = value;
            }
        }
        draft.sensitive = self.sensitive.unwrap_or(draft.sensitive);
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
        }
    }
}

impl Example for NewModule {
    fn example() -> Self {
        Self {
            name: "contacts".into(),
            title: "Contacts".into(),
            description: Some("People and companies".into()),
            read_description: Some("See your contacts".into()),
            write_description: Some("Add, change and delete your contacts".into()),
            sensitive: Some(false),
        }
    }
}

impl Example for ModuleChange {
    fn example() -> Self {
        Self { sensitive: Some(true), ..Self::default() }
    }
}
