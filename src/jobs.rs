//! What happens without a request: notes of use are written down, and what has ended is forgotten.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio::time::interval;

use crate::app::App;
use crate::store;

/// Notes of use reach the database this soon.
const NOTES: Duration = Duration::from_millis(200);

/// Time between two sweeps.
const SWEEP: Duration = Duration::from_secs(60);

/// What has ended is kept this long, so that its replay is told from an unknown token.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// Runs until `shutdown` resolves; the last notes are then written.
pub async fn run(app: Arc<App>, shutdown: impl Future<Output = ()>) {
    let mut shutdown = std::pin::pin!(shutdown);
    let mut notes = interval(NOTES);
    let mut sweeps = interval(SWEEP);
    notes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    sweeps.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            _ = notes.tick() => report("writing when credentials were used", app.usage.flush(&app.db).await),
            _ = sweeps.tick() => report("sweeping what has ended", sweep(&app).await),
        }
    }
    report("writing when credentials were used", app.usage.flush(&app.db).await);
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

fn report(what: &'static str, done: store::Result<()>) {
    if let Err(error) = done {
        tracing::warn!(%error, "{what} did not succeed; it is tried again");
    }
}
