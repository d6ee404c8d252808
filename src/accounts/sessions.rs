//! Browser sessions: opened by signing in, found by their cookie, ended by time or by the person.

use std::time::Duration;

use crate::app::App;
use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::base::secret::Secret;
use crate::model::audit::Action;
use crate::model::id::ClientId;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::session::OpenSession;
use crate::model::session::Session;
use crate::store;
use crate::store::audit::Event;
use crate::store::db::Conn;

/// "Last seen" is written at most once in this span, or in a tenth of the idle time where that is shorter.
const COARSE: Duration = Duration::from_secs(5 * 60);

/// A session that began so much later than now has no end in sight: the clock was wrong then.
const WRONG: Duration = Duration::from_secs(60 * 60);

/// Characters that are kept of what a browser calls itself.
const AGENT: usize = 256;

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
    let found = store::sessions::find(&mut conn, &id, client_id, since(app, now), now).await?;
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
    agent: Option<&str>,
    previous: Option<&Session>,
    now: Timestamp,
) -> store::Result<Secret> {
    let cookie = Secret::generate_plain();
    if let Some(previous) = previous {
        store::sessions::delete(conn, &previous.id, &previous.user_id).await?;
    }
    let agent = agent.map(known_by);
    let id = cookie.digest();
    store::sessions::insert(conn, &id, user_id, organization_id, agent.as_deref(), now).await?;
    store::sessions::mark_seen(conn, &id, now).await?;
    Ok(cookie)
}

/// What is kept of what a browser calls itself.
fn known_by(agent: &str) -> String {
    agent.chars().filter(|letter| !letter.is_control()).take(AGENT).collect()
}

/// The person's sessions that go on, those that were seen last first: a hundred at most.
pub async fn list(app: &App, session: &Session) -> store::Result<Vec<OpenSession>> {
    let mut conn = app.db.read().await?;
    store::sessions::of_user(&mut conn, &session.user_id, since(app, app.now())).await
}

/// Ends the session at hand on every node.
pub async fn sign_out(app: &App, session: &Session) -> store::Result<()> {
    end(app, session, &session.id).await.map(drop)
}

/// Ends one of the person's sessions on every node; `false` when they have no such session.
pub async fn end(app: &App, session: &Session, id: &Digest) -> store::Result<bool> {
    let mut tx = app.db.begin().await?;
    let ended = store::sessions::delete(&mut tx, id, &session.user_id).await?;
    if ended {
        record(&mut tx, session, Action::SessionEnd, "", app.now()).await?;
    }
    tx.commit().await?;
    Ok(ended)
}

/// Ends every session of the person but the one at hand, on every node.
pub async fn end_others(app: &App, session: &Session) -> store::Result<()> {
    let mut tx = app.db.begin().await?;
    let ended = store::sessions::delete_others(&mut tx, &session.id, &session.user_id).await?;
    if ended > 0 {
        record(&mut tx, session, Action::SessionEnd, &format!("{ended} others"), app.now()).await?;
    }
    tx.commit().await
}

/// Records what a person did to their own account.
pub(super) async fn record(
    conn: &mut Conn,
    session: &Session,
    action: Action,
    detail: &str,
    now: Timestamp,
) -> store::Result<()> {
    let person = session.user_id.as_str();
    let event =
        Event { organization_id: &session.organization_id, actor: person, action, object: person, detail };
    store::audit::append(conn, &event, now).await
}

/// The last moments of a session that has ended by now: when it was seen, and when it began.
fn since(app: &App, now: Timestamp) -> (Timestamp, Timestamp) {
    (now - app.config.session_idle, now - app.config.session_absolute)
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
