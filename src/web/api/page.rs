//! Lists a page at a time: newest first, from after a given item.

use poem::Request;

use crate::web::form::Params;
use crate::web::form::Rules;
use crate::web::problem::Problem;

/// Items on a page that names no limit.
pub const USUAL: u32 = 50;

/// Items on any page.
pub const MOST: u32 = 200;

/// Which page to show.
#[derive(Debug)]
pub struct Page {
    limit: usize,
    after: Option<String>,
}

impl Page {
    /// # Errors
    /// When a parameter is there twice or the query is malformed otherwise.
    pub fn of(request: &Request, limit: Option<u32>, after: Option<String>) -> Result<Self, Problem> {
        Params::from_query(request.uri().query(), &Rules::STRICT)
            .map_err(|error| Problem::malformed(error.description()))?;
        Ok(Self { limit: limit.unwrap_or(USUAL).clamp(1, MOST) as usize, after })
    }

    /// Items on this page at most.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// What of `items` stands on this page, and the cursor of the next one. `id` names an item; ids grow with time
    /// and the items come newest first, so an item that was deleted meanwhile still marks its place.
    pub fn cut<T>(&self, items: Vec<T>, id: impl Fn(&T) -> &str) -> (Vec<T>, Option<String>) {
        let follows = |item: &T| self.after.as_deref().is_none_or(|after| id(item) < after);
        let mut rest = items.into_iter().filter(follows);
        let page: Vec<T> = rest.by_ref().take(self.limit).collect();
        let more = rest.next().is_some();
        let next = page.last().filter(|_| more).map(|last| id(last).to_owned());
        (page, next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_without_gap_or_repeat() {
        let items = || vec!["e", "d", "c", "b", "a"];
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let (page, next) = Page { limit: 2, after: after.take() }.cut(items(), |item| item);
            seen.extend(page);
            after = next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, items());
        let (page, next) = Page { limit: 2, after: Some("bb".to_owned()) }.cut(items(), |item| item);
        assert_eq!((page, next), (vec!["b", "a"], None));
    }
}
