//! What has ended is forgotten.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio::time::interval;

use crate::app::App;
use crate::store;

/// Time between two sweeps.
const SWEEP: Duration = Duration::from_secs(60);

/// What has ended is kept this long, so that its replay is told from an unknown token.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// Runs until it is dropped.
pub async fn run(app: Arc<App>) {
    let mut sweeps = interval(SWEEP);
    sweeps.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        sweeps.tick().await;
        if let Err(error) = sweep(&app).await {
            tracing::warn!(%error, "sweeping what has ended did not succeed; it is tried again");
        }
    }
}

/// Repeats a bounded deletion from one table until nothing is left to delete.
macro_rules! bite {
    ($app:expr, $table:ident, $before:expr) => {
        loop {
            let mut tx = $app.db.single().await?;
            let deleted = store::$table::sweep(&mut tx, $before).await?;
            tx.commit().await?;
            if deleted == 0 {
                break;
            }
        }
    };
}

/// Forgets what ended long enough ago, in small bites so that no request waits behind it.
pub async fn sweep(app: &App) -> store::Result<()> {
    let before = app.now() - KEPT;
    let idle = app.now() - app.config.session_idle;
    bite!(app, authorization_codes, before);
    bite!(app, access_tokens, before);
    bite!(app, refresh_tokens, before);
    bite!(app, sessions, idle);
    bite!(app, throttles, before);
    Ok(())
}
