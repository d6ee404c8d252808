//! Browser sessions: opened by signing in, found by their cookie, ended by time or by the person.

use std::time::Duration;

use crate::app::App;
use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::base::secret::Secret;
use crate::model::id::ClientId;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::session::Session;
use crate::store;
use crate::store::db::Conn;

/// "Last seen" is written at most once in this span, or in a tenth of the idle time where that is shorter.
const COARSE: Duration = Duration::from_secs(5 * 60);

/// A session that began so much later than now has no end in sight: the clock was wrong then.
const WRONG: Duration = Duration::from_secs(60 * 60);

/// The session of that cookie, unless it has ended: by time, because the person signed out or was disabled, or
/// because they left the organization that it shows.
pub async fn current(app: &App, cookie: &str) -> store::Result<Option<Session>> {
    current_for(app, cookie, None).await
}

/// As [`current`], with what the person allows `client_id`.
pub async fn current_for(
    app: &App,
    cookie: &str,
    client_id: Option<&ClientId>,
) -> store::Result<Option<Session>> {
    let now = app.now();
    let id = Digest::of(cookie);
    let mut conn = app.db.read().await?;
    let since = (now - app.config.session_idle, now - app.config.session_absolute);
    let found = store::sessions::find(&mut conn, &id, client_id, since, now).await?;
    drop(conn);
    let found = found.filter(|session| session.created_at <= now + WRONG);
    let coarse = COARSE.min(app.config.session_idle / 10);
    if found.as_ref().is_some_and(|session| now >= session.seen_at + coarse) {
        mark_seen(app, id, now);
    }
    Ok(found)
}

/// Pages can be read while writing does not work, so none waits for this or fails with it.
fn mark_seen(app: &App, id: Digest, now: Timestamp) {
    let db = app.db.clone();
    tokio::spawn(async move {
        let mut tx = db.single().await?;
        store::sessions::mark_seen(&mut tx, &id, now).await?;
        tx.commit().await
    });
}

/// Opens a session in place of `previous`. Its id is new, whatever the browser brought along.
pub(super) async fn open(
    conn: &mut Conn,
    user_id: &UserId,
    organization_id: &OrganizationId,
    previous: Option<&Session>,
    now: Timestamp,
) -> store::Result<Secret> {
    let cookie = Secret::generate_plain();
    if let Some(previous) = previous {
        store::sessions::delete(conn, &previous.id).await?;
    }
    store::sessions::insert(conn, &cookie.digest(), user_id, organization_id, now).await?;
    Ok(cookie)
}

/// Ends the session on every node.
pub async fn sign_out(app: &App, session: &Session) -> store::Result<()> {
    let mut tx = app.db.single().await?;
    store::sessions::delete(&mut tx, &session.id).await?;
    tx.commit().await
}

/// Shows another of the person's organizations; `false` when they are no member of it.
pub async fn switch_organization(
    app: &App,
    session: &Session,
    organization_id: &OrganizationId,
) -> store::Result<bool> {
    let mut tx = app.db.single().await?;
    let (id, user_id) = (&session.id, &session.user_id);
    let switched =
        store::sessions::switch_organization(&mut tx, id, user_id, organization_id, app.now()).await?;
    tx.commit().await?;
    Ok(switched)
}
