//! Counters of failed guesses stay bounded, also while somebody makes up addresses.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio::time::interval;
use tokio::time::sleep;

use crate::app::App;
use crate::model::throttle::MOST_KEPT;
use crate::store;

/// Time between two looks at how many there are.
const LOOK: Duration = Duration::from_secs(10);

/// Time between two bites.
const REST: Duration = Duration::from_millis(5);

/// Runs until it is dropped.
pub async fn run(app: Arc<App>) {
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        if let Err(error) = trim(&app).await {
            tracing::warn!(%error, "bounding the counters of failed guesses did not succeed; it is tried again");
        }
    }
}

/// Forgets counters beyond [`MOST_KEPT`], those that count least first. Nodes that do so at once may each forget a bite
/// too many.
pub async fn trim(app: &App) -> store::Result<()> {
    loop {
        let mut tx = app.db.single().await?;
        let forgotten = store::throttles::trim(&mut tx, MOST_KEPT).await?;
        tx.commit().await?;
        if forgotten == 0 {
            return Ok(());
        }
        sleep(REST).await;
    }
}
