//! `GET /connections` and `POST /connections/<id>/revoke`: the apps that a person allowed.

use std::sync::Arc;

use poem::Body;
use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;
use poem::web::Path;

use crate::app::App;
use crate::base::clock::Timestamp;
use crate::model::grant::ConnectedApp;
use crate::model::id::GrantId;
use crate::model::module::Modules;
use crate::model::scope::Scope;
use crate::model::session::Session;
use crate::oauth::connections;
use crate::store;
use crate::web::browser;
use crate::web::browser::Browser;
use crate::web::console;
use crate::web::console::refusals::Refusal;
use crate::web::form::Rules;
use crate::web::pages;
use crate::web::pages::connections::Connection;
use crate::web::pages::connections::Connections;
use crate::web::pages::parts::Face;
use crate::web::pages::parts::Section;
use crate::web::words;

#[handler]
pub async fn show(request: &Request, Data(app): Data<&Arc<App>>) -> poem::Result<Response> {
    let (browser, session) = browser::signed_in(app, request).await?;
    let mut page = page(app, &browser, &session).await.map_err(browser::failed)?;
    page.frame.notice = console::notice(request, "revoked", "The app’s access has ended.");
    Ok(pages::render(&page, StatusCode::OK))
}

/// A grant of somebody else is none, whether it exists or not.
#[handler]
pub async fn revoke(
    request: &Request,
    body: Body,
    Path(id): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> poem::Result<Response> {
    let posted = console::posted(app, request, body, &Rules::STRICT).await?;
    let unknown = || poem::Error::from_status(StatusCode::NOT_FOUND);
    let id = GrantId::parse(&id).map_err(|_| unknown())?;
    match connections::revoke(app, &posted.session, &id).await {
        Ok(()) => Ok(browser::see_other("/connections?done=revoked")),
        Err(refused) => Err(Refusal::from(refused).into()),
    }
}

async fn page(app: &App, browser: &Browser, session: &Session) -> store::Result<Connections> {
    let now = app.now();
    let frame = browser.frame(app, "Connected apps", Section::Connections).await?;
    let modules = app.modules().await?;
    let mut conn = app.db.read().await?;
    let allowed = store::grants::connected_apps(&mut conn, &session.user_id, now).await?;
    let connections = allowed.into_iter().map(|allowed| connection(allowed, &modules, now)).collect();
    Ok(Connections { frame, connections })
}

fn connection(allowed: ConnectedApp, modules: &Modules, now: Timestamp) -> Connection {
    Connection {
        id: allowed.id.to_string(),
        face: Face { name: allowed.client_name, logo: words::logo_url(allowed.logo_id.as_ref()) },
        publisher: allowed.publisher,
        verified: false,
        organization: allowed.organization_name,
        scopes: allowed.scopes.iter().map(|scope| meaning(scope, modules)).collect(),
        since: words::past(allowed.created_at, now),
        last_used: allowed.last_used_at.map(|used| words::past(used, now)),
        until: allowed.expires_at.map(|end| words::future(end, now)),
    }
}

/// What a scope allows, in words; its name when its module is gone.
fn meaning(scope: &Scope, modules: &Modules) -> String {
    match modules.of(scope) {
        Some((module, access)) => module.words(access).to_owned(),
        None => scope.to_string(),
    }
}
