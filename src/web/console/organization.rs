//! `POST /session/organization`: shows another organization.

use std::sync::Arc;

use poem::Body;
use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;

use crate::accounts::sessions;
use crate::app::App;
use crate::model::id::OrganizationId;
use crate::web::browser;
use crate::web::console::refusals::Result;
use crate::web::console::visitor::Visitor;

/// An organization that the person does not belong to is none, whether it exists or not.
#[handler]
pub async fn switch(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let form = visitor.form(body).await?;
    let asked = form.get("organization").unwrap_or_default();
    let organization_id = OrganizationId::parse(asked).map_err(|_| StatusCode::NOT_FOUND)?;
    match sessions::switch_organization(app, &visitor.session, &organization_id).await? {
        true => Ok(browser::see_other("/")),
        false => Err(StatusCode::NOT_FOUND.into()),
    }
}
