//! `/api/private-apps/{id}/tokens`: tokens of private apps. They are listed with the private app itself.

use std::sync::Arc;

use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use crate::app::App;
use crate::app::ChangeError;
use crate::manage::private_apps;
use crate::model::id::PrivateAppId;
use crate::model::id::PrivateAppTokenId;
use crate::model::permission::Permission;
use crate::web::answer::Answer;
use crate::web::answer::Empty;
use crate::web::answer::Json;
use crate::web::answer::Reply;
use crate::web::api::body::Body;
use crate::web::api::caller::Caller;
use crate::web::api::outcomes::Added;
use crate::web::api::outcomes::Deleted;
use crate::web::api::private_apps::bodies::TokenInClear;
use crate::web::api::private_apps::bodies::TokenWish;
use crate::web::api::private_apps::private_app_id;
use crate::web::tags::Tag;
use crate::web::text::Text;

pub struct TokensApi;

#[OpenApi(tag = "Tag::PrivateApps")]
impl TokensApi {
    /// Add a token
    ///
    /// A second one, so that a token can be replaced without an outage: add, deploy, revoke the old one.
    #[oai(path = "/api/private-apps/:id/tokens", method = "post", operation_id = "add_private_app_token")]
    async fn add(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::PrivateAppsWrite")] caller: Caller,
        /// The private app's `id`.
        id: Path<Text<PrivateAppId>>,
        body: Body<TokenWish>,
    ) -> Reply<Json<TokenInClear>, Added> {
        let id = private_app_id(id.0.as_str())?;
        let token = private_apps::add_token(&app, &caller.fresh(&app)?, &id, body.0.expiry.into()).await?;
        Ok(Answer::Done(Json(token.into())))
    }

    /// Revoke a token
    ///
    /// It stops working at once.
    #[oai(
        path = "/api/private-apps/:id/tokens/:token_id",
        method = "delete",
        operation_id = "revoke_private_app_token"
    )]
    async fn revoke(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::PrivateAppsWrite")] caller: Caller,
        /// The private app's `id`.
        id: Path<Text<PrivateAppId>>,
        /// The token's `id`.
        token_id: Path<Text<PrivateAppTokenId>>,
    ) -> Reply<Empty, Deleted> {
        let id = private_app_id(id.0.as_str())?;
        let token =
            PrivateAppTokenId::parse(token_id.0.as_str()).map_err(|_| ChangeError::NotFound("token"))?;
        private_apps::revoke_token(&app, &caller.authority, &id, &token).await?;
        Ok(Answer::Done(Empty))
    }
}
