//! `/api/grants`: what a person has allowed.

use std::sync::Arc;

use poem::Request;
use poem::web::Data;
use poem_openapi::Object;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;
use poem_openapi::param::Query;
use poem_openapi::types::Example;

use crate::app::App;
use crate::app::ChangeError;
use crate::manage::grants;
use crate::model::grant::ConnectedApp;
use crate::model::id::GrantId;
use crate::model::page::Listed;
use crate::model::permission::Permission;
use crate::model::search::Search;
use crate::web::answer::Answer;
use crate::web::answer::Empty;
use crate::web::answer::Json;
use crate::web::answer::Reply;
use crate::web::api::caller::SignedIn;
use crate::web::api::moment;
use crate::web::api::moment::Moment;
use crate::web::api::outcomes::Deleted;
use crate::web::api::outcomes::Shown;
use crate::web::api::page;
use crate::web::api::page::Limit;
use crate::web::tags::Tag;
use crate::web::text::Text;
use crate::web::words;

pub struct GrantsApi;

/// An app that the person allowed in an organization.
#[derive(Object)]
#[oai(skip_serializing_if_is_none, example)]
struct Grant {
    id: String,
    app_id: String,
    app_name: String,
    /// Where the app's picture is, relative to this server.
    logo_url: Option<String>,
    /// The organization that publishes the app.
    publisher: String,
    /// The organization whose data it reaches.
    organization_name: String,
    scopes: Vec<String>,
    created_at: Moment,
    /// Absent: until it is revoked.
    expires_at: Option<Moment>,
    /// When the app used it last, give or take minutes.
    last_used_at: Option<Moment>,
}

/// One page of grants.
#[derive(Object)]
#[oai(skip_serializing_if_is_none)]
struct GrantList {
    items: Vec<Grant>,
    /// The `after` of the next page. Absent on the last one.
    next: Option<String>,
}

#[OpenApi(tag = "Tag::Grants")]
impl GrantsApi {
    /// List grants
    ///
    /// What the signed-in person has allowed, newest first.
    #[oai(path = "/api/grants", method = "get", operation_id = "list_grants")]
    async fn list(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Grants")] caller: SignedIn,
        request: &Request,
        /// Finds the apps in whose name or publisher's name each word of it begins a word, in whatever case.
        q: Query<Option<Text<Search>>>,
        /// How many at most.
        limit: Query<Option<Limit>>,
        /// The `next` of the page before.
        after: Query<Option<Text<GrantId>>>,
    ) -> Reply<Json<GrantList>, Shown> {
        let page = page::read(request, limit.0, after.0)?;
        let search = page::search(q.0)?;
        let listed = grants::list(&app, &caller.session, search.as_ref(), &page).await?;
        let Listed { items, next, .. } = listed.map(Grant::from);
        Ok(Answer::Done(Json(GrantList { items, next })))
    }

    /// Take back a grant
    ///
    /// Every token that the app has for it ends at once.
    #[oai(path = "/api/grants/:id", method = "delete", operation_id = "revoke_grant")]
    async fn revoke(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Grants")] caller: SignedIn,
        /// The grant's `id`.
        id: Path<Text<GrantId>>,
    ) -> Reply<Empty, Deleted> {
        let id = GrantId::parse(id.0.as_str()).map_err(|_| ChangeError::NotFound("grant"))?;
        grants::revoke(&app, &caller.session, &id).await?;
        Ok(Answer::Done(Empty))
    }
}

impl From<ConnectedApp> for Grant {
    fn from(connected: ConnectedApp) -> Self {
        Self {
            id: connected.id.to_string(),
            app_id: connected.client_id.to_string(),
            app_name: connected.client_name,
            logo_url: words::logo_url(connected.logo_id.as_ref()),
            publisher: connected.publisher,
            organization_name: connected.organization_name,
            scopes: connected.scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
            created_at: connected.created_at.into(),
            expires_at: connected.expires_at.map(Moment::from),
            last_used_at: connected.last_used_at.map(Moment::from),
        }
    }
}

impl Example for Grant {
    fn example() -> Self {
        Self {
            id: "grt_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
            app_id: "app_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
            app_name: "Acme CRM".to_owned(),
            logo_url: None,
            publisher: "Acme".to_owned(),
            organization_name: "Analytical Engines".to_owned(),
            scopes: vec!["contacts.read".to_owned()],
            created_at: moment::example(),
            expires_at: None,
            last_used_at: Some(moment::example()),
        }
    }
}
