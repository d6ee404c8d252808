//! Every path on one page: how it is mounted, what it takes and what answers, grouped by who calls it.

mod table;

use std::sync::Arc;
use std::time::Duration;

use poem::Endpoint;
use poem::EndpointExt;
use poem::IntoEndpoint;
use poem::Request;
use poem::Response;
use serde_json::Value;

use crate::app::App;
use crate::config::BasePath;
use crate::web::api;
use crate::web::authorize;
use crate::web::console::account;
use crate::web::console::apps;
use crate::web::console::audit;
use crate::web::console::connections;
use crate::web::console::home;
use crate::web::console::instance;
use crate::web::console::invitations;
use crate::web::console::join;
use crate::web::console::members;
use crate::web::console::modules;
use crate::web::console::organization;
use crate::web::console::private_apps;
use crate::web::console::settings;
use crate::web::console::setup;
use crate::web::console::sign_in;
use crate::web::console::sign_out;
use crate::web::console::submission::BODY_BYTES;
use crate::web::dialects::worktual;
use crate::web::docs;
use crate::web::edge::Allow;
use crate::web::edge::Mount;
use crate::web::edge::Mounts;
use crate::web::edge::Tongue;
use crate::web::logo;
use crate::web::metadata;
use crate::web::oauth;
use crate::web::openapi;
use crate::web::static_files;
use crate::web::static_files::written_once;
use crate::web::verify;

use self::table::Table;
use self::table::get;
use self::table::post;

/// Within this, the beginning of an export is there.
const EXPORT_PATIENCE: Duration = Duration::from_secs(10);

/// What answers, and what the edge around it must know of it.
pub struct Routes<E> {
    pub endpoint: E,
    pub mounts: Mounts,
    pub allow: Allow,
}

/// Everything that `app` answers.
pub fn routes(app: Arc<App>) -> Routes<impl Endpoint<Output = Response>> {
    let document = Arc::new(openapi::document(&app.config.issuer));
    let table = table(&app, &document);
    let (mounts, allow) = (table.mounts(), table.allow(&document));
    let others = table.into_endpoint(api::service().into_endpoint()).data(app.clone()).map_to_response();
    Routes { endpoint: Frequent { app, others }, mounts, allow }
}

#[rustfmt::skip]
fn table(app: &App, document: &Arc<Value>) -> Table {
    let page = Mount::new(Tongue::Page);
    // A picture may come with it.
    let form = page.with_body_bytes(BODY_BYTES);
    let oauth = Mount::new(Tongue::OAuth);
    let problem = Mount::new(Tongue::Problem);
    let picture = problem.with_body_bytes(logo::FILE_BYTES);
    let public = problem.with_cors();
    // About this process rather than about the issuer.
    let health = problem.with_every_path();
    let base = app.config.issuer.base().clone();
    let about = |content_type, write: fn(&Value, BasePath) -> Option<String>| {
        let (document, base) = (document.clone(), base.clone());
        get(written_once(content_type, move || write(&document, base.clone())))
    };
    Table::default()
        // People, about themselves
        .at("/setup", page, get(setup::show).post(setup::submit))
        .at("/sign-in", page, get(sign_in::show).post(sign_in::submit))
        .at("/sign-out", page, post(sign_out::submit))
        .at("/join", page, get(join::show).post(join::submit))
        .at("/session/organization", page, post(organization::switch))
        .at("/account", page, get(account::show).post(account::rename))
        .at("/account/password", page, post(account::change_password))
        .at("/account/sessions/end-others", page, post(account::end_others))
        .at("/account/sessions/:id/end", page, post(account::end_session))
        .at("/connections", page, get(connections::show))
        .at("/connections/:id/revoke", page, post(connections::revoke))
        // People, about their organization
        .at("/", page, get(home::show))
        .at("/apps", page, get(apps::list))
        .at("/apps/new", form, get(apps::edit::blank).post(apps::edit::register))
        .at("/apps/:id", page, get(apps::detail::show))
        .at("/apps/:id/edit", form, get(apps::edit::filled).post(apps::edit::save))
        .at("/apps/:id/enable", page, post(apps::rest::enable))
        .at("/apps/:id/disable", page, post(apps::rest::disable))
        .at("/apps/:id/secrets", page, post(apps::secrets::add))
        .at("/apps/:id/secrets/:secret/end", page, post(apps::secrets::end))
        .at("/apps/:id/delete", page, get(apps::detail::confirm).post(apps::detail::delete))
        .at("/private-apps", page, get(private_apps::list))
        .at("/private-apps/new", form, get(private_apps::edit::blank).post(private_apps::edit::create))
        .at("/private-apps/:id", page, get(private_apps::detail::show))
        .at("/private-apps/:id/edit", form, get(private_apps::edit::filled).post(private_apps::edit::save))
        .at("/private-apps/:id/tokens", page, post(private_apps::tokens::add))
        .at("/private-apps/:id/tokens/:token/revoke", page, post(private_apps::tokens::revoke))
        .at("/private-apps/:id/delete", page, get(private_apps::detail::confirm).post(private_apps::detail::delete))
        .at("/members", page, get(members::list))
        .at("/members/leave", page, post(members::leave))
        .at("/members/left", page, get(members::secrets))
        .at("/members/:id", page, get(members::show).post(members::change_role))
        .at("/members/:id/remove", page, post(members::remove))
        .at("/invitations", page, get(invitations::list))
        .at("/invitations/new", page, get(invitations::blank).post(invitations::add))
        .at("/invitations/:id/withdraw", page, post(invitations::withdraw))
        .at("/audit", page, get(audit::list))
        .at("/settings", page, get(settings::show).post(settings::submit))
        // Operators, about the installation
        .at("/modules", page, get(modules::list))
        .at("/modules/new", page, get(modules::blank).post(modules::add))
        .at("/modules/:name/edit", page, get(modules::filled).post(modules::save))
        .at("/modules/:name/delete", page, post(modules::delete))
        .at("/instance/apps", page, get(instance::list))
        .at("/instance/apps/:id/stop", page, post(instance::stop))
        .at("/instance/apps/:id/lift", page, post(instance::lift))
        // Browsers on behalf of apps
        .at("/authorize", page, get(authorize::enter).post(authorize::enter))
        .at("/assets/:name", page, get(static_files::asset))
        .at("/logos/:file", page, get(logo::logo))
        // Apps, and scripts on any page
        .documented("/token", oauth.with_cors())
        .documented("/revoke", oauth.with_cors())
        // Apps in Worktual's words
        .at("/services/oauth2/v1/authorize", page, get(worktual::enter))
        .at("/services/oauth2/v1/token", oauth, post(worktual::redeem))
        // Proxies and resource servers
        .documented("/introspect", oauth)
        .any("/verify", oauth.with_options(), verify::verify)
        // Programs that manage
        .documented("/api", problem)
        .documented("/api/audit/export", problem.with_streams(EXPORT_PATIENCE))
        .documented("/api/apps/:id/logo", picture)
        .documented("/api/private-apps/:id/logo", picture)
        // Anybody
        .at("/docs", page, about("text/html; charset=utf-8", docs::draw))
        .at("/openapi.json", public, about("application/json", |document, _| Some(format!("{document:#}"))))
        .at("/openapi.yaml", public, about("application/yaml", |document, _| Some(openapi::to_yaml(document))))
        .below("/.well-known", public)
        .at("/.well-known/oauth-authorization-server", public, get(metadata::authorization_server))
        .below("/health", health)
        .at("/health/live", health, get(metadata::live))
        .at("/health/ready", health, get(metadata::ready))
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
