//! Chains the records of the audit log, a moment after they were written.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio::time::interval;

use crate::app::App;
use crate::base::clock::Timestamp;
use crate::model::audit::Head;
use crate::store;
use crate::store::audit::chain;
use crate::store::audit::chain::STRETCH;

/// Time between two rounds.
const ROUND: Duration = Duration::from_secs(5);

/// Records of the last moments are left alone, since those of other units may still come before them.
const SETTLED: Duration = Duration::from_secs(2);

/// Runs until it is dropped.
pub(super) async fn run(app: Arc<App>) {
    let mut rounds = interval(ROUND);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        if let Err(error) = round(&app, app.now() - SETTLED).await {
            tracing::warn!(%error, "the audit log could not be chained; it is tried again");
        }
    }
}

/// Chains every organization's records from before that moment.
pub async fn round(app: &App, before: Timestamp) -> store::Result<()> {
    let mut organization = String::new();
    loop {
        let next = chain::next_loose(&mut app.db.read().await?, &organization, before).await?;
        let Some(next) = next else { return Ok(()) };
        while stretch(app, &next, before).await? {}
        organization = next;
    }
}

/// Chains the next of an organization's records; whether there may be more.
async fn stretch(app: &App, organization: &str, before: Timestamp) -> store::Result<bool> {
    let mut tx = app.db.begin().await?;
    let records = chain::loose(&mut tx, organization, before).await?;
    let head = chain::head(&mut tx, organization).await?;
    let (from, mut hash) = head.map(|head| (head.position, head.hash)).unwrap_or_default();
    let mut places = Vec::with_capacity(records.len());
    for (record, position) in records.iter().zip(from + 1..) {
        record.hash(&hash).as_str().clone_into(&mut hash);
        places.push((record.id.as_str(), position, hash.clone()));
    }
    let Some((_, position, _)) = places.last() else { return Ok(false) };
    let to = Head { organization_id: organization.to_owned(), position: *position, hash };
    // Another node was faster: what it chained is left as it is.
    if !chain::advance(&mut tx, from, &to).await?
        || chain::place(&mut tx, &places).await? != places.len() as u64
    {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(records.len() == STRETCH)
}
