//! What a text must look like, said once: the rule that checks it, the page that asks for it and the document that
//! describes it read it here.

use std::fmt::Display;

/// The form of a text, as far as JSON Schema can tell it. What a value must fit besides (what there is, what a policy
/// allows) is no matter of shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Characters at least.
    pub least: usize,
    /// Characters at most.
    pub most: usize,
    /// A regular expression (ECMA-262) that matches exactly the texts of this shape, their length aside.
    pub pattern: &'static str,
    /// A format of JSON Schema, as a hint for readers and tools.
    pub format: Option<&'static str>,
}

/// A text of a known shape. [`Shaped::check`] passes exactly what [`Shaped::SHAPE`] describes.
pub trait Shaped {
    const SHAPE: Shape;
    type Refusal: Display;

    /// What the shape cannot say of such a text, for the document.
    fn describe() -> Option<&'static str> {
        None
    }

    /// # Errors
    /// What the text has and what it needs.
    fn check(text: &str) -> Result<(), Self::Refusal>;
}

/// Characters of the value of a parameter, unless it is known to be shorter or longer.
pub const VALUE: usize = 4096;

/// The format of a text that nobody but its owner may see.
pub const SECRET_FORMAT: &str = "password";

/// The pattern of a text without control characters.
pub const ONE_LINE: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$";

impl Shape {
    /// Of at most that many characters.
    pub const fn up_to(most: usize, pattern: &'static str) -> Self {
        Self { least: 0, most, pattern, format: None }
    }

    /// At least one of them.
    #[must_use]
    pub const fn filled(self) -> Self {
        Self { least: 1, ..self }
    }

    #[must_use]
    pub const fn format(self, format: &'static str) -> Self {
        Self { format: Some(format), ..self }
    }

    /// Whether the length of `text` is right.
    pub fn fits(&self, text: &str) -> bool {
        (self.least..=self.most).contains(&text.chars().count())
    }
}
