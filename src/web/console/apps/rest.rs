//! Taking an app out of service for a while, and back.

use std::sync::Arc;

use poem::Body;
use poem::Request;
use poem::Response;
use poem::handler;
use poem::web::Data;
use poem::web::Path;

use crate::app::App;
use crate::manage;
use crate::manage::apps::ClientDraft;
use crate::web::console::apps;
use crate::web::console::notices;
use crate::web::console::notices::Done;
use crate::web::console::refusals::Result;
use crate::web::console::visitor::Visitor;

/// `POST /apps/<id>/disable`.
#[handler]
pub async fn disable(
    request: &Request,
    body: Body,
    Path(id): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    set(app, request, body, &id, true).await
}

/// `POST /apps/<id>/enable`.
#[handler]
pub async fn enable(
    request: &Request,
    body: Body,
    Path(id): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    set(app, request, body, &id, false).await
}

async fn set(app: &App, request: &Request, body: Body, id: &str, disabled: bool) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    visitor.form(body).await?;
    let id = apps::id(id)?;
    let change = |draft: &mut ClientDraft| {
        draft.disabled = Some(disabled);
        Ok(())
    };
    manage::apps::edit(app, &visitor.authority, &id, change).await?;
    let done = if disabled { Done::AppDisabled } else { Done::AppEnabled };
    Ok(notices::go(&apps::href(&id), done))
}
