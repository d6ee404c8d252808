//! HTTP in, HTTP out: the only module that knows poem.

pub mod answer;
pub mod api;
mod audit_export;
pub mod authorize;
pub mod base_path;
pub mod browser;
pub mod client_ip;
pub mod console;
pub mod cookies;
pub mod credentials;
pub mod dialects;
pub mod docs;
pub mod edge;
pub mod form;
pub mod language;
pub mod logo;
pub mod meanings;
pub mod metadata;
pub mod oauth;
pub mod oauth_error;
pub mod onward;
pub mod openapi;
pub mod pages;
pub mod presented;
pub mod problem;
pub mod request_id;
pub mod routes;
pub mod serve;
pub mod static_files;
pub mod tags;
pub mod text;
mod ticket;
pub mod verify;
pub mod words;

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use poem::EndpointExt;
use tokio::net::TcpListener;
use tokio::time::sleep;

use crate::app::App;
use crate::store;
use crate::store::settings;
use crate::web::edge::Edge;
use crate::web::edge::ErrorPage;
use crate::web::edge::Strangers;
use crate::web::pages::error;
use crate::web::serve::Limits;

/// Serves every path of [`routes`] on `listener` until `shutdown` resolves, then drains.
///
/// # Errors
/// As [`serve::serve`].
pub async fn run(app: Arc<App>, listener: TcpListener, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    let limits = limits(&app);
    let strangers = Strangers::default();
    let routes = routes::routes(app.clone());
    let edge = Edge::new(&app.config.issuer, error_page())
        .limits(limits.clone())
        .allow(routes.allow)
        .strangers(strangers.clone())
        .mounts(routes.mounts);
    let serving = serve::serve(listener, routes.endpoint.with(edge), limits, shutdown);
    tokio::select! {
        served = serving => served,
        never = remember(&app, &strangers) => match never {},
    }
}

/// Writes down who sends forwarded headers and is not trusted, for `consentry doctor`.
async fn remember(app: &App, strangers: &Strangers) -> Infallible {
    let mut written = String::new();
    loop {
        let seen = strangers.beyond(&written).await;
        match write(app, &seen).await {
            Ok(()) => written = seen,
            Err(error) => {
                tracing::debug!(%error, "untrusted proxies were not written down; it is tried again");
                sleep(Duration::from_secs(60)).await;
            }
        }
    }
}

async fn write(app: &App, strangers: &str) -> store::Result<()> {
    let mut tx = app.db.begin().await?;
    let end = app.now() + settings::STRANGERS_KEPT;
    settings::put(&mut tx, settings::STRANGERS, strangers, Some(end)).await?;
    tx.commit().await
}

fn limits(app: &App) -> Limits {
    Limits {
        connections: app.config.max_connections,
        connections_per_network: app.config.max_connections_per_ip,
        body_bytes: app.config.max_body_bytes,
        proxies: app.config.trusted_proxies.iter().copied().collect(),
        ..Limits::default()
    }
}

/// The framework's own errors as pages.
fn error_page() -> ErrorPage {
    Arc::new(|fault, language| {
        pages::render(&error::ErrorPage::of(language, fault.status.as_u16()), fault.status)
    })
}
