//! `/api/private-apps/{id}/logo`: the picture of a private app.

use std::sync::Arc;

use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use crate::app::App;
use crate::manage::private_apps;
use crate::model::id::PrivateAppId;
use crate::model::permission::Permission;
use crate::web::answer::Answer;
use crate::web::answer::Empty;
use crate::web::answer::Json;
use crate::web::answer::Reply;
use crate::web::api::caller::Caller;
use crate::web::api::outcomes::Changed;
use crate::web::api::outcomes::Deleted;
use crate::web::api::private_apps::private_app_id;
use crate::web::api::upload::LogoBody;
use crate::web::api::upload::Picture;
use crate::web::logo;
use crate::web::problem::Problem;
use crate::web::tags::Tag;
use crate::web::text::Text;

pub struct LogosApi;

#[OpenApi(tag = "Tag::PrivateApps")]
impl LogosApi {
    /// Set a private app's logo
    ///
    /// A PNG, JPEG, WebP or GIF of at most 512 KB and 4096 pixels a side. It is redrawn as a PNG that fits into 256 by
    /// 256 pixels; nothing else of the file is kept.
    #[oai(path = "/api/private-apps/:id/logo", method = "put", operation_id = "set_private_app_logo")]
    async fn set(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::PrivateAppsWrite")] caller: Caller,
        /// The private app's `id`.
        id: Path<Text<PrivateAppId>>,
        picture: Picture,
    ) -> Reply<Json<LogoBody>, Changed> {
        let id = private_app_id(id.0.as_str())?;
        let png = logo::redraw(picture.0).await.map_err(Problem::from)?;
        let logo_id = private_apps::set_logo(&app, &caller.authority, &id, Some(&png)).await?;
        Ok(Answer::Done(Json(logo_id.into())))
    }

    /// Remove a private app's logo
    ///
    /// The private app then shows its initials.
    #[oai(path = "/api/private-apps/:id/logo", method = "delete", operation_id = "remove_private_app_logo")]
    async fn remove(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::PrivateAppsWrite")] caller: Caller,
        /// The private app's `id`.
        id: Path<Text<PrivateAppId>>,
    ) -> Reply<Empty, Deleted> {
        private_apps::set_logo(&app, &caller.authority, &private_app_id(id.0.as_str())?, None).await?;
        Ok(Answer::Done(Empty))
    }
}
