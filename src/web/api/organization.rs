//! `/api/organization`: the organization itself.

use std::sync::Arc;

use poem::web::Data;
use poem_openapi::Object;
use poem_openapi::OpenApi;
use poem_openapi::types::Example;

use crate::app::App;
use crate::manage::organization;
use crate::manage::organization::OrganizationDraft;
use crate::model;
use crate::model::label::Name;
use crate::model::permission::Permission;
use crate::web::answer::Answer;
use crate::web::answer::Json;
use crate::web::answer::Reply;
use crate::web::api::body::Body;
use crate::web::api::caller::Caller;
use crate::web::api::lifetime;
use crate::web::api::lifetime::PrivateTokenAge;
use crate::web::api::moment;
use crate::web::api::moment::Moment;
use crate::web::api::outcomes::Changed;
use crate::web::api::outcomes::Shown;
use crate::web::api::request;
use crate::web::api::request::Takes;
use crate::web::api::request::request;
use crate::web::tags::Tag;
use crate::web::text::Text;

pub struct OrganizationApi;

/// The organization that the session shows.
#[derive(Object)]
#[oai(example)]
struct Organization {
    id: String,
    /// People see it when an app asks for access.
    name: String,
    /// The greatest age of a private app's token, or `never`. An older one is blocked, not deleted.
    private_token_age: String,
    created_at: Moment,
    /// Raised by every edit. Sent along with a change, it keeps the change from overwriting what others changed since.
    version: i64,
}

request! {
    /// An organization as somebody wishes it to be.
    OrganizationRequest for OrganizationDraft by version {
        /// People see it when an app asks for access.
        name: Text<Name>,
        /// The greatest age of a private app's token. An older one is blocked, not deleted.
        private_token_age: Text<PrivateTokenAge>,
    }
    besides {}
}

/// An organization is changed.
enum Change {}

impl Takes<OrganizationRequest> for Change {
    const NAME: &'static str = "OrganizationChange";
    const DESCRIPTION: &'static str = "What is to be different about the organization.";

    fn example() -> OrganizationRequest {
        OrganizationRequest {
            private_token_age: Some("90d".into()),
            version: Some(1),
            ..OrganizationRequest::default()
        }
    }
}

#[OpenApi(tag = "Tag::Members")]
impl OrganizationApi {
    /// Show the organization
    ///
    /// Its name, and what it demands of its own.
    #[oai(path = "/api/organization", method = "get", operation_id = "get_organization")]
    async fn show(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Organization")] caller: Caller,
    ) -> Reply<Json<Organization>, Shown> {
        Ok(Answer::Done(Json(organization::view(&app, &caller.authority).await?.into())))
    }

    /// Change the organization
    ///
    /// What the request leaves out stays as it is. Tokens of private apps that are too old then are blocked at once.
    #[oai(path = "/api/organization", method = "patch", operation_id = "update_organization")]
    async fn change(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Organization")] caller: Caller,
        body: Body<request::Request<OrganizationRequest, Change>>,
    ) -> Reply<Json<Organization>, Changed> {
        let change = |draft: &mut OrganizationDraft| body.0.sent.fill(draft);
        let changed = organization::edit(&app, &caller.fresh(&app)?, change).await?;
        Ok(Answer::Done(Json(changed.into())))
    }
}

impl From<model::organization::Organization> for Organization {
    fn from(organization: model::organization::Organization) -> Self {
        Self {
            id: organization.id.to_string(),
            name: organization.name,
            private_token_age: lifetime::text(organization.private_token_age),
            created_at: organization.created_at.into(),
            version: organization.version.number,
        }
    }
}

impl Example for Organization {
    fn example() -> Self {
        Self {
            id: "org_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
            name: "Analytical Engines".to_owned(),
            private_token_age: "365d".to_owned(),
            created_at: moment::example(),
            version: 1,
        }
    }
}
