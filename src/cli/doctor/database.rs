//! Does the database answer?

use super::Finding;
use super::Scene;
use crate::cli::Failure;
use crate::cli::block_on;
use crate::cli::start;
use crate::config::DatabaseUrl;
use crate::store::db::Db;

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

/// Begins and ends a unit of work, which changes nothing.
async fn ask(scene: &Scene) -> Result<(), Failure> {
    Db::connect(&start::options(&scene.config)).await?.close().await;
    Ok(())
}
