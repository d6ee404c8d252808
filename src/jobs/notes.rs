//! Notes of use reach the database.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tokio::time::timeout;

use crate::app::App;

/// Notes are written this soon.
const SOON: Duration = Duration::from_millis(200);

/// The pause after writing failed.
const PAUSE: Duration = Duration::from_secs(2);

/// The longest that a stop of the server waits for the last notes.
const LAST: Duration = Duration::from_secs(5);

/// Runs until it is dropped. A failure is told once, and so is its end.
pub async fn run(app: Arc<App>) {
    let mut failing = false;
    loop {
        let written = app.usage.flush(&app.db).await;
        match &written {
            Err(error) if !failing => {
                tracing::warn!(%error, "writing when credentials were used did not succeed; it is tried again");
            }
            Ok(()) if failing => tracing::info!("what was noted of the use of credentials is written"),
            _ => {}
        }
        failing = written.is_err();
        sleep(if failing { PAUSE } else { SOON }).await;
    }
}

/// Writes the last notes before the end.
pub async fn last(app: &App) {
    let written = timeout(LAST, app.usage.flush(&app.db)).await;
    if !matches!(written, Ok(Ok(()))) {
        tracing::warn!(
            lost = app.usage.waiting(),
            "the last notes of when credentials were used are not written"
        );
    }
}
