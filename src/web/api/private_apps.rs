//! `/api/private-apps`: private apps.

mod bodies;
mod logo;
mod tokens;

use std::sync::Arc;

use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;
use poem_openapi::param::Query;

use crate::app::App;
use crate::app::ChangeError;
use crate::manage::private_apps;
use crate::manage::private_apps::PrivateAppDraft;
use crate::manage::private_apps::TokenLife;
use crate::model::id::PrivateAppId;
use crate::model::page::Listed;
use crate::model::permission::Permission;
use crate::model::search::Search;
use crate::web::answer::Answer;
use crate::web::answer::Empty;
use crate::web::answer::Json;
use crate::web::answer::Reply;
use crate::web::api::body::Body;
use crate::web::api::caller::Caller;
use crate::web::api::outcomes::Changed;
use crate::web::api::outcomes::Created;
use crate::web::api::outcomes::Deleted;
use crate::web::api::outcomes::Found;
use crate::web::api::outcomes::Shown;
use crate::web::api::page;
use crate::web::api::page::Limit;
use crate::web::api::private_apps::bodies::Change;
use crate::web::api::private_apps::bodies::Create;
use crate::web::api::private_apps::bodies::CreatedPrivateApp;
use crate::web::api::private_apps::bodies::PrivateAppBody;
use crate::web::api::private_apps::bodies::PrivateAppList;
use crate::web::api::request;
use crate::web::tags::Tag;
use crate::web::text::Text;

pub use self::bodies::PrivateAppRequest;
pub use self::logo::LogosApi;
pub use self::tokens::TokensApi;

pub struct PrivateAppsApi;

#[OpenApi(tag = "Tag::PrivateApps")]
impl PrivateAppsApi {
    /// List private apps
    ///
    /// The organization's private apps with their tokens as hints, newest first.
    #[oai(path = "/api/private-apps", method = "get", operation_id = "list_private_apps")]
    async fn list(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::PrivateAppsRead")] caller: Caller,
        request: &Request,
        /// Finds the private apps in whose name each word of it begins a word, in whatever case; or the one of that `id`.
        q: Query<Option<Text<Search>>>,
        /// How many at most.
        limit: Query<Option<Limit>>,
        /// The `next` of the page before.
        after: Query<Option<Text<PrivateAppId>>>,
    ) -> Reply<Json<PrivateAppList>, Shown> {
        let page = page::read(request, limit.0, after.0)?;
        let search = page::search(q.0)?;
        let listed = private_apps::list(&app, &caller.authority, search.as_ref(), &page).await?;
        let now = app.now();
        let Listed { items, next, .. } = listed.map(|view| PrivateAppBody::new(view, now));
        Ok(Answer::Done(Json(PrivateAppList { items, next })))
    }

    /// Create a private app
    ///
    /// With its first token, shown this one time.
    #[oai(path = "/api/private-apps", method = "post", operation_id = "create_private_app")]
    async fn create(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::PrivateAppsWrite")] caller: Caller,
        body: Body<request::Request<PrivateAppRequest, Create>>,
    ) -> Reply<Json<CreatedPrivateApp>, Created> {
        let wanted = body.0.sent;
        let life = wanted.expiry.map_or_else(TokenLife::default, TokenLife::from);
        let mut draft = PrivateAppDraft::default();
        wanted.fill(&mut draft)?;
        let created = private_apps::create(&app, &caller.fresh(&app)?, &draft, life).await?;
        Ok(Answer::Done(Json(CreatedPrivateApp::new(created, app.now()))))
    }

    /// Show a private app
    ///
    /// With its tokens, as hints, and when and where each was used last.
    #[oai(path = "/api/private-apps/:id", method = "get", operation_id = "get_private_app")]
    async fn get(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::PrivateAppsRead")] caller: Caller,
        /// The private app's `id`.
        id: Path<Text<PrivateAppId>>,
    ) -> Reply<Json<PrivateAppBody>, Found> {
        let view = private_apps::view(&app, &caller.authority, &private_app_id(id.0.as_str())?).await?;
        Ok(Answer::Done(Json(PrivateAppBody::new(view, app.now()))))
    }

    /// Change a private app
    ///
    /// What the request leaves out stays as it is. Its tokens follow at once.
    #[oai(path = "/api/private-apps/:id", method = "patch", operation_id = "update_private_app")]
    async fn change(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::PrivateAppsWrite")] caller: Caller,
        /// The private app's `id`.
        id: Path<Text<PrivateAppId>>,
        body: Body<request::Request<PrivateAppRequest, Change>>,
    ) -> Reply<Json<PrivateAppBody>, Changed> {
        let id = private_app_id(id.0.as_str())?;
        let change = |draft: &mut PrivateAppDraft| body.0.sent.fill(draft);
        let view = private_apps::edit(&app, &caller.authority, &id, change).await?;
        Ok(Answer::Done(Json(PrivateAppBody::new(view, app.now()))))
    }

    /// Delete a private app
    ///
    /// Its tokens stop working at once.
    #[oai(path = "/api/private-apps/:id", method = "delete", operation_id = "delete_private_app")]
    async fn delete(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::PrivateAppsWrite")] caller: Caller,
        /// The private app's `id`.
        id: Path<Text<PrivateAppId>>,
    ) -> Reply<Empty, Deleted> {
        private_apps::delete(&app, &caller.authority, &private_app_id(id.0.as_str())?).await?;
        Ok(Answer::Done(Empty))
    }
}

/// What is no identifier of a private app is one that does not exist.
fn private_app_id(text: &str) -> Result<PrivateAppId, ChangeError> {
    PrivateAppId::parse(text).map_err(|_| ChangeError::NotFound("private app"))
}
