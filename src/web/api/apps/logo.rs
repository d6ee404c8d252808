//! `/api/apps/{id}/logo`: the picture of an app.

use std::sync::Arc;

use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use crate::app::App;
use crate::manage::apps;
use crate::model::id::ClientId;
use crate::model::permission::Permission;
use crate::web::answer::Answer;
use crate::web::answer::Empty;
use crate::web::answer::Json;
use crate::web::answer::Reply;
use crate::web::api::apps::client_id;
use crate::web::api::caller::Caller;
use crate::web::api::outcomes::Changed;
use crate::web::api::outcomes::Deleted;
use crate::web::api::upload::LogoBody;
use crate::web::api::upload::Picture;
use crate::web::logo;
use crate::web::problem::Problem;
use crate::web::tags::Tag;
use crate::web::text::Text;

pub struct LogosApi;

#[OpenApi(tag = "Tag::Apps")]
impl LogosApi {
    /// Set an app's logo
    ///
    /// A PNG, JPEG, WebP or GIF of at most 512 KB and 4096 pixels a side. It is redrawn as a PNG that fits into 256 by
    /// 256 pixels; nothing else of the file is kept.
    #[oai(path = "/api/apps/:id/logo", method = "put", operation_id = "set_app_logo")]
    async fn set(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::AppsWrite")] caller: Caller,
        /// The app's `id`.
        id: Path<Text<ClientId>>,
        picture: Picture,
    ) -> Reply<Json<LogoBody>, Changed> {
        let id = client_id(id.0.as_str())?;
        let png = logo::redraw(picture.0).await.map_err(Problem::from)?;
        let logo_id = apps::set_logo(&app, &caller.authority, &id, Some(&png)).await?;
        Ok(Answer::Done(Json(logo_id.into())))
    }

    /// Remove an app's logo
    ///
    /// The app then shows its initials.
    #[oai(path = "/api/apps/:id/logo", method = "delete", operation_id = "remove_app_logo")]
    async fn remove(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::AppsWrite")] caller: Caller,
        /// The app's `id`.
        id: Path<Text<ClientId>>,
    ) -> Reply<Empty, Deleted> {
        apps::set_logo(&app, &caller.authority, &client_id(id.0.as_str())?, None).await?;
        Ok(Answer::Done(Empty))
    }
}
