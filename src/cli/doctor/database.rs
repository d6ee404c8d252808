//! Does the database answer?

use std::net::IpAddr;

use super::Finding;
use super::Scene;
use crate::cli::Failure;
use crate::cli::block_on;
use crate::cli::start;
use crate::config::DatabaseUrl;
use crate::store::db::Db;
use crate::store::settings;

pub(super) fn database(scene: &Scene) -> Finding {
    let url = &scene.config.database_url;
    match url {
        // To ask for it would create it.
        DatabaseUrl::Sqlite(path) if !path.exists() => {
            Finding::good(format!("{url} will be created at the first start"))
        }
        _ => match block_on(ask(scene)) {
            Ok(()) => Finding::good(format!("{url} answers and can be written")),
            Err(failure) => Finding::failure(format!("{url}: {}", failure.what()), failure.help()),
        },
    }
}

/// Who sent forwarded headers lately without being trusted, as the servers wrote it down; nothing where that cannot
/// be told.
pub(super) fn strangers(scene: &Scene) -> Vec<IpAddr> {
    if let DatabaseUrl::Sqlite(path) = &scene.config.database_url
        && !path.exists()
    {
        return Vec::new();
    }
    let found = block_on(async {
        let db = Db::connect(&start::options(&scene.config)).await?;
        let mut conn = db.read().await?;
        let found = settings::find(&mut conn, settings::STRANGERS, scene.now).await?;
        drop(conn);
        db.close().await;
        Ok(found.unwrap_or_default())
    });
    found.unwrap_or_default().split(' ').filter_map(|address| address.parse().ok()).collect()
}

/// Begins and ends a unit of work, which changes nothing.
async fn ask(scene: &Scene) -> Result<(), Failure> {
    Db::connect(&start::options(&scene.config)).await?.close().await;
    Ok(())
}
