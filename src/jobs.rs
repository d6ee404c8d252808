//! What happens without a request, each in a task of its own: notes of use are written down, what has ended is
//! forgotten, the mark of the clock moves on, the audit log is chained, and the other nodes are told what changed.

pub mod chain;
mod news;
pub mod notes;
pub mod sweep;
pub mod throttles;
pub mod time;

use std::future::Future;
use std::sync::Arc;

use tokio::task::JoinSet;

use crate::app::App;

/// Runs until `shutdown` resolves; the other tasks are then stopped where they are, and the last notes are written,
/// within a bounded time.
pub async fn run(app: Arc<App>, shutdown: impl Future<Output = ()>) {
    let mut tasks = JoinSet::new();
    tasks.spawn(notes::run(app.clone()));
    tasks.spawn(time::run(app.clone()));
    tasks.spawn(sweep::run(app.clone()));
    tasks.spawn(throttles::run(app.clone()));
    tasks.spawn(news::run(app.clone()));
    tasks.spawn(chain::run(app.clone()));
    shutdown.await;
    tasks.shutdown().await;
    notes::last(&app).await;
}
