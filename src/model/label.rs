//! Names and descriptions that people type and other people read.

/// What is wrong with a name or a description.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    #[error("is missing")]
    Empty,
    #[error("has {got} characters; at most {most} fit")]
    TooLong { got: usize, most: usize },
    #[error("holds an invisible or direction-changing character at position {place}")]
    Invisible { place: usize },
}

/// Characters of a name.
pub const NAME: usize = 80;

/// Characters of a description.
pub const DESCRIPTION: usize = 500;

/// A name: trimmed, one line, 1 to [`NAME`] characters, nothing invisible.
pub fn name(text: &str) -> Result<String, LabelError> {
    match checked(text, NAME, false)? {
        text if text.is_empty() => Err(LabelError::Empty),
        text => Ok(text),
    }
}

/// A description: trimmed, up to [`DESCRIPTION`] characters, may have line breaks and may be empty.
pub fn description(text: &str) -> Result<String, LabelError> {
    checked(text, DESCRIPTION, true)
}

fn checked(text: &str, most: usize, line_breaks: bool) -> Result<String, LabelError> {
    let text = text.trim().replace("\r\n", "\n");
    let got = text.chars().count();
    if got > most {
        return Err(LabelError::TooLong { got, most });
    }
    match text.chars().position(|character| is_invisible(character) && !(line_breaks && character == '\n')) {
        Some(place) => Err(LabelError::Invisible { place: place + 1 }),
        None => Ok(text),
    }
}

/// Controls, zero-width characters and bidirectional overrides: with them one app's name can look like another's.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_they_look_like() {
        assert_eq!(name("  Acme CRM ").as_deref(), Ok("Acme CRM"));
        assert_eq!(name("Größe 東京").as_deref(), Ok("Größe 東京"));
        assert_eq!(name(" "), Err(LabelError::Empty));
        assert_eq!(name("a\u{202e}b"), Err(LabelError::Invisible { place: 2 }));
        assert_eq!(name("a\nb"), Err(LabelError::Invisible { place: 2 }));
        assert_eq!(name(&"x".repeat(81)), Err(LabelError::TooLong { got: 81, most: 80 }));
        assert_eq!(description("a\r\nb").as_deref(), Ok("a\nb"));
        assert_eq!(description("").as_deref(), Ok(""));
    }
}
