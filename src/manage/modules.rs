//! The platform's modules that were added here: changed by operators only. Those of the configuration and
//! Consentry's own are read-only.

use crate::app::App;
use crate::app::ChangeError;
use crate::app::Fields;
use crate::app::audit;
use crate::app::compared;
use crate::model::audit::Action;
use crate::model::authority::Authority;
use crate::model::label;
use crate::model::label::Description;
use crate::model::label::Name;
use crate::model::module;
use crate::model::module::Module;
use crate::model::module::ModuleName;
use crate::model::module::Origin;
use crate::model::page::Listed;
use crate::model::page::Page;
use crate::model::page::Place;
use crate::model::permission::Permission;
use crate::model::search::Search;
use crate::model::version::Version;
use crate::store;
use crate::store::Constraint;
use crate::store::OnConstraint;

/// Modules of one installation.
pub const MOST: usize = 500;

const TAKEN: &str = "There is a module of that name already. Choose another name, or edit that one.";

/// A module as somebody wishes it to be. Texts are as they were typed.
#[derive(Clone, Debug, Default)]
pub struct ModuleDraft {
    /// Chosen once; not changed by an edit.
    pub name: String,
    pub title: String,
    pub description: String,
    /// What reading means, for the consent page; empty: made from the title.
    pub read_description: String,
    /// What writing means, for the consent page; empty: made from the title.
    pub write_description: String,
    pub sensitive: bool,
    /// Of the module that is edited.
    pub version: Version,
}

compared! { ModuleDraft by version { name, title, description, read_description, write_description, sensitive } }

impl ModuleDraft {
    /// The module as it is.
    pub fn of(module: &Module) -> Self {
        Self {
            name: module.name.clone(),
            title: module.title.clone(),
            description: module.description.clone(),
            read_description: module.read_description.clone(),
            write_description: module.write_description.clone(),
            sensitive: module.sensitive,
            version: module.version.clone(),
        }
    }

    fn check(&self, name: &str, mut fields: Fields) -> Result<Module, ChangeError> {
        let title = fields.take::<Name, _, _>("title", &self.title, label::name);
        let mut words = |field, text: &str| fields.take::<Description, _, _>(field, text, label::description);
        let module = Module {
            name: name.to_owned(),
            title,
            description: words("description", &self.description),
            read_description: words("read_description", &self.read_description),
            write_description: words("write_description", &self.write_description),
            sensitive: self.sensitive,
            origin: Origin::Api,
            version: self.version.clone(),
        };
        fields.finish()?;
        Ok(module.described())
    }
}

/// A page of the modules: those that are searched for by title or name, the platform's by name and then Consentry's own.
/// Each request needs them all, so they are at hand, and no list of them is read for this.
pub async fn list(
    app: &App,
    authority: &Authority,
    search: Option<&Search>,
    page: &Page,
) -> Result<Listed<Module>, ChangeError> {
    authority.require(Permission::ModulesRead)?;
    let modules = app.modules().await?;
    let is_found = |module: &&Module| {
        search.is_none_or(|search| search.finds(&format!("{} {}", module.title, module.name)))
    };
    let mut found = modules.iter().filter(is_found).cloned().collect::<Vec<_>>();
    found.sort_by(|one, other| place(&one.name).cmp(&place(&other.name)));
    let read = |page: &Page| -> Vec<Module> {
        let most = page.limit.saturating_add(1);
        match &page.from {
            Place::Newest => found.iter().take(most).cloned().collect(),
            Place::After(name) => {
                found.iter().filter(|module| place(&module.name) > place(name)).take(most).cloned().collect()
            }
            Place::Before(name) => {
                let before = found.iter().rev().filter(|module| place(&module.name) < place(name));
                before.take(most).cloned().collect()
            }
        }
    };
    let rows = read(page);
    Ok(match page.reached_the_newest(&rows) {
        true => page.first().of(read(&page.first())),
        false => page.of(rows),
    })
}

/// Where a module of that name stands in the list.
fn place(name: &str) -> (bool, &str) {
    (module::RESERVED.contains(&name), name)
}

/// Adds a module; its scopes are `<name>.read` and `<name>.write`.
pub async fn create(app: &App, authority: &Authority, draft: &ModuleDraft) -> Result<Module, ChangeError> {
    authority.require(Permission::ModulesWrite)?;
    let now = app.now();
    let mut fields = Fields::default();
    let name = fields.take::<ModuleName, _, _>("name", &draft.name, module::name);
    let module = draft.check(&name, fields)?;
    let known = app.modules().await?;
    if known.get(&name).is_some() {
        return Err(ChangeError::Conflict(TAKEN));
    }
    let others = known.iter().filter(|module| module.origin != Origin::Api).count();
    let mut tx = app.db.begin().await?;
    if store::modules::count(&mut tx).await? >= MOST.saturating_sub(others) as i64 {
        return Err(ChangeError::Conflict("There are as many modules as there may be. Delete one first."));
    }
    store::modules::insert(&mut tx, &module, now)
        .await
        .on_constraint(Constraint::Unique, || ChangeError::Conflict(TAKEN))?;
    audit::record(&mut tx, authority, Action::ModuleCreate, &name, now).await?;
    tx.commit().await?;
    app.modules_changed();
    Ok(module)
}

/// Changes a module: `change` gets what it is and leaves what it is to be, or tells why that cannot be.
pub async fn edit(
    app: &App,
    authority: &Authority,
    name: &str,
    change: impl FnOnce(&mut ModuleDraft) -> Result<(), ChangeError>,
) -> Result<Module, ChangeError> {
    changeable(app, authority, name).await?;
    let mut tx = app.db.begin().await?;
    let found = store::modules::hold(&mut tx, name).await?;
    let before = ModuleDraft::of(&found.ok_or(ChangeError::NotFound("module"))?);
    let mut draft = before.clone();
    change(&mut draft)?;
    let mut module = draft.check(name, Fields::default())?;
    let changes = before.changes(&ModuleDraft::of(&module));
    module.version.raise(changes.iter().map(|change| change.field.as_str()));
    store::modules::update(&mut tx, &module).await?;
    audit::record_changes(&mut tx, authority, Action::ModuleEdit, name, &changes, app.now()).await?;
    tx.commit().await?;
    app.modules_changed();
    Ok(module)
}

/// Deletes a module. Apps keep its scopes by name, but nobody can ask for them anew.
pub async fn delete(app: &App, authority: &Authority, name: &str) -> Result<(), ChangeError> {
    changeable(app, authority, name).await?;
    let mut tx = app.db.begin().await?;
    if !store::modules::delete(&mut tx, name).await? {
        return Err(ChangeError::NotFound("module"));
    }
    audit::record(&mut tx, authority, Action::ModuleDelete, name, app.now()).await?;
    tx.commit().await?;
    app.modules_changed();
    Ok(())
}

async fn changeable(app: &App, authority: &Authority, name: &str) -> Result<Module, ChangeError> {
    authority.require(Permission::ModulesWrite)?;
    let modules = app.modules().await?;
    let module = modules.get(name).ok_or(ChangeError::NotFound("module"))?;
    match module.origin {
        Origin::Api => Ok(module.clone()),
        Origin::Configuration => Err(ChangeError::Conflict(
            "The module comes from the server's configuration file and can only be changed there.",
        )),
        Origin::BuiltIn => Err(ChangeError::Conflict("The module is Consentry's own and cannot be changed.")),
    }
}
