//! Devices that somebody signed in from: a sealed cookie lets them keep trying while strangers must wait.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::base::clock::Timestamp;
use crate::base::secret::Secret;
use crate::model::id::UserId;
use crate::model::session::Session;

/// How long a device stays known after the last sign-in from it.
pub const LIFETIME: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// What the seal is for.
const CONTEXT: &str = "device";

/// A device that one person has signed in from. It proves nothing but that.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Device {
    /// Random; its failures are counted under this name.
    pub id: String,
    user_id: UserId,
    /// Unix milliseconds.
    seen_at: i64,
}

impl Device {
    /// A device that was never seen before.
    pub fn new(user_id: &UserId, now: Timestamp) -> Self {
        let id = Secret::generate_plain().reveal().to_owned();
        Self { id, user_id: user_id.clone(), seen_at: now.millis() }
    }

    /// The browser of a session counts as a device of its own: who guesses there keeps nobody from signing in.
    pub fn of_session(session: &Session) -> Self {
        let Session { id, user_id, seen_at, .. } = session;
        Self { id: format!("session {}", id.as_str()), user_id: user_id.clone(), seen_at: seen_at.millis() }
    }

    /// The device that a cookie names, if it is one of this person and not too old.
    pub fn recognize(app: &App, cookie: &str, user_id: &UserId, now: Timestamp) -> Option<Self> {
        let device: Self = app.keys.open(CONTEXT, cookie)?;
        let fresh = now < Timestamp::from_millis(device.seen_at) + LIFETIME;
        (fresh && device.user_id == *user_id).then_some(device)
    }

    /// The cookie, which counts [`LIFETIME`] from now.
    pub fn seal(self, app: &App, now: Timestamp) -> Secret {
        Secret::presented(app.keys.seal(CONTEXT, &Self { seen_at: now.millis(), ..self }))
    }
}
