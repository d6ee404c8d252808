//! Logos that come with a form.

use crate::web::console::refusals::Wrong;

/// The picture as we keep it, if one was sent.
///
/// # Errors
/// What is wrong with it, for its field.
pub async fn read(sent: Option<Vec<u8>>) -> Result<Option<String>, Wrong> {
    match sent {
        Some(_) => Err(Wrong::in_field("logo", "Logos cannot be kept.".to_owned())),
        None => Ok(None),
    }
}
