//! `/api/apps`: OAuth apps.

mod bodies;
mod logo;
mod secrets;

use std::sync::Arc;

use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;
use poem_openapi::param::Query;

use crate::app::App;
use crate::app::ChangeError;
use crate::manage::apps;
use crate::manage::apps::ClientDraft;
use crate::manage::apps::Preset;
use crate::model::client;
use crate::model::id::ClientId;
use crate::model::page::Listed;
use crate::model::permission::Permission;
use crate::model::search::Search;
use crate::web::answer::Answer;
use crate::web::answer::Empty;
use crate::web::answer::Json;
use crate::web::answer::Reply;
use crate::web::api::apps::bodies::AppBody;
use crate::web::api::apps::bodies::AppList;
use crate::web::api::apps::bodies::Change;
use crate::web::api::apps::bodies::Register;
use crate::web::api::apps::bodies::RegisteredApp;
use crate::web::api::body::Body;
use crate::web::api::caller::Caller;
use crate::web::api::choices::State;
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

pub use self::bodies::AppRequest;
pub use self::bodies::Stopped;
pub use self::logo::LogosApi;
pub use self::secrets::SecretsApi;

pub struct AppsApi;

#[expect(clippy::too_many_arguments, reason = "one for each parameter that is documented")]
#[OpenApi(tag = "Tag::Apps")]
impl AppsApi {
    /// List apps
    ///
    /// The organization's OAuth apps, newest first.
    #[oai(path = "/api/apps", method = "get", operation_id = "list_apps")]
    async fn list(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::AppsRead")] caller: Caller,
        request: &Request,
        /// Finds the apps in whose name each word of it begins a word, in whatever case; or the one of that `client_id`.
        q: Query<Option<Text<Search>>>,
        /// Only those in this state.
        state: Query<Option<State>>,
        /// How many at most.
        limit: Query<Option<Limit>>,
        /// The `next` of the page before.
        after: Query<Option<Text<ClientId>>>,
    ) -> Reply<Json<AppList>, Shown> {
        let page = page::read(request, limit.0, after.0)?;
        let (search, state) = (page::search(q.0)?, state.0.map(client::State::from));
        let listed = apps::list(&app, &caller.authority, search.as_ref(), state, &page).await?;
        let Listed { items, next, .. } = listed.map(AppBody::from);
        Ok(Answer::Done(Json(AppList { items, next })))
    }

    /// Register an app
    ///
    /// A confidential app gets its first secret, shown this one time. What the request leaves out comes from the
    /// preset.
    #[oai(path = "/api/apps", method = "post", operation_id = "register_app")]
    async fn register(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::AppsWrite")] caller: Caller,
        body: Body<request::Request<AppRequest, Register>>,
    ) -> Reply<Json<RegisteredApp>, Created> {
        let wanted = body.0.sent;
        let preset = wanted.preset.map_or(Preset::Standard, Preset::from);
        let mut draft = preset.draft(&app.config);
        wanted.fill(&mut draft)?;
        let registered = apps::register(&app, &caller.fresh(&app)?, &draft).await?;
        Ok(Answer::Done(Json(registered.into())))
    }

    /// Show an app
    ///
    /// With its live secrets, as hints, and with how many grants of people would end if it were deleted.
    #[oai(path = "/api/apps/:id", method = "get", operation_id = "get_app")]
    async fn get(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::AppsRead")] caller: Caller,
        /// The app's `id`, which is also its `client_id`.
        id: Path<Text<ClientId>>,
    ) -> Reply<Json<AppBody>, Found> {
        let view = apps::view(&app, &caller.authority, &client_id(id.0.as_str())?).await?;
        Ok(Answer::Done(Json(view.into())))
    }

    /// Change an app
    ///
    /// What the request leaves out stays as it is.
    #[oai(path = "/api/apps/:id", method = "patch", operation_id = "update_app")]
    async fn change(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::AppsWrite")] caller: Caller,
        /// The app's `id`, which is also its `client_id`.
        id: Path<Text<ClientId>>,
        body: Body<request::Request<AppRequest, Change>>,
    ) -> Reply<Json<AppBody>, Changed> {
        let wanted = body.0.sent;
        let id = client_id(id.0.as_str())?;
        let change = |draft: &mut ClientDraft| {
            draft.disabled = wanted.disabled;
            wanted.fill(draft)
        };
        let client = apps::edit(&app, &caller.authority, &id, change).await?;
        Ok(Answer::Done(Json(client.into())))
    }

    /// Delete an app
    ///
    /// All its tokens and all grants of people (see `grants` of the app) end at once.
    #[oai(path = "/api/apps/:id", method = "delete", operation_id = "delete_app")]
    async fn delete(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::AppsWrite")] caller: Caller,
        /// The app's `id`, which is also its `client_id`.
        id: Path<Text<ClientId>>,
    ) -> Reply<Empty, Deleted> {
        apps::delete(&app, &caller.authority, &client_id(id.0.as_str())?).await?;
        Ok(Answer::Done(Empty))
    }
}

/// What is no identifier of an app is an app that does not exist.
pub(super) fn client_id(text: &str) -> Result<ClientId, ChangeError> {
    ClientId::parse(text).map_err(|_| ChangeError::NotFound("app"))
}
