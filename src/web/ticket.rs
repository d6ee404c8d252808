//! What a browser carries from one of our pages to the next: sealed, for whom it was made, and not for ever.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::base::clock::Timestamp;
use crate::base::secret::Secret;

/// How long a page may stay open before what it carries has ended.
pub const LIFE: Duration = Duration::from_secs(30 * 60);

#[derive(Serialize, Deserialize)]
struct Ticket<T> {
    content: T,
    issued_at: i64,
}

/// Seals `content`. The context says what it is for and whose it is; it opens under no other.
pub fn seal(app: &App, context: &str, content: &impl Serialize) -> Secret {
    Secret::presented(app.keys.seal(context, &Ticket { content, issued_at: app.now().millis() }))
}

/// The content, if it was sealed under this context and less than [`LIFE`] ago.
pub fn open<T: DeserializeOwned>(app: &App, context: &str, ticket: &str) -> Option<T> {
    let Ticket { content, issued_at } = app.keys.open(context, ticket)?;
    (app.now() < Timestamp::from_millis(issued_at) + LIFE).then_some(content)
}
