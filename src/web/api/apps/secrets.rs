//! `/api/apps/{id}/secrets`: secrets of confidential apps. They are listed with the app itself.

use std::sync::Arc;

use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use crate::app::App;
use crate::app::ChangeError;
use crate::manage::apps;
use crate::model::id::ClientId;
use crate::model::id::ClientSecretId;
use crate::model::permission::Permission;
use crate::web::answer::Answer;
use crate::web::answer::Empty;
use crate::web::answer::Json;
use crate::web::answer::Reply;
use crate::web::api::apps::bodies::SecretInClear;
use crate::web::api::apps::client_id;
use crate::web::api::caller::Caller;
use crate::web::api::outcomes::Deleted;
use crate::web::api::outcomes::Generated;
use crate::web::tags::Tag;
use crate::web::text::Text;

pub struct SecretsApi;

#[OpenApi(tag = "Tag::Apps")]
impl SecretsApi {
    /// Add a secret
    ///
    /// A second one, so that a secret can be replaced without an outage: add, deploy, delete the old one. The caller
    /// must hold every scope of the app.
    #[oai(path = "/api/apps/:id/secrets", method = "post", operation_id = "add_app_secret")]
    async fn add(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::AppsWrite")] caller: Caller,
        /// The app's `id`.
        id: Path<Text<ClientId>>,
    ) -> Reply<Json<SecretInClear>, Generated> {
        let secret = apps::add_secret(&app, &caller.fresh(&app)?, &client_id(id.0.as_str())?).await?;
        Ok(Answer::Done(Json(secret.into())))
    }

    /// End a secret
    ///
    /// It stops working at once.
    #[oai(path = "/api/apps/:id/secrets/:secret_id", method = "delete", operation_id = "end_app_secret")]
    async fn end(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::AppsWrite")] caller: Caller,
        /// The app's `id`.
        id: Path<Text<ClientId>>,
        /// The secret's `id`.
        secret_id: Path<Text<ClientSecretId>>,
    ) -> Reply<Empty, Deleted> {
        let id = client_id(id.0.as_str())?;
        let secret =
            ClientSecretId::parse(secret_id.0.as_str()).map_err(|_| ChangeError::NotFound("live secret"))?;
        apps::end_secret(&app, &caller.authority, &id, &secret).await?;
        Ok(Answer::Done(Empty))
    }
}
