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
use crate::manage::grants;
use crate::model::grant::ConnectedApp;
use crate::model::id::GrantId;
use crate::model::module::Modules;
use crate::model::scope::Scope;
use crate::web::console::listing::Wanted;
use crate::web::console::notices;
use crate::web::console::notices::Done;
use crate::web::console::refusals::Result;
use crate::web::console::visitor::Visitor;
use crate::web::pages;
use crate::web::pages::connections::Connection;
use crate::web::pages::connections::Connections;
use crate::web::pages::parts::Face;
use crate::web::pages::parts::Section;
use crate::web::words;

#[handler]
pub async fn show(request: &Request, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let frame = visitor.frame("Connected apps", Section::Connections);
    let (now, modules) = (app.now(), app.modules().await?);
    let wanted = Wanted::of::<GrantId>(request, "/connections")?;
    let allowed = grants::list(app, &visitor.session, wanted.search.as_ref(), &wanted.page).await?;
    let allowed = allowed.map(|allowed| connection(allowed, &modules, now));
    let listing = wanted.listing(&allowed);
    Ok(pages::render(&Connections { frame, connections: allowed.items, listing }, StatusCode::OK))
}

/// A grant of somebody else is none, whether it exists or not.
#[handler]
pub async fn revoke(
    request: &Request,
    body: Body,
    Path(id): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    visitor.form(body).await?;
    let id = GrantId::parse(&id).map_err(|_| StatusCode::NOT_FOUND)?;
    grants::revoke(app, &visitor.session, &id).await?;
    Ok(notices::go("/connections", Done::ConnectionEnded))
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
