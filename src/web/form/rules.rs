use crate::model::shape;
use crate::model::shape::Shape;
use crate::model::shape::Shaped;
use crate::web::form::ParamError;

/// A value of a parameter: one line, and not long.
pub enum Plain {}

/// A [`Plain`] value that is there: an empty one is absent.
pub enum Filled {}

impl Shaped for Plain {
    const SHAPE: Shape = Shape::up_to(shape::VALUE, shape::ONE_LINE);
    type Refusal = ParamError;

    fn check(text: &str) -> Result<(), ParamError> {
        Rules::STRICT.check("value", text)
    }
}

impl Shaped for Filled {
    const SHAPE: Shape = Plain::SHAPE.filled();
    type Refusal = ParamError;

    fn check(text: &str) -> Result<(), ParamError> {
        if text.is_empty() { Err(ParamError::Missing("value")) } else { Plain::check(text) }
    }
}

/// What one endpoint allows beyond [`Plain`] values that are there once.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules {
    repeatable: &'static [&'static str],
    long: &'static [&'static str],
    opaque: &'static [&'static str],
    typed: bool,
}

impl Rules {
    /// Nothing beyond.
    pub const STRICT: Self = Self { repeatable: &[], long: &[], opaque: &[], typed: false };

    /// What people type and paste: any value may be long and break lines, since what is wrong with it is said beside
    /// its field.
    pub const TYPED: Self = Self { typed: true, ..Self::STRICT };

    /// Parameters in one request, with and without a value, besides those that may repeat: the body bounds these.
    pub const MOST: usize = 64;

    /// Characters in a value of a name that may be long.
    pub const LONG_VALUE: usize = 16 * 1024;

    /// `names` may be there several times, as `resource` may (RFC 8707 §2).
    #[must_use]
    pub const fn repeatable(self, names: &'static [&'static str]) -> Self {
        Self { repeatable: names, ..self }
    }

    /// Values of `names` may take [`Rules::LONG_VALUE`] characters, as signed requests and assertions do.
    #[must_use]
    pub const fn long(self, names: &'static [&'static str]) -> Self {
        Self { long: names, ..self }
    }

    /// Values of `names` may hold any bytes and be as long as the body, as what somebody presents as a token may be:
    /// what is no token of ours is not malformed, but unknown. Bytes that are no UTF-8 are read as U+FFFD.
    #[must_use]
    pub const fn opaque(self, names: &'static [&'static str]) -> Self {
        Self { opaque: names, ..self }
    }

    /// Whether the value of `name` may be anything.
    pub(super) fn is_opaque(&self, name: &str) -> bool {
        self.opaque.contains(&name)
    }

    /// Whether `name` may be there several times.
    pub(super) fn may_repeat(&self, name: &str) -> bool {
        self.repeatable.contains(&name)
    }

    /// Checks one name and its value by themselves.
    pub(super) fn check(&self, name: &str, value: &str) -> Result<(), ParamError> {
        if self.is_opaque(name) {
            return Ok(());
        }
        let most = if self.typed || self.long.contains(&name) { Self::LONG_VALUE } else { Plain::SHAPE.most };
        if value.len() > most && value.chars().count() > most {
            return Err(ParamError::too_long(name));
        }
        let breaks_lines = |c| matches!(c, '\r' | '\n' | '\t') && self.typed;
        if has_control(value) && value.contains(|c: char| c.is_control() && !breaks_lines(c)) {
            return Err(ParamError::control(name));
        }
        Ok(())
    }
}

/// Whether a control character is in `text`. Nearly all that is sent is ASCII, whose bytes are looked at all at once.
pub(in crate::web) fn has_control(text: &str) -> bool {
    match text.is_ascii() {
        true => text.bytes().fold(false, |found, byte| found | byte.is_ascii_control()),
        false => text.contains(char::is_control),
    }
}
