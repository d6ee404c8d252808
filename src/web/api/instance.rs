//! `/api/instance/apps`: every app of the installation, for its operators.

use std::sync::Arc;

use poem::Request;
use poem::web::Data;
use poem_openapi::Object;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;
use poem_openapi::param::Query;
use poem_openapi::types::Example;

use crate::app::App;
use crate::manage::stops;
use crate::model::client;
use crate::model::client::Client;
use crate::model::id::ClientId;
use crate::model::label::Reason;
use crate::model::page::Listed;
use crate::model::permission::Permission;
use crate::model::search::Search;
use crate::web::answer::Answer;
use crate::web::answer::Json;
use crate::web::answer::Reply;
use crate::web::api::apps::Stopped;
use crate::web::api::apps::client_id;
use crate::web::api::body::Body;
use crate::web::api::caller::Caller;
use crate::web::api::choices::State;
use crate::web::api::moment;
use crate::web::api::moment::Moment;
use crate::web::api::outcomes::Changed;
use crate::web::api::outcomes::Found;
use crate::web::api::outcomes::Shown;
use crate::web::api::page;
use crate::web::api::page::Limit;
use crate::web::tags::Tag;
use crate::web::text::Text;

pub struct InstanceApi;

/// An app of any organization, as far as an operator needs it.
#[derive(Object)]
#[oai(skip_serializing_if_is_none, example)]
struct InstanceApp {
    /// Its `client_id`.
    id: String,
    name: String,
    organization_id: String,
    organization_name: String,
    created_at: Moment,
    /// Its own organization has disabled it.
    disabled: bool,
    /// That an operator stopped it.
    stopped: Option<Stopped>,
}

/// One page of the installation's apps.
#[derive(Object)]
#[oai(skip_serializing_if_is_none)]
struct InstanceAppList {
    items: Vec<InstanceApp>,
    /// The `after` of the next page. Absent on the last one.
    next: Option<String>,
}

/// Why an app is stopped.
#[derive(Object)]
#[oai(deny_unknown_fields, example)]
struct Stop {
    /// The app's owner reads it.
    reason: Text<Reason>,
}

#[expect(clippy::too_many_arguments, reason = "one for each parameter that is documented")]
#[OpenApi(tag = "Tag::Instance")]
impl InstanceApi {
    /// List the apps of all organizations
    ///
    /// Newest first. For operators of this server, signed in with their browser.
    #[oai(path = "/api/instance/apps", method = "get", operation_id = "list_instance_apps")]
    async fn list(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::InstanceApps")] caller: Caller,
        request: &Request,
        /// Finds the apps in whose name or publisher's name each word of it begins a word, in whatever case; or the one
        /// of that `client_id`.
        q: Query<Option<Text<Search>>>,
        /// Only those in this state.
        state: Query<Option<State>>,
        /// How many at most.
        limit: Query<Option<Limit>>,
        /// The `next` of the page before.
        after: Query<Option<Text<ClientId>>>,
    ) -> Reply<Json<InstanceAppList>, Shown> {
        let page = page::read(request, limit.0, after.0)?;
        let (search, state) = (page::search(q.0)?, state.0.map(client::State::from));
        let listed = stops::list(&app, &caller.authority, search.as_ref(), state, &page).await?;
        let Listed { items, next, .. } = listed.map(InstanceApp::from);
        Ok(Answer::Done(Json(InstanceAppList { items, next })))
    }

    /// Stop an app
    ///
    /// Of any organization, at once: its tokens rest and nobody can allow it, until an operator lifts the stop. Its
    /// owner sees the reason and cannot undo it. Stopping it again changes the reason. For operators of this server,
    /// signed in with their browser.
    #[oai(path = "/api/instance/apps/:id/stop", method = "put", operation_id = "stop_app")]
    async fn stop(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::InstanceApps")] caller: Caller,
        /// The app's `id`, which is also its `client_id`.
        id: Path<Text<ClientId>>,
        body: Body<Stop>,
    ) -> Reply<Json<InstanceApp>, Changed> {
        let id: ClientId = client_id(id.0.as_str())?;
        let client = stops::stop(&app, &caller.authority, &id, body.0.reason.as_str()).await?;
        Ok(Answer::Done(Json(client.into())))
    }

    /// Lift the stop of an app
    ///
    /// Its tokens work again as they did, unless its own organization has disabled it. For operators of this server,
    /// signed in with their browser.
    #[oai(path = "/api/instance/apps/:id/stop", method = "delete", operation_id = "lift_app_stop")]
    async fn lift(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::InstanceApps")] caller: Caller,
        /// The app's `id`, which is also its `client_id`.
        id: Path<Text<ClientId>>,
    ) -> Reply<Json<InstanceApp>, Found> {
        let id = client_id(id.0.as_str())?;
        Ok(Answer::Done(Json(stops::lift(&app, &caller.authority, &id).await?.into())))
    }
}

impl From<Client> for InstanceApp {
    fn from(client: Client) -> Self {
        Self {
            id: client.id.to_string(),
            disabled: client.disabled_at.is_some(),
            stopped: Stopped::of(&client),
            name: client.name,
            organization_id: client.organization_id.to_string(),
            organization_name: client.organization_name,
            created_at: client.created_at.into(),
        }
    }
}

impl Example for InstanceApp {
    fn example() -> Self {
        Self {
            id: "app_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
            name: "Acme CRM".to_owned(),
            organization_id: "org_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
            organization_name: "Acme".to_owned(),
            created_at: moment::example(),
            disabled: false,
            stopped: Some(Stopped { at: moment::example(), reason: Stop::example().reason.into_string() }),
        }
    }
}

impl Example for Stop {
    fn example() -> Self {
        Self { reason: "It sends mail to people who did not ask for it. Write to abuse@example.com.".into() }
    }
}
