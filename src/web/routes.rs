//! Every path on one page, grouped by who calls it.

use std::sync::Arc;

use poem::Endpoint;
use poem::EndpointExt;
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
use crate::web::edge::Allow;
use crate::web::edge::Mounts;
use crate::web::logo;
use crate::web::metadata;
use crate::web::static_files;
use crate::web::verify;

/// The router.
pub fn routes(app: Arc<App>) -> impl Endpoint<Output = Response> {
    // A nest at the root would take the first page, so each of its paths is named.
    let api = Arc::new(Route::new().nest("/", api::service(&app)));
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
        // Apps
        .at("/token", api.clone())
        .at("/introspect", api.clone())
        .at("/revoke", api.clone())
        .nest_no_strip("/api", api)
        // Apps in Worktual's words
        .at("/services/oauth2/v1/authorize", get(worktual::enter))
        .at("/services/oauth2/v1/token", post(worktual::redeem))
        // Anybody's pictures
        .at("/logos/:file", get(logo::logo))
        // Proxies and resource servers
        .at("/verify", verify::verify)
        // Anybody
        .at("/.well-known/oauth-authorization-server", get(metadata::authorization_server))
        .at("/health/live", get(metadata::live))
        .at("/health/ready", get(metadata::ready));
    console::routes(route).data(app).map_to_response()
}

/// The methods of the paths that no document tells, for `Allow`.
pub fn methods(_app: &App) -> Allow {
    console::methods(Allow::default())
        .path("/setup", [Method::GET, Method::POST])
        .path("/sign-in", [Method::GET, Method::POST])
        .path("/sign-out", [Method::POST])
        .path("/session/organization", [Method::POST])
        .path("/connections", [Method::GET])
        .path("/connections/:id/revoke", [Method::POST])
        .path("/settings", [Method::GET, Method::POST])
        .path("/authorize", [Method::GET, Method::POST])
        .path("/assets/:name", [Method::GET])
        .path("/logos/:file", [Method::GET])
        .path("/services/oauth2/v1/authorize", [Method::GET])
        .path("/services/oauth2/v1/token", [Method::POST])
        .path("/.well-known/oauth-authorization-server", [Method::GET])
        .path("/health/live", [Method::GET])
        .path("/health/ready", [Method::GET])
        .path("/token", [Method::POST])
        .path("/introspect", [Method::POST])
        .path("/revoke", [Method::POST])
}

/// Which prefix speaks which tongue.
pub fn mounts() -> Mounts {
    Mounts::standard().and(console::mounts()).and(api::mounts())
}
