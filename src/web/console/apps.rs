//! The organization's OAuth apps.

pub mod detail;
pub mod edit;
mod flow;
mod form;
pub mod rest;
pub mod secrets;
mod words;

use std::sync::Arc;

use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;

use crate::app::App;
use crate::base::clock::Timestamp;
use crate::manage::apps;
use crate::model::client::Client;
use crate::model::client::State;
use crate::model::id::ClientId;
use crate::store;
use crate::store::clients::Activity;
use crate::web;
use crate::web::console::listing::Wanted;
use crate::web::console::refusals::Result;
use crate::web::console::visitor::Visitor;
use crate::web::pages;
use crate::web::pages::apps::AppRow;
use crate::web::pages::apps::Apps;
use crate::web::pages::parts::Badge;
use crate::web::pages::parts::Face;
use crate::web::pages::parts::Section;
use crate::web::pages::parts::Tone;

/// `GET /apps`.
#[handler]
pub async fn list(request: &Request, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let wanted = Wanted::of::<ClientId>(request, "/apps")?;
    let clients =
        apps::list(app, &visitor.authority, wanted.search.as_ref(), wanted.state, &wanted.page).await?;
    let now = app.now();
    let mut conn = app.db.read().await?;
    let ids = clients.items.iter().map(|client| &client.id);
    let activity = store::clients::activity(&mut conn, ids, now).await?;
    drop(conn);
    let row = |client: &Client| row(client, activity.iter().find(|one| one.client_id == client.id), now);
    let page = Apps {
        frame: visitor.frame("Apps", Section::Apps),
        apps: clients.items.iter().map(row).collect(),
        listing: wanted.listing(&clients),
    };
    Ok(pages::render(&page, StatusCode::OK))
}

fn row(client: &Client, activity: Option<&Activity>, now: Timestamp) -> AppRow {
    let secret = activity.and_then(|activity| activity.newest_secret);
    let last_used = activity.and_then(Activity::last_used);
    let mut hosts = client.redirect_uris.iter().map(|uri| uri.destination()).collect::<Vec<_>>();
    hosts.dedup();
    let attention = match secret {
        _ if client.state() == State::Stopped => Some(Badge { tone: Tone::Bad, text: "Stopped".to_owned() }),
        _ if client.state() == State::Disabled => {
            Some(Badge { tone: Tone::Warn, text: "Disabled".to_owned() })
        }
        None if client.is_confidential() => Some(Badge { tone: Tone::Bad, text: "No secret".to_owned() }),
        _ => None,
    };
    AppRow {
        href: href(&client.id),
        face: face(client),
        kind: words::kind(client.kind).to_owned(),
        distribution: words::distribution(client.distribution).to_owned(),
        hosts,
        secret: secret.map(|then| web::words::past(then, now)),
        last_used: last_used.map(|then| web::words::past(then, now)),
        attention,
    }
}

/// Where the app's page is.
fn href(id: &ClientId) -> String {
    format!("/apps/{id}")
}

fn face(client: &Client) -> Face {
    Face { name: client.name.clone(), logo: web::words::logo_url(client.logo_id.as_ref()) }
}

/// The app that an address names.
///
/// # Errors
/// 404 for what is no identifier, as for an app that there is not.
pub(super) fn id(text: &str) -> Result<ClientId> {
    ClientId::parse(text).map_err(|_| StatusCode::NOT_FOUND.into())
}
