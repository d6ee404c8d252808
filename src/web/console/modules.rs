//! The platform's modules: shown to those who build, changed by operators.

use std::sync::Arc;

use poem::Body;
use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;
use poem::web::Path;

use crate::app::App;
use crate::app::ChangeError;
use crate::manage;
use crate::manage::modules::ModuleDraft;
use crate::model::module::Module;
use crate::model::module::ModuleName;
use crate::model::module::Origin;
use crate::model::permission::Permission;
use crate::model::scope::Access;
use crate::web::api::modules::ModuleRequest;
use crate::web::console::listing::Wanted;
use crate::web::console::notices;
use crate::web::console::notices::Done;
use crate::web::console::refusals::Result;
use crate::web::console::refusals::Wrong;
use crate::web::console::submission::Submission;
use crate::web::console::visitor::Visitor;
use crate::web::pages;
use crate::web::pages::module_form::FIELDS;
use crate::web::pages::module_form::ModuleForm;
use crate::web::pages::modules::ModuleRow;
use crate::web::pages::modules::Modules;
use crate::web::pages::parts::Section;

/// `GET /modules`.
#[handler]
pub async fn list(request: &Request, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let wanted = Wanted::of::<ModuleName>(request, "/modules")?;
    let listed = manage::modules::list(app, &visitor.authority, wanted.search.as_ref(), &wanted.page).await?;
    let writes = visitor.authority.may(Permission::ModulesWrite);
    let page = Modules {
        frame: visitor.frame("Modules", Section::Modules),
        modules: listed.items.iter().map(|module| row(module, writes)).collect(),
        listing: wanted.listing(&listed),
        addable: writes,
    };
    Ok(pages::render(&page, StatusCode::OK))
}

/// `GET /modules/new`.
#[handler]
pub async fn blank(request: &Request, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    visitor.authority.require(Permission::ModulesWrite)?;
    let page = page(&visitor, None, &ModuleDraft::default(), Wrong::default());
    Ok(pages::render(&page, StatusCode::OK))
}

/// `POST /modules/new`.
#[handler]
pub async fn add(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let sent = visitor.submission(body).await?;
    let mut draft = ModuleDraft::default();
    fill(&sent, &mut draft)?;
    match manage::modules::create(app, &visitor.authority, &draft).await {
        Ok(_) => Ok(notices::go("/modules", Done::ModuleAdded)),
        Err(error) => {
            let wrong = match error {
                ChangeError::Conflict(why) => Wrong::in_field("name", why.to_owned()),
                error => Wrong::of(error)?,
            };
            let status = wrong.status();
            Ok(pages::render(&page(&visitor, None, &draft, wrong), status))
        }
    }
}

/// `GET /modules/<name>/edit`.
#[handler]
pub async fn filled(
    request: &Request,
    Path(name): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let module = changeable(&visitor, &name).await?;
    let draft = ModuleDraft::of(&module);
    let page = page(&visitor, Some(&module), &draft, Wrong::default());
    Ok(pages::render(&page, StatusCode::OK))
}

/// `POST /modules/<name>/edit`.
#[handler]
pub async fn save(
    request: &Request,
    body: Body,
    Path(name): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let sent = visitor.submission(body).await?;
    let module = changeable(&visitor, &name).await?;
    let mut draft = ModuleDraft::of(&module);
    fill(&sent, &mut draft)?;
    let wanted = sent.request::<ModuleRequest>()?;
    match manage::modules::edit(app, &visitor.authority, &name, |draft| wanted.fill(draft)).await {
        Ok(_) => Ok(notices::go("/modules", Done::Saved)),
        Err(error) => {
            let wrong = Wrong::of(error)?;
            let status = wrong.status();
            Ok(pages::render(&page(&visitor, Some(&module), &draft, wrong), status))
        }
    }
}

/// `POST /modules/<name>/delete`.
#[handler]
pub async fn delete(
    request: &Request,
    body: Body,
    Path(name): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    visitor.form(body).await?;
    manage::modules::delete(app, &visitor.authority, &name).await?;
    Ok(notices::go("/modules", Done::ModuleRemoved))
}

/// The module of that name, if the visitor may change it here.
async fn changeable(visitor: &Visitor<'_>, name: &str) -> Result<Module> {
    visitor.authority.require(Permission::ModulesWrite)?;
    let modules = visitor.app.modules().await?;
    let module = modules.get(name).filter(|module| module.origin == Origin::Api);
    Ok(module.ok_or(StatusCode::NOT_FOUND)?.clone())
}

fn row(module: &Module, writes: bool) -> ModuleRow {
    let origin = match module.origin {
        Origin::BuiltIn => "Built in",
        Origin::Configuration => "Configuration file",
        Origin::Api => "Added here",
    };
    let editable = writes && module.origin == Origin::Api;
    ModuleRow {
        id: module.name.clone(),
        title: module.title.clone(),
        description: module.description.clone(),
        read: module.read_description.clone(),
        write: module.write_description.clone(),
        sensitive: module.sensitive,
        origin: origin.to_owned(),
        edit: editable.then(|| format!("/modules/{}/edit", module.name)),
    }
}

/// Writes what a form says over what the draft says.
fn fill(sent: &Submission, draft: &mut ModuleDraft) -> Result<()> {
    let mut wanted = sent.request::<ModuleRequest>()?;
    draft.version.number = wanted.version.take().unwrap_or(draft.version.number);
    wanted.fill(draft).map_err(|_| StatusCode::BAD_REQUEST.into())
}

/// The form with `draft` filled in: of a module that exists, or of a new one.
fn page(visitor: &Visitor<'_>, module: Option<&Module>, draft: &ModuleDraft, mut wrong: Wrong) -> ModuleForm {
    let title = module.map_or_else(|| "Add a module".to_owned(), |module| format!("Edit {}", module.title));
    let path = module.map(|module| format!("/modules/{}", module.name));
    let mut page = ModuleForm {
        frame: visitor.frame(&title, Section::Modules),
        action: path.as_ref().map_or_else(|| "/modules/new".to_owned(), |path| format!("{path}/edit")),
        exists: module.is_some(),
        version: wrong.version(draft.version.number),
        form: wrong.form(FIELDS, &ModuleRequest::of(draft)),
        delete: path.map(|path| format!("{path}/delete")),
        breaks: module.map(breaks).unwrap_or_default(),
    };
    page.frame.notice = wrong.notice().or(page.frame.notice);
    page
}

fn breaks(module: &Module) -> Vec<String> {
    let (read, write) = (module.scope(Access::Read), module.scope(Access::Write));
    vec![
        format!("Apps of every organization can no longer ask for {read} and {write}."),
        "Tokens that were given out before still name them until they end; revoke those that must not."
            .to_owned(),
    ]
}
