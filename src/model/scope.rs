//! Scopes (RFC 6749 §3.3): `module.read` and `module.write`, where write implies read.

use std::fmt;

use crate::model::shape::Shape;
use crate::model::shape::Shaped;

/// One scope: printable ASCII without space, quote and backslash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(String);

/// Scopes in the order in which they were asked for, each once. Clients compare the text they sent with the text
/// they get back, so the order is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scopes(Vec<Scope>);

/// What a scope lets its bearer do with a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    Read,
    Write,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    #[error("a scope holds a character outside RFC 6749 section 3.3")]
    Characters,
    #[error("more than {} characters", Scopes::SHAPE.most)]
    TooLong,
}

impl Shaped for Scope {
    const SHAPE: Shape = Shape::up_to(128, r"^[!#-\[\]-~]+$").filled();
    type Refusal = ScopeError;

    fn check(text: &str) -> Result<(), ScopeError> {
        Self::parse(text).map(drop)
    }
}

/// A list with spaces between its scopes; empty means that none is named.
impl Shaped for Scopes {
    const SHAPE: Shape = Shape::up_to(2048, r"^[ !#-\[\]-~]*$");
    type Refusal = ScopeError;

    fn check(text: &str) -> Result<(), ScopeError> {
        Self::parse(text).map(drop)
    }
}

impl Scope {
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        match Self::SHAPE.fits(text) {
            true => Self::within_list(text),
            false => Err(ScopeError::Characters),
        }
    }

    /// As [`Scope::parse`], where the length of the whole list bounds it.
    fn within_list(text: &str) -> Result<Self, ScopeError> {
        let allowed = |byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        if text.bytes().all(allowed) { Ok(Self(text.to_owned())) } else { Err(ScopeError::Characters) }
    }

    /// The scope of a module.
    pub fn of(module: &str, access: Access) -> Self {
        Self(format!("{module}.{}", access.as_str()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a bearer of this scope may do what `other` names: it is the same, or the reading of its writing.
    pub fn includes(&self, other: &Scope) -> bool {
        self == other
            || matches!((self.parts(), other.parts()),
                (Some((writes, Access::Write)), Some((reads, Access::Read))) if writes == reads)
    }

    /// The module and the access, when the scope is of that shape.
    pub fn parts(&self) -> Option<(&str, Access)> {
        let (module, access) = self.0.rsplit_once('.')?;
        match access {
            "read" => Some((module, Access::Read)),
            "write" => Some((module, Access::Write)),
            _ => None,
        }
    }
}

impl Access {
    pub const fn as_str(self) -> &'static str {
        match self {
            Access::Read => "read",
            Access::Write => "write",
        }
    }
}

impl Scopes {
    /// Scopes of one app.
    pub const MOST: usize = 64;

    /// Reads a space-separated list; repeats count once.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        if !Self::SHAPE.fits(text) {
            return Err(ScopeError::TooLong);
        }
        let mut scopes = Self::default();
        for name in text.split(' ').filter(|name| !name.is_empty()) {
            scopes.insert(Scope::within_list(name)?);
        }
        Ok(scopes)
    }

    pub fn insert(&mut self, scope: Scope) {
        if !self.0.contains(&scope) {
            self.0.push(scope);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.0.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the set holds the scope itself.
    pub fn contains(&self, scope: &Scope) -> bool {
        self.0.contains(scope)
    }

    /// Whether a bearer of this set may do what `scope` names: it is in the set, or it is a read whose write is.
    pub fn allow(&self, scope: &Scope) -> bool {
        self.0.iter().any(|held| held.includes(scope))
    }

    /// Whether every one of `scopes` is allowed.
    pub fn allow_all(&self, scopes: &Scopes) -> bool {
        scopes.iter().all(|scope| self.allow(scope))
    }

    /// What of this set the ceiling allows, in this set's order.
    pub fn within(&self, ceiling: &Scopes) -> Scopes {
        Scopes(self.0.iter().filter(|scope| ceiling.allow(scope)).cloned().collect())
    }

    /// What of this set the other does not allow: what is still to be asked.
    pub fn beyond(&self, other: &Scopes) -> Scopes {
        Scopes(self.0.iter().filter(|scope| !other.allow(scope)).cloned().collect())
    }

    /// Both sets, this one's order first.
    pub fn union(&self, other: &Scopes) -> Scopes {
        let mut all = self.clone();
        other.iter().cloned().for_each(|scope| all.insert(scope));
        all
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(iter: I) -> Self {
        let mut scopes = Scopes::default();
        iter.into_iter().for_each(|scope| scopes.insert(scope));
        scopes
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.0.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(f, "{space}{scope}")?;
        }
        Ok(())
    }
}

impl TryFrom<String> for Scopes {
    type Error = ScopeError;

    fn try_from(text: String) -> Result<Self, ScopeError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(text: &str) -> Scopes {
        Scopes::parse(text).unwrap()
    }

    #[test]
    fn order_is_kept_and_repeats_count_once() {
        assert_eq!(scopes("b.write a.read  b.write").to_string(), "b.write a.read");
        assert!(scopes("").is_empty());
    }

    #[test]
    fn write_implies_read_and_nothing_else() {
        let held = scopes("contacts.write");
        assert!(held.allow_all(&scopes("contacts.read contacts.write")));
        assert!(!held.allow_all(&scopes("deals.read")));
        assert!(!scopes("contacts.read").allow_all(&scopes("contacts.write")));
        assert_eq!(scopes("deals.read contacts.read").within(&held).to_string(), "contacts.read");
        assert_eq!(scopes("deals.read contacts.read").beyond(&held).to_string(), "deals.read");
    }

    #[test]
    fn odd_characters_and_floods_are_refused() {
        for text in ["a\tb", "a\"b", "a\\b", "é", "a\0"] {
            assert_eq!(Scopes::parse(text), Err(ScopeError::Characters), "{text:?}");
        }
        assert_eq!(Scopes::parse(&" ".repeat(3000)), Err(ScopeError::TooLong));
    }
}
