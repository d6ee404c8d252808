//! Logos that come with a form.

use crate::web::console::refusals::Wrong;
use crate::web::logo;

/// The picture as we keep it, if one was sent.
///
/// # Errors
/// What is wrong with it, for its field.
pub async fn read(sent: Option<Vec<u8>>) -> Result<Option<String>, Wrong> {
    let Some(file) = sent else { return Ok(None) };
    let redrawn = logo::redraw(file).await;
    redrawn.map(Some).map_err(|error| Wrong::in_field("logo", format!("The logo {error}.")))
}
