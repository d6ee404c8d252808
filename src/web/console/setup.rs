//! `GET` and `POST /setup`: the first owner, by the link that the server shows on its console.

use std::sync::Arc;

use poem::Body;
use poem::Request;
use poem::RequestBody;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::http::header::RETRY_AFTER;
use poem::web::Data;

use crate::accounts::setup;
use crate::accounts::setup::NewOwner;
use crate::accounts::setup::SetupError;
use crate::app::App;
use crate::app::ChangeError;
use crate::app::FieldError;
use crate::base::secret::Secret;
use crate::web::browser;
use crate::web::browser::Browser;
use crate::web::console::refusals::Refusal;
use crate::web::form;
use crate::web::form::Params;
use crate::web::form::Rules;
use crate::web::pages;
use crate::web::pages::error::ErrorPage;
use crate::web::pages::fields::Field;
use crate::web::pages::parts::Frame;
use crate::web::pages::setup::Setup;

const STALE: &str = "This page had been open for too long. Type your password again.";
const BUSY: &str = "The server is busy at this moment. Type your password again in a few seconds.";

#[handler]
pub async fn show(request: &Request, Data(app): Data<&Arc<App>>) -> poem::Result<Response> {
    let browser = Browser::read(app, request).await.map_err(browser::failed)?;
    let query = Params::from_query(request.uri().query(), &Rules::STRICT)?;
    let token = query.get("token").unwrap_or_default();
    if !setup::works(app, token).await.map_err(browser::failed)? {
        return Ok(no_such_link(app, &browser));
    }
    let page = Setup {
        frame: browser.card(app, Frame::titled("Set up")),
        token: Secret::presented(token),
        ..Setup::default()
    };
    Ok(respond(&browser, &page, StatusCode::OK))
}

#[handler]
pub async fn submit(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> poem::Result<Response> {
    let browser = Browser::read(app, request).await.map_err(browser::failed)?;
    let params = form::read(request, &mut RequestBody::new(body), &Rules::STRICT).await?;
    let typed = |name| params.get(name).unwrap_or_default();
    let mut page = Setup {
        frame: browser.card(app, Frame::titled("Set up")),
        token: Secret::presented(typed("token")),
        organization: Field::new(typed("organization")),
        name: Field::new(typed("name")),
        email: Field::new(typed("email")),
        password_error: None,
    };
    if let Err(forged) = browser.check_card(app, request, params.get("csrf")) {
        tracing::info!(%forged, "a set-up form was refused");
        page.password_error = Some(STALE.to_owned());
        return Ok(respond(&browser, &page, StatusCode::FORBIDDEN));
    }
    let owner = NewOwner {
        organization: typed("organization"),
        name: typed("name"),
        email: typed("email"),
        password: Secret::presented(typed("password")),
        agent: browser::agent(request),
    };
    match setup::complete(app, typed("token"), owner).await {
        Ok(signed_in) => {
            let mut response = browser::see_other("/");
            browser.enter(app, &mut response, &signed_in);
            Ok(response)
        }
        Err(SetupError::Link) => Ok(no_such_link(app, &browser)),
        Err(SetupError::Refused(ChangeError::Invalid(errors))) => {
            errors.into_iter().for_each(|error| tell(&mut page, error));
            Ok(respond(&browser, &page, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(SetupError::Busy) => {
            page.password_error = Some(BUSY.to_owned());
            let mut response = respond(&browser, &page, StatusCode::SERVICE_UNAVAILABLE);
            response.headers_mut().insert(RETRY_AFTER, 2.into());
            Ok(response)
        }
        Err(SetupError::Refused(error)) => Err(Refusal::from(error).into()),
    }
}

fn tell(page: &mut Setup, error: FieldError) {
    let place = match error.field {
        "organization" => &mut page.organization.error,
        "name" => &mut page.name.error,
        "email" => &mut page.email.error,
        _ => &mut page.password_error,
    };
    *place = Some(error.message);
}

fn respond(browser: &Browser, page: &Setup, status: StatusCode) -> Response {
    let mut response = pages::render(page, status);
    browser.set_cookies(&mut response);
    response
}

fn no_such_link(app: &App, browser: &Browser) -> Response {
    let advice = [
        "If this server has an owner already, sign in or ask them to add you.",
        "Otherwise restart the server: it prints a fresh link.",
    ];
    let page = ErrorPage::written(
        StatusCode::NOT_FOUND,
        "This link does not work",
        "A set-up link works once and for 30 minutes, and only while nobody has an account here yet.",
        advice.map(str::to_owned),
    );
    let page = ErrorPage { frame: browser.card(app, page.frame), ..page };
    pages::render(&page, StatusCode::NOT_FOUND)
}
