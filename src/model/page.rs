//! Lists a page at a time, by key: newest first, from a place that an item's identifier marks. Identifiers grow with
//! time, so an item that was deleted meanwhile still marks its place.

/// Which page of a list.
#[derive(Clone, Debug)]
pub struct Page {
    pub from: Place,
    /// Items at most.
    pub limit: usize,
}

/// Where a page begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    #[default]
    Newest,
    /// Behind the item of that key.
    After(String),
    /// So that it ends before the item of that key.
    Before(String),
}

/// One page: its items, and the keys that lead to the pages beside it.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    pub items: Vec<T>,
    /// For [`Place::Before`]; `None` on the first page.
    pub previous: Option<String>,
    /// For [`Place::After`]; `None` on the last page.
    pub next: Option<String>,
}

/// What a list is made of.
pub trait Keyed {
    /// What marks its place in the list.
    fn key(&self) -> &str;
}

/// Greater than every key, in every collation.
const TOP: &str = "zzzz";

impl Page {
    /// The key at which reading begins.
    pub fn bound(&self) -> &str {
        match &self.from {
            Place::Newest => TOP,
            Place::After(key) | Place::Before(key) => key,
        }
    }

    /// Whether reading goes towards the newest.
    pub fn is_backward(&self) -> bool {
        matches!(self.from, Place::Before(_))
    }

    /// Rows to read: one more than are shown tells whether there is another page.
    pub fn rows(&self) -> i64 {
        i64::try_from(self.limit).unwrap_or(i64::MAX).saturating_add(1)
    }

    /// The first page of the same list.
    #[must_use]
    pub fn first(&self) -> Self {
        Self { from: Place::Newest, limit: self.limit }
    }

    /// Whether `read`, in the direction of reading, came to the list's beginning before the page was full and one more.
    pub fn reached_the_newest<T>(&self, read: &[T]) -> bool {
        self.is_backward() && read.len() <= self.limit
    }

    /// The page of the rows that were `read` in the direction of reading.
    pub fn of<T: Keyed>(&self, mut read: Vec<T>) -> Listed<T> {
        let more = read.len() > self.limit;
        read.truncate(self.limit);
        if self.is_backward() {
            read.reverse();
        }
        let (newer, older) = match self.from {
            Place::Newest => (false, more),
            Place::After(_) => (true, more),
            Place::Before(_) => (more, true),
        };
        let mark = |item: Option<&T>| item.map(|item| item.key().to_owned());
        let previous = mark(read.first()).filter(|_| newer);
        let next = mark(read.last()).filter(|_| older);
        Listed { items: read, previous, next }
    }
}

impl<T> Listed<T> {
    pub fn map<U>(self, make: impl FnMut(T) -> U) -> Listed<U> {
        let items = self.items.into_iter().map(make).collect();
        Listed { items, previous: self.previous, next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Keyed for &'static str {
        fn key(&self) -> &str {
            self
        }
    }

    const ALL: [&str; 5] = ["e", "d", "c", "b", "a"];

    /// What a database would hand out.
    fn read(page: &Page) -> Vec<&'static str> {
        let rows = page.rows() as usize;
        match &page.from {
            Place::Before(key) => {
                ALL.into_iter().rev().filter(|item| *item > key.as_str()).take(rows).collect()
            }
            _ => ALL.into_iter().filter(|item| *item < page.bound()).take(rows).collect(),
        }
    }

    fn turn(from: Place) -> Listed<&'static str> {
        let page = Page { from, limit: 2 };
        page.of(read(&page))
    }

    #[test]
    fn pages_follow_each_other_without_gap_or_repeat_in_both_directions() {
        let first = turn(Place::Newest);
        assert_eq!((first.items.as_slice(), first.previous), (&["e", "d"][..], None));
        let second = turn(Place::After(first.next.unwrap()));
        assert_eq!(second.items, ["c", "b"]);
        let last = turn(Place::After(second.next.unwrap()));
        assert_eq!((last.items.as_slice(), last.next), (&["a"][..], None));
        let back = turn(Place::Before(last.previous.unwrap()));
        assert_eq!((back.items.as_slice(), back.next.as_deref()), (&["c", "b"][..], Some("b")));
        assert_eq!(turn(Place::After("bb".to_owned())).items, ["b", "a"], "what was deleted marks its place");
        let beginning = Page { from: Place::Before("d".to_owned()), limit: 2 };
        assert!(beginning.reached_the_newest(&read(&beginning)));
    }
}
