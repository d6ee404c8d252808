//! What has ended is forgotten.
//!
//! In small bites, with a rest after each, so that requests do not wait behind them. On PostgreSQL a bite leaves out
//! rows that somebody else holds; so any number of nodes may sweep at once. What ends with something else and has no
//! end of its own (tokens until they are revoked, pictures, grants of deleted apps) is found by a patrol: it walks a
//! stretch of each such table with every sweep, and begins again at its end.
//!
//! What is over is judged by the mark of the clock, so that a wild jump of the machine's clock makes nothing forgotten.
//! Audit events are kept.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio::time::interval;
use tokio::time::sleep;

use crate::app::App;
use crate::base::clock::Timestamp;
use crate::store;

/// Time between two sweeps.
const SWEEP: Duration = Duration::from_secs(60);

/// Time between two bites.
const REST: Duration = Duration::from_millis(20);

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What has ended is kept this long, so that its replay is told from an unknown token.
const KEPT: Duration = DAY;

/// The replay of a spent refresh token is noticed for this long after it was spent, while its authorization lives.
const SPENT_KEPT: Duration = Duration::from_secs(365 * DAY.as_secs());

/// An expired token of a private app is shown to its owners this long.
const EXPIRED_SHOWN: Duration = Duration::from_secs(90 * DAY.as_secs());

/// How far the patrol has come in each table: the last key that it saw.
#[derive(Default)]
pub struct Patrol {
    grants: String,
    logos: String,
}

/// Runs until it is dropped.
pub async fn run(app: Arc<App>) {
    let mut patrol = Patrol::default();
    let mut sweeps = interval(SWEEP);
    sweeps.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        sweeps.tick().await;
        if let Err(error) = sweep(&app, &mut patrol).await {
            tracing::warn!(%error, "sweeping what has ended did not succeed; it is tried again");
        }
    }
}

/// One bounded deletion; how many rows it took.
macro_rules! bite {
    ($app:expr, $forget:path $(, $argument:expr)*) => {{
        let mut tx = $app.db.single().await?;
        let forgotten = $forget(&mut tx $(, $argument)*).await?;
        tx.commit().await?;
        if forgotten > 0 {
            sleep(REST).await;
        }
        forgotten
    }};
}

/// Bites until nothing is left.
macro_rules! bites {
    ($($bite:tt)*) => {
        while bite!($($bite)*) > 0 {}
    };
}

/// Walks one stretch of a table.
macro_rules! walk {
    ($app:expr, $seen:expr, $stretch:path, $forget:path $(, $argument:expr)*) => {{
        let last = $stretch(&mut $app.db.read().await?, &$seen).await?;
        if let Some(last) = &last {
            bite!($app, $forget, &$seen, last $(, $argument)*);
        }
        $seen = last.unwrap_or_default();
    }};
}

/// Forgets what ended long enough ago, and walks on with the patrol.
pub async fn sweep(app: &App, patrol: &mut Patrol) -> store::Result<()> {
    app.keep_time().await?;
    let now = app.clock.mark();
    let before = now - KEPT;
    bites!(app, store::access_tokens::sweep, before);
    bites!(app, store::access_tokens::sweep_revoked, before);
    bites!(app, store::sessions::sweep, now - app.config.session_idle);
    bites!(app, store::throttles::sweep, before);
    bites!(app, store::settings::sweep, before);
    bites!(app, store::invitations::sweep, before);
    bites!(app, store::client_secrets::sweep, before);
    bites!(app, store::private_app_tokens::sweep_revoked, before);
    bites!(app, store::private_app_tokens::sweep_expired, now - EXPIRED_SHOWN);
    bites!(app, store::grants::retire_ended, before);
    bites!(app, store::grants::sweep, before);
    look_at_authorizations(app, now).await?;
    forget_authorizations(app, before).await?;
    walk!(app, patrol.grants, store::grants::stretch, store::grants::retire_orphans, now);
    walk!(app, patrol.logos, store::logos::stretch, store::logos::sweep, before);
    Ok(())
}

/// Ends those of which nothing lives any more, and lets go of what those that live have no use for.
async fn look_at_authorizations(app: &App, now: Timestamp) -> store::Result<()> {
    loop {
        let mut tx = app.db.begin().await?;
        let seen = store::authorizations::look(&mut tx, now - KEPT, now).await?;
        tx.commit().await?;
        if seen == 0 {
            return Ok(());
        }
        sleep(REST).await;
        bites!(app, store::authorizations::forget_spent, now - SPENT_KEPT, now);
    }
}

/// Forgets authorizations after all that rested on them.
async fn forget_authorizations(app: &App, before: Timestamp) -> store::Result<()> {
    loop {
        bites!(app, store::authorizations::sweep_codes, before);
        bites!(app, store::authorizations::sweep_refresh_tokens, before);
        bites!(app, store::authorizations::sweep_access_tokens, before);
        if bite!(app, store::authorizations::sweep, before) == 0 {
            return Ok(());
        }
    }
}
