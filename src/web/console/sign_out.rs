//! `POST /sign-out`.

use std::sync::Arc;

use poem::Body;
use poem::Request;
use poem::Response;
use poem::handler;
use poem::web::Data;

use crate::accounts::sessions;
use crate::app::App;
use crate::web::browser;
use crate::web::console::refusals::Result;
use crate::web::console::visitor::Visitor;

#[handler]
pub async fn submit(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    visitor.form(body).await?;
    sessions::sign_out(app, &visitor.session).await?;
    let mut response = browser::see_other("/sign-in");
    visitor.browser.leave(&mut response);
    Ok(response)
}
