//! What surrounds a list: a search field, a filter, and the links to the pages beside it.

/// `GET` to `path` with `q`, `state`, and `after` or `before`.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    pub path: &'static str,
    /// What was looked for, as it was typed.
    pub q: String,
    /// The state that is shown; empty for any.
    pub state: &'static str,
    /// The list is searched or filtered, so that its being empty is no beginning.
    pub is_narrowed: bool,
    /// Where the newer items are.
    pub previous: Option<String>,
    /// Where the older items are.
    pub next: Option<String>,
}

impl Listing {
    /// Whether looking for something is worth a field: not in a list that a glance takes in.
    pub fn is_searchable(&self, shown: usize) -> bool {
        shown > 7 || self.is_narrowed || self.previous.is_some() || self.next.is_some()
    }

    /// The states of an app to choose from, as (value, label, is chosen).
    pub fn states(&self) -> [(&'static str, &'static str, bool); 4] {
        [("", "Any state"), ("enabled", "In service"), ("disabled", "Disabled"), ("stopped", "Stopped")]
            .map(|(value, label)| (value, label, value == self.state))
    }
}
