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
use crate::web::console;
use crate::web::form::Rules;

/// An organization that the person does not belong to is none, whether it exists or not.
#[handler]
pub async fn switch(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> poem::Result<Response> {
    let posted = console::posted(app, request, body, &Rules::STRICT).await?;
    let unknown = || poem::Error::from_status(StatusCode::NOT_FOUND);
    let asked = posted.params.get("organization").unwrap_or_default();
    let organization_id = OrganizationId::parse(asked).map_err(|_| unknown())?;
    let switched = sessions::switch_organization(app, &posted.session, &organization_id).await;
    match switched.map_err(browser::failed)? {
        true => Ok(browser::see_other("/")),
        false => Err(unknown()),
    }
}
