//! The console: what people do here in their browsers, one file per page.
//!
//! Posts answer with 303, except where a secret is shown this one time: no redirect could carry it.

mod apps;
pub mod connections;
mod home;
mod instance;
mod listing;
mod modules;
mod notices;
mod once;
pub mod organization;
mod permissions;
mod pictures;
mod private_apps;
mod refusals;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod sign_out;
mod submission;
mod visitor;

use poem::Route;
use poem::get;
use poem::http::Method;
use poem::post;

use crate::web::edge::Allow;
use crate::web::edge::Mount;
use crate::web::edge::Tongue;

/// Adds the paths of apps, private apps and modules, and the first page.
pub fn routes(route: Route) -> Route {
    route
        .at("/", get(home::show))
        .at("/apps", get(apps::list))
        .at("/apps/new", get(apps::edit::blank).post(apps::edit::register))
        .at("/apps/:id", get(apps::detail::show))
        .at("/apps/:id/edit", get(apps::edit::filled).post(apps::edit::save))
        .at("/apps/:id/secrets", post(apps::secrets::add))
        .at("/apps/:id/secrets/:secret/end", post(apps::secrets::end))
        .at("/apps/:id/delete", get(apps::detail::confirm).post(apps::detail::delete))
        .at("/private-apps", get(private_apps::list))
        .at("/private-apps/new", get(private_apps::edit::blank).post(private_apps::edit::create))
        .at("/private-apps/:id", get(private_apps::detail::show))
        .at("/private-apps/:id/edit", get(private_apps::edit::filled).post(private_apps::edit::save))
        .at("/private-apps/:id/tokens", post(private_apps::tokens::add))
        .at("/private-apps/:id/tokens/:token/revoke", post(private_apps::tokens::revoke))
        .at("/private-apps/:id/delete", get(private_apps::detail::confirm).post(private_apps::detail::delete))
        .at("/instance/apps", get(instance::list))
        .at("/instance/apps/:id/stop", post(instance::stop))
        .at("/instance/apps/:id/lift", post(instance::lift))
        .at("/apps/:id/enable", post(apps::rest::enable))
        .at("/apps/:id/disable", post(apps::rest::disable))
        .at("/modules", get(modules::list))
        .at("/modules/new", get(modules::blank).post(modules::add))
        .at("/modules/:name/edit", get(modules::filled).post(modules::save))
        .at("/modules/:name/delete", post(modules::delete))
}

/// The methods of the paths of [`routes`].
pub fn methods(allow: Allow) -> Allow {
    let read =
        ["/", "/apps", "/apps/:id", "/private-apps", "/private-apps/:id", "/modules", "/instance/apps"];
    let write = [
        "/apps/:id/secrets",
        "/apps/:id/enable",
        "/apps/:id/disable",
        "/instance/apps/:id/stop",
        "/instance/apps/:id/lift",
        "/apps/:id/secrets/:secret/end",
        "/private-apps/:id/tokens",
        "/private-apps/:id/tokens/:token/revoke",
        "/modules/:name/delete",
    ];
    let both = [
        "/apps/new",
        "/apps/:id/edit",
        "/apps/:id/delete",
        "/private-apps/new",
        "/private-apps/:id/edit",
        "/private-apps/:id/delete",
        "/modules/new",
        "/modules/:name/edit",
    ];
    let allow = both.iter().fold(allow, |allow, path| allow.path(path, [Method::GET, Method::POST]));
    let allow = read.iter().fold(allow, |allow, path| allow.path(path, [Method::GET]));
    write.iter().fold(allow, |allow, path| allow.path(path, [Method::POST]))
}

/// The forms that a picture may come with take more than others.
pub fn mounts() -> [(&'static str, Mount); 4] {
    let form = Mount::new(Tongue::Page).with_body_bytes(submission::BODY_BYTES);
    ["/apps/new", "/apps/:id/edit", "/private-apps/new", "/private-apps/:id/edit"].map(|path| (path, form))
}
