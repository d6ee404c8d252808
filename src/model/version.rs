//! What two people may edit at once: how often it was edited, and since when each field is as it is.

use std::collections::BTreeMap;
use std::fmt;

/// The state of a thing that may be edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// 1 at first; every edit raises it.
    pub number: i64,
    pub edits: Edits,
}

/// Which version last changed each field that was ever changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits(BTreeMap<String, i64>);

/// The text does not list versions of fields.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no list of edits: expected items such as name=2")]
pub struct NotEdits;

impl Default for Version {
    fn default() -> Self {
        Self { number: 1, edits: Edits::default() }
    }
}

impl Version {
    /// The next version, by an edit that changed these `fields`.
    pub fn raise<'f>(&mut self, fields: impl IntoIterator<Item = &'f str>) {
        self.number += 1;
        self.edits.0.extend(fields.into_iter().map(|field| (field.to_owned(), self.number)));
    }

    /// Whether the field changed after the version of that number.
    pub fn changed_since(&self, number: i64, field: &str) -> bool {
        self.edits.0.get(field).is_some_and(|changed| *changed > number)
    }
}

impl fmt::Display for Edits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (field, number)) in self.0.iter().enumerate() {
            write!(f, "{}{field}={number}", if index == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

impl TryFrom<String> for Edits {
    type Error = NotEdits;

    fn try_from(text: String) -> Result<Self, NotEdits> {
        let edit = |item: &str| {
            let (field, number) = item.split_once('=')?;
            Some((field.to_owned(), number.parse().ok()?))
        };
        text.split_whitespace().map(edit).collect::<Option<_>>().map(Self).ok_or(NotEdits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_is_known_by_the_fields_that_it_changed() {
        let mut version = Version::default();
        version.raise(["name", "scopes"]);
        version.raise(["name"]);
        version.raise([]);
        assert_eq!((version.number, version.edits.to_string().as_str()), (4, "name=3 scopes=2"));
        assert_eq!(Edits::try_from("name=3 scopes=2".to_owned()), Ok(version.edits.clone()));
        assert!(version.changed_since(2, "name") && !version.changed_since(3, "name"));
        assert!(!version.changed_since(1, "pkce"));
        assert_eq!(Edits::try_from("name".to_owned()), Err(NotEdits));
    }
}
