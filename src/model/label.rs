//! Names and descriptions that people type and other people read.

use crate::model::shape::Shape;
use crate::model::shape::Shaped;

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

/// Characters of a description, and of a reason.
pub const DESCRIPTION: usize = 500;

/// The text of a name: one line, 1 to [`NAME`] characters, nothing invisible.
pub enum Name {}

/// The text of a description: up to [`DESCRIPTION`] characters, may have line breaks and may be empty.
pub enum Description {}

/// Why somebody is kept from something: a description that is there.
pub enum Reason {}

/// Controls, zero-width characters and bidirectional overrides, as a part of a character class: with them one app's
/// name can look like another's. A line feed and a carriage return stand between the two halves.
macro_rules! invisible {
    ($breaks:literal) => {
        concat!(
            "\\u0000-\\u0009",
            $breaks,
            "\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f",
            "\\ufeff\\ufff9-\\ufffb"
        )
    };
}

impl Shaped for Name {
    const SHAPE: Shape = Shape::up_to(
        NAME,
        concat!(
            "^[^",
            invisible!("\\n\\r"),
            "]*[^\\s",
            invisible!("\\n\\r"),
            "][^",
            invisible!("\\n\\r"),
            "]*$"
        ),
    )
    .filled();
    type Refusal = LabelError;

    fn check(text: &str) -> Result<(), LabelError> {
        shape::<Self>(text, false)
    }
}

impl Shaped for Description {
    const SHAPE: Shape = Shape::up_to(DESCRIPTION, concat!("^[^", invisible!(""), "]*$"));
    type Refusal = LabelError;

    fn check(text: &str) -> Result<(), LabelError> {
        shape::<Self>(text, true)
    }
}

impl Shaped for Reason {
    const SHAPE: Shape = Shape::up_to(
        DESCRIPTION,
        concat!("^[^", invisible!(""), "]*[^\\s", invisible!(""), "][^", invisible!(""), "]*$"),
    )
    .filled();
    type Refusal = LabelError;

    fn check(text: &str) -> Result<(), LabelError> {
        shape::<Self>(text, true)
    }
}

/// The [`Name`] in `text`, trimmed.
pub fn name(text: &str) -> Result<String, LabelError> {
    read::<Name>(text)
}

/// The [`Description`] in `text`, trimmed.
pub fn description(text: &str) -> Result<String, LabelError> {
    read::<Description>(text)
}

/// The [`Reason`] in `text`, trimmed.
pub fn reason(text: &str) -> Result<String, LabelError> {
    read::<Reason>(text)
}

/// Beyond the shape, which cannot name them in every dialect of regular expressions, none of the tag characters.
fn read<T: Shaped<Refusal = LabelError>>(text: &str) -> Result<String, LabelError> {
    T::check(text)?;
    refuse(text, |character| matches!(character, '\u{e0000}'..='\u{e007f}'))?;
    Ok(text.trim().replace("\r\n", "\n").replace('\r', "\n"))
}

fn shape<T: Shaped>(text: &str, line_breaks: bool) -> Result<(), LabelError> {
    let (got, most) = (text.chars().count(), T::SHAPE.most);
    if got > most {
        return Err(LabelError::TooLong { got, most });
    }
    refuse(text, |character| is_invisible(character) && !(line_breaks && matches!(character, '\r' | '\n')))?;
    if text.trim().is_empty() && T::SHAPE.least > 0 { Err(LabelError::Empty) } else { Ok(()) }
}

fn refuse(text: &str, invisible: impl Fn(char) -> bool) -> Result<(), LabelError> {
    match text.chars().position(invisible) {
        Some(place) => Err(LabelError::Invisible { place: place + 1 }),
        None => Ok(()),
    }
}

/// See [`invisible`].
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
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
        assert_eq!(name("a\u{e0041}"), Err(LabelError::Invisible { place: 2 }));
        assert_eq!(reason(" \n"), Err(LabelError::Empty));
    }
}
