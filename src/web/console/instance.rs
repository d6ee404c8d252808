//! Every app of the installation, for its operators: found, stopped with a reason, and let go on.

use std::sync::Arc;

use poem::Body;
use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;
use poem::web::Path;

use crate::app::App;
use crate::app::ChangeError;
use crate::base::clock::Timestamp;
use crate::manage::stops;
use crate::model::client::Client;
use crate::model::client::State;
use crate::model::id::ClientId;
use crate::web::console::apps;
use crate::web::console::listing::Wanted;
use crate::web::console::notices;
use crate::web::console::notices::Done;
use crate::web::console::refusals::Result;
use crate::web::console::visitor::Visitor;
use crate::web::pages;
use crate::web::pages::instance::Instance;
use crate::web::pages::instance::InstanceApp;
use crate::web::pages::parts::Badge;
use crate::web::pages::parts::Face;
use crate::web::pages::parts::Notice;
use crate::web::pages::parts::Section;
use crate::web::pages::parts::Tone;
use crate::web::words;

const PATH: &str = "/instance/apps";

/// `GET /instance/apps`.
#[handler]
pub async fn list(request: &Request, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    page(&visitor, Wanted::of::<ClientId>(request, PATH)?, None).await
}

/// `POST /instance/apps/<id>/stop`.
#[handler]
pub async fn stop(
    request: &Request,
    body: Body,
    Path(id): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let form = visitor.form(body).await?;
    let reason = form.get("reason").unwrap_or_default();
    match stops::stop(app, &visitor.authority, &apps::id(&id)?, reason).await {
        Ok(_) => Ok(notices::go(PATH, Done::AppStopped)),
        Err(ChangeError::Invalid(wrong)) => {
            let wrong = wrong.into_iter().map(|error| error.message).collect::<Vec<_>>().join(" ");
            let wrong = format!("Nothing was stopped. The reason: {wrong}");
            page(&visitor, Wanted::everything(PATH), Some(wrong)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /instance/apps/<id>/lift`.
#[handler]
pub async fn lift(
    request: &Request,
    body: Body,
    Path(id): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    visitor.form(body).await?;
    stops::lift(app, &visitor.authority, &apps::id(&id)?).await?;
    Ok(notices::go(PATH, Done::AppGoesOn))
}

/// The apps that are wanted, and what was `wrong` with a form.
async fn page(visitor: &Visitor<'_>, wanted: Wanted, wrong: Option<String>) -> Result<Response> {
    let (app, authority) = (visitor.app, &visitor.authority);
    let clients = stops::list(app, authority, wanted.search.as_ref(), wanted.state, &wanted.page).await?;
    let now = visitor.app.now();
    let mut page = Instance {
        frame: visitor.frame("All apps", Section::Instance),
        apps: clients.items.iter().map(|client| row(client, now)).collect(),
        listing: wanted.listing(&clients),
    };
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page.frame.notice = wrong.map(|text| Notice { kind: Tone::Bad, text }).or(page.frame.notice);
    Ok(pages::render(&page, status))
}

fn row(client: &Client, now: Timestamp) -> InstanceApp {
    let badge = |tone, text: &str| Badge { tone, text: text.to_owned() };
    InstanceApp {
        id: client.id.to_string(),
        face: Face { name: client.name.clone(), logo: words::logo_url(client.logo_id.as_ref()) },
        publisher: client.organization_name.clone(),
        registered: words::past(client.created_at, now),
        state: match client.state() {
            State::Stopped => badge(Tone::Bad, "Stopped"),
            State::Disabled => badge(Tone::Warn, "Disabled by its organization"),
            State::Enabled => badge(Tone::Good, "In service"),
        },
        stopped: client.stopped_at.map(|then| words::past(then, now)),
        reason: client.stop_reason.clone().unwrap_or_default(),
    }
}
