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
use crate::web::console;
use crate::web::form::Rules;

#[handler]
pub async fn submit(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> poem::Result<Response> {
    let posted = console::posted(app, request, body, &Rules::STRICT).await?;
    sessions::sign_out(app, &posted.session).await.map_err(browser::failed)?;
    let mut response = browser::see_other("/sign-in");
    posted.browser.leave(&mut response);
    Ok(response)
}
