//! The organization's private apps.

pub mod detail;
pub mod edit;
mod form;
mod state;
pub mod tokens;

use std::sync::Arc;

use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;

use crate::app::App;
use crate::base::clock::Timestamp;
use crate::manage::private_apps;
use crate::manage::private_apps::PrivateAppView;
use crate::model::id::PrivateAppId;
use crate::model::module::Modules;
use crate::model::private_app::PrivateApp;
use crate::web::console::listing::Wanted;
use crate::web::console::permissions;
use crate::web::console::private_apps::state::Policy;
use crate::web::console::refusals::Result;
use crate::web::console::visitor::Visitor;
use crate::web::pages;
use crate::web::pages::parts::Face;
use crate::web::pages::parts::Section;
use crate::web::pages::private_apps::PrivateAppRow;
use crate::web::pages::private_apps::PrivateApps;
use crate::web::words;

/// `GET /private-apps`.
#[handler]
pub async fn list(request: &Request, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let wanted = Wanted::of::<PrivateAppId>(request, "/private-apps")?;
    let views = private_apps::list(app, &visitor.authority, wanted.search.as_ref(), &wanted.page).await?;
    let modules = app.modules().await?;
    let policy = Policy::of(&visitor).await?;
    let page = PrivateApps {
        frame: visitor.frame("Private apps", Section::PrivateApps),
        apps: views.items.iter().map(|view| row(view, &modules, &policy, app.now())).collect(),
        listing: wanted.listing(&views),
    };
    Ok(pages::render(&page, StatusCode::OK))
}

fn row(view: &PrivateAppView, modules: &Modules, policy: &Policy, now: Timestamp) -> PrivateAppRow {
    let live = || view.tokens.iter().filter(|token| token.is_live(now));
    let endless = live().any(|token| token.expires_at.is_none());
    let last = live().filter_map(|token| token.expires_at).max().filter(|_| !endless);
    let used = view.tokens.iter().filter_map(|token| token.last_used_at).max();
    PrivateAppRow {
        href: href(&view.app.id),
        face: face(&view.app),
        reach: reach(view, modules),
        ends: last.map(|end| words::future(end, now)),
        last_used: used.map(|then| words::past(then, now)),
        state: policy.state_of_all(&view.tokens, now),
    }
}

/// "Contacts, Deals and 2 more".
fn reach(view: &PrivateAppView, modules: &Modules) -> String {
    let titles = permissions::of(modules, &view.app.scopes).into_iter().map(|permission| permission.title);
    let titles = titles.collect::<Vec<_>>();
    match titles.as_slice() {
        [] => "Nothing".to_owned(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
    }
}

/// Where the private app's page is.
fn href(id: &PrivateAppId) -> String {
    format!("/private-apps/{id}")
}

fn face(app: &PrivateApp) -> Face {
    Face { name: app.name.clone(), logo: words::logo_url(app.logo_id.as_ref()) }
}

/// The private app that an address names.
///
/// # Errors
/// 404 for what is no identifier, as for a private app that there is not.
fn id(text: &str) -> Result<PrivateAppId> {
    PrivateAppId::parse(text).map_err(|_| StatusCode::NOT_FOUND.into())
}
