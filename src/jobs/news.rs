//! Tells the other nodes what changed here, and forgets what changed there. On PostgreSQL only: processes that share
//! a SQLite file see each other's changes when what they remember is a second old.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use crate::app::App;
use crate::store;
use crate::store::db::Kind;
use crate::store::db::listener::Listener;

/// After this much silence the connection is asked whether it lives.
const QUIET: Duration = Duration::from_secs(5);

/// The pause before the connection is opened again, doubled each time that fails.
const PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Runs until it is dropped. A failure is told once, and so is its end.
pub(super) async fn run(app: Arc<App>) {
    if app.db.kind() == Kind::Sqlite {
        return;
    }
    let (mut failing, mut pause) = (false, PAUSE);
    loop {
        let listening = app.db.listen().await;
        if listening.is_ok() {
            pause = PAUSE;
            if failing {
                tracing::info!("in touch with the other nodes again");
                failing = false;
            }
        }
        let ended = match listening {
            Ok(listener) => exchange(&app, listener).await,
            Err(error) => error,
        };
        if !failing {
            tracing::warn!(
                error = %ended,
                "out of touch with the other nodes: what they change is seen when it is a second old"
            );
            failing = true;
        }
        sleep(pause).await;
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}

/// Tells and hears until the connection is lost.
async fn exchange(app: &App, mut listener: Listener) -> store::Error {
    // What was told until now was not heard.
    app.forget_all();
    loop {
        let done = tokio::select! {
            heard = listener.hear() => heard.map(|text| app.heard(&text)),
            news = app.news() => listener.tell(&news).await,
            () = sleep(QUIET) => listener.check().await,
        };
        if let Err(error) = done {
            return error;
        }
    }
}
