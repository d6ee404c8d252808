//! Every path on one page, grouped by who calls it.

use std::sync::Arc;

use poem::Endpoint;
use poem::EndpointExt;
use poem::IntoEndpoint;
use poem::Request;
use poem::Response;
use poem::Route;
use poem::get;
use poem::http::Method;
use poem::post;

use crate::app::App;
use crate::web::api;
use crate::web::authorize;
use crate::web::console;
use crate::web::dialects::worktual;
use crate::web::docs;
use crate::web::edge::Allow;
use crate::web::edge::Mounts;
use crate::web::logo;
use crate::web::metadata;
use crate::web::oauth;
use crate::web::openapi;
use crate::web::static_files;
use crate::web::verify;

/// The router.
pub fn routes(app: Arc<App>) -> impl Endpoint<Output = Response> {
    let document = openapi::document(&app.config.issuer);
    let route = Route::new()
        // People
        .at("/setup", get(console::setup::show).post(console::setup::submit))
        .at("/sign-in", get(console::sign_in::show).post(console::sign_in::submit))
        .at("/sign-out", post(console::sign_out::submit))
        .at("/session/organization", post(console::organization::switch))
        .at("/connections", get(console::connections::show))
        .at("/connections/:id/revoke", post(console::connections::revoke))
        .at("/settings", get(console::settings::show).post(console::settings::submit))
        // Browsers on behalf of apps
        .at("/authorize", get(authorize::enter).post(authorize::enter))
        .at("/assets/:name", get(static_files::asset))
        // Apps in Worktual's words
        .at("/services/oauth2/v1/authorize", get(worktual::enter))
        .at("/services/oauth2/v1/token", post(worktual::redeem))
        // Anybody's pictures
        .at("/logos/:file", get(logo::logo))
        // Proxies and resource servers
        .at("/verify", verify::verify)
        // Anybody
        .at("/docs", get(docs::served(&document, app.config.issuer.base().clone())))
        .at("/openapi.json", get(openapi::served(format!("{document:#}"), "application/json")))
        .at("/openapi.yaml", get(openapi::served(openapi::to_yaml(&document), "application/yaml")))
        .at("/.well-known/oauth-authorization-server", get(metadata::authorization_server))
        .at("/health/live", get(metadata::live))
        .at("/health/ready", get(metadata::ready));
    let documented = api::service().into_endpoint();
    let others = Split { documented, others: console::routes(route) }.data(app.clone()).map_to_response();
    Frequent { app, others }
}

/// What programs ask all the time takes no way through the router.
struct Frequent<E> {
    app: Arc<App>,
    others: E,
}

impl<E: Endpoint<Output = Response>> Endpoint for Frequent<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        match oauth::is_frequent(&request) {
            true => Ok(oauth::answer(&self.app, request).await),
            false => self.others.call(request).await,
        }
    }
}

/// What programs call, `/token`, `/introspect`, `/revoke` and `/api`, is routed by its own documentation. Beside the
/// other routes and not below them: a nested router misreads its parent's pattern, and one at the root would take
/// the first page.
struct Split<E> {
    documented: E,
    others: Route,
}

impl<E: Endpoint<Output = Response>> Endpoint for Split<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let path = request.uri().path();
        match matches!(path, "/token" | "/introspect" | "/revoke" | "/api") || path.starts_with("/api/") {
            true => self.documented.call(request).await,
            false => self.others.call(request).await,
        }
    }
}

/// The methods of every path, for `Allow`: those of the document, and those that it does not tell.
pub fn methods(app: &App) -> Allow {
    let document = openapi::document(&app.config.issuer);
    console::methods(Allow::default().document(&document))
        .path("/setup", [Method::GET, Method::POST])
        .path("/sign-in", [Method::GET, Method::POST])
        .path("/sign-out", [Method::POST])
        .path("/session/organization", [Method::POST])
        .path("/connections", [Method::GET])
        .path("/connections/:id/revoke", [Method::POST])
        .path("/settings", [Method::GET, Method::POST])
        .path("/assets/:name", [Method::GET])
        .path("/logos/:file", [Method::GET])
        .path("/health/live", [Method::GET])
        .path("/health/ready", [Method::GET])
        .path("/docs", [Method::GET])
        .path("/openapi.json", [Method::GET])
        .path("/openapi.yaml", [Method::GET])
}

/// Which prefix speaks which tongue.
pub fn mounts() -> Mounts {
    Mounts::standard().and(console::mounts()).and(api::mounts())
}
