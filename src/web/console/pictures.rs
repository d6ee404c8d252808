//! Logos that come with a form.

use crate::app::ChangeError;
use crate::web::console::refusals::Wrong;
use crate::web::logo;
use crate::web::pages::parts::Notice;
use crate::web::pages::parts::Tone;

/// The picture as we keep it, if one was sent.
///
/// # Errors
/// What is wrong with it, for its field.
pub async fn read(sent: Option<Vec<u8>>) -> Result<Option<String>, Wrong> {
    let Some(file) = sent else { return Ok(None) };
    let redrawn = logo::redraw(file).await;
    redrawn.map(Some).map_err(|error| Wrong::in_field("logo", format!("The logo {error}.")))
}

/// What is said when all went well but for the picture.
pub fn not_kept(error: ChangeError) -> Notice {
    tracing::warn!(%error, "a logo was not kept");
    Notice {
        kind: Tone::Warn,
        text: "The logo could not be kept just now. Edit the app to send it again.".to_owned(),
    }
}
