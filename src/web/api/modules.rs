//! `/api/modules`: the parts of the platform's API.

mod bodies;

use std::sync::Arc;

use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;
use poem_openapi::param::Query;

use crate::app::App;
use crate::app::ChangeError;
use crate::manage::modules;
use crate::manage::modules::ModuleDraft;
use crate::model::module::ModuleName;
use crate::model::page::Listed;
use crate::model::permission::Permission;
use crate::model::search::Search;
use crate::web::answer::Answer;
use crate::web::answer::Empty;
use crate::web::answer::Json;
use crate::web::answer::Reply;
use crate::web::api::body::Body;
use crate::web::api::caller::Caller;
use crate::web::api::modules::bodies::Add;
use crate::web::api::modules::bodies::Change;
use crate::web::api::modules::bodies::ModuleBody;
use crate::web::api::modules::bodies::ModuleList;
use crate::web::api::outcomes::Changed;
use crate::web::api::outcomes::Created;
use crate::web::api::outcomes::Deleted;
use crate::web::api::outcomes::Found;
use crate::web::api::outcomes::Shown;
use crate::web::api::page;
use crate::web::api::page::Limit;
use crate::web::api::request;
use crate::web::tags::Tag;
use crate::web::text::Text;

pub use self::bodies::ModuleRequest;

pub struct ModulesApi;

#[OpenApi(tag = "Tag::Modules")]
impl ModulesApi {
    /// List modules
    ///
    /// The platform's by name, then Consentry's own.
    #[oai(path = "/api/modules", method = "get", operation_id = "list_modules")]
    async fn list(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::ModulesRead")] caller: Caller,
        request: &Request,
        /// Finds the modules in whose title or name each word of it begins a word, in whatever case.
        q: Query<Option<Text<Search>>>,
        /// How many at most.
        limit: Query<Option<Limit>>,
        /// The `next` of the page before.
        after: Query<Option<Text<ModuleName>>>,
    ) -> Reply<Json<ModuleList>, Shown> {
        let page = page::read(request, limit.0, after.0)?;
        let search = page::search(q.0)?;
        let listed = modules::list(&app, &caller.authority, search.as_ref(), &page).await?;
        let Listed { items, next, .. } = listed.map(|module| ModuleBody::from(&module));
        Ok(Answer::Done(Json(ModuleList { items, next })))
    }

    /// Add a module
    ///
    /// Gives the platform two more scopes, `<name>.read` and `<name>.write`. Operators of the installation only.
    #[oai(path = "/api/modules", method = "post", operation_id = "create_module")]
    async fn create(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::ModulesWrite")] caller: Caller,
        body: Body<request::Request<ModuleRequest, Add>>,
    ) -> Reply<Json<ModuleBody>, Created> {
        let mut draft = ModuleDraft::default();
        body.0.sent.fill(&mut draft)?;
        let module = modules::create(&app, &caller.authority, &draft).await?;
        Ok(Answer::Done(Json((&module).into())))
    }

    /// Show a module
    ///
    /// With its two scopes, and with what each means in words.
    #[oai(path = "/api/modules/:name", method = "get", operation_id = "get_module")]
    async fn get(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::ModulesRead")] _caller: Caller,
        /// The module's name in scopes.
        name: Path<Text<ModuleName>>,
    ) -> Reply<Json<ModuleBody>, Found> {
        let modules = app.modules().await?;
        let module = modules.get(name.0.as_str()).ok_or(ChangeError::NotFound("module"))?;
        Ok(Answer::Done(Json(module.into())))
    }

    /// Change a module
    ///
    /// What the request leaves out stays as it is. Only modules of origin `api` can be changed.
    #[oai(path = "/api/modules/:name", method = "patch", operation_id = "update_module")]
    async fn change(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::ModulesWrite")] caller: Caller,
        /// The module's name in scopes.
        name: Path<Text<ModuleName>>,
        body: Body<request::Request<ModuleRequest, Change>>,
    ) -> Reply<Json<ModuleBody>, Changed> {
        let change = |draft: &mut ModuleDraft| body.0.sent.fill(draft);
        let module = modules::edit(&app, &caller.authority, name.0.as_str(), change).await?;
        Ok(Answer::Done(Json((&module).into())))
    }

    /// Delete a module
    ///
    /// Nobody can ask for its scopes from then on. Only modules of origin `api` can be deleted.
    #[oai(path = "/api/modules/:name", method = "delete", operation_id = "delete_module")]
    async fn delete(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::ModulesWrite")] caller: Caller,
        /// The module's name in scopes.
        name: Path<Text<ModuleName>>,
    ) -> Reply<Empty, Deleted> {
        modules::delete(&app, &caller.authority, name.0.as_str()).await?;
        Ok(Answer::Done(Empty))
    }
}
