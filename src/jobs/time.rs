//! The mark of the clock moves on.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio::time::interval;

use crate::app::App;

/// Time between two steps: how far the time may go back at most when the machine's clock does.
const STEP: Duration = Duration::from_secs(10);

/// Runs until it is dropped.
pub async fn run(app: Arc<App>) {
    let mut steps = interval(STEP);
    steps.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        steps.tick().await;
        if let Err(error) = app.keep_time().await {
            tracing::warn!(%error, "writing the mark of the clock did not succeed; it is tried again");
        }
    }
}
