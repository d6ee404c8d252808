//! `/api/me`: who a token is.

use std::sync::Arc;

use poem::web::Data;
use poem_openapi::Enum;
use poem_openapi::Object;
use poem_openapi::OpenApi;
use poem_openapi::types::Example;

use crate::app::App;
use crate::model::id::ClientId;
use crate::model::organization::Organization;
use crate::model::permission::Permission;
use crate::oauth;
use crate::oauth::bearer::Bearer;
use crate::oauth::bearer::Subject;
use crate::store;
use crate::web::answer::Answer;
use crate::web::answer::Json;
use crate::web::answer::Reply;
use crate::web::api::caller::Caller;
use crate::web::api::caller::Who;
use crate::web::api::moment;
use crate::web::api::moment::Moment;
use crate::web::api::outcomes::Shown;
use crate::web::api::refused::Refused;
use crate::web::oauth::subject_id;
use crate::web::tags::Tag;

pub struct MeApi;

/// What calls.
#[derive(Enum)]
#[oai(rename_all = "snake_case")]
enum CallerKind {
    /// An app on a person's behalf.
    User,
    /// An app for itself.
    Client,
    PrivateApp,
    /// A person in their own browser.
    Session,
}

/// Who calls.
#[derive(Object)]
#[oai(skip_serializing_if_is_none, example)]
struct Me {
    kind: CallerKind,
    /// The identifier of the person, the app or the private app that calls.
    subject: String,
    /// A name for this connection. It stays the same when tokens are refreshed.
    label: String,
    /// The organization whose data is reached.
    organization: Named,
    /// The app that calls. Absent in a person's own browser.
    app: Option<Named>,
    /// The person on whose behalf. Absent when an app acts for itself.
    user: Option<Named>,
    /// What is allowed now.
    scopes: Vec<String>,
    /// When that ends. Absent: it does not end by itself.
    expires_at: Option<Moment>,
}

/// Something with an identifier and a name.
#[derive(Object)]
struct Named {
    id: String,
    name: String,
}

impl Named {
    fn new(id: impl ToString, name: impl Into<String>) -> Self {
        Self { id: id.to_string(), name: name.into() }
    }
}

#[OpenApi(tag = "Tag::Identity")]
impl MeApi {
    /// Show who is calling
    ///
    /// A cheap call to test a connection with; any token that works will do. The token may also be sent as
    /// `Authorization: <token>` or `Authorisation: <token>`.
    #[oai(path = "/api/me", method = "get", operation_id = "me")]
    async fn me(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Identity")] caller: Caller,
    ) -> Reply<Json<Me>, Shown> {
        let scopes = caller.authority.scopes().iter().map(|scope| scope.as_str().to_owned()).collect();
        let me = match caller.who {
            Who::Session(signed_in) => {
                let session = signed_in.session;
                Me {
                    kind: CallerKind::Session,
                    subject: session.user_id.to_string(),
                    label: label(&session.name, &session.organization_name),
                    organization: Named::new(&session.organization_id, session.organization_name),
                    app: None,
                    user: Some(Named::new(&session.user_id, session.name)),
                    scopes,
                    expires_at: None,
                }
            }
            Who::Bearer(bearer) => Self::bearer(&app, *bearer, scopes).await?,
        };
        Ok(Answer::Done(Json(me)))
    }
}

impl MeApi {
    async fn bearer(app: &App, bearer: Bearer, scopes: Vec<String>) -> Result<Me, Refused> {
        let (kind, client) = match &bearer.subject {
            Subject::User { client_id, .. } => (CallerKind::User, Self::client(app, client_id).await?),
            Subject::Client { client_id } => (CallerKind::Client, Self::client(app, client_id).await?),
            Subject::PrivateApp { private_app_id, name } => {
                (CallerKind::PrivateApp, Named::new(private_app_id, name))
            }
        };
        let mut conn = app.db.read().await?;
        let organization = store::organizations::find(&mut conn, &bearer.organization_id).await?;
        let Organization { id, name: organization_name, .. } = organization.ok_or_else(gone)?;
        let user = match &bearer.subject {
            Subject::User { user_id, .. } => {
                let user = store::users::find(&mut conn, user_id).await?.ok_or_else(gone)?;
                Some(Named::new(user.id, user.name))
            }
            Subject::Client { .. } | Subject::PrivateApp { .. } => None,
        };
        Ok(Me {
            kind,
            subject: subject_id(&bearer.subject).to_owned(),
            label: label(&user.as_ref().unwrap_or(&client).name, &organization_name),
            organization: Named::new(id, organization_name),
            app: Some(client),
            user,
            scopes,
            expires_at: bearer.expires_at.map(Moment::from),
        })
    }

    async fn client(app: &App, id: &ClientId) -> Result<Named, Refused> {
        let known = app.client(id).await?.ok_or_else(gone)?;
        Ok(Named::new(id, &known.client.name))
    }
}

/// What the token rests on was deleted since it was looked at.
fn gone() -> oauth::Error {
    oauth::Error::invalid_token().because("what it rests on was deleted meanwhile")
}

/// Not the e-mail address: an app learns that only if the platform tells it.
fn label(who: &str, organization: &str) -> String {
    format!("{who}, {organization}")
}

impl Example for Me {
    fn example() -> Self {
        Self {
            kind: CallerKind::User,
            subject: "usr_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
            label: label("Ada Lovelace", "Analytical Engines"),
            organization: Named::new("org_01kafqg3v8e4tbm9d2n5c7x1yz", "Analytical Engines"),
            app: Some(Named::new("app_01kafqg3v8e4tbm9d2n5c7x1yz", "Acme CRM")),
            user: Some(Named::new("usr_01kafqg3v8e4tbm9d2n5c7x1yz", "Ada Lovelace")),
            scopes: vec!["contacts.read".to_owned()],
            expires_at: Some(moment::example()),
        }
    }
}
