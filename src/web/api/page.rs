//! Lists a page at a time: newest first, from after a given item.

use std::borrow::Cow;

use poem::Request;
use poem_openapi::registry::MetaSchema;
use poem_openapi::registry::MetaSchemaRef;
use poem_openapi::types::ParseError;
use poem_openapi::types::ParseFromParameter;
use poem_openapi::types::ParseResult;
use poem_openapi::types::Type;

use crate::model::shape::Shaped;
use crate::web::form::Params;
use crate::web::form::Rules;
use crate::web::problem::Problem;
use crate::web::text::Text;

/// Items on a page at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(u32);

impl Limit {
    const LEAST: u32 = 1;
    const USUAL: u32 = 50;
    const MOST: u32 = 200;
}

impl Type for Limit {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "limit".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            minimum: Some(Self::LEAST.into()),
            maximum: Some(Self::MOST.into()),
            default: Some(Self::USUAL.into()),
            ..MetaSchema::new_with_format("integer", "int32")
        }))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromParameter for Limit {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        let number = value.parse().ok().filter(|number| (Self::LEAST..=Self::MOST).contains(number));
        let (least, most) = (Self::LEAST, Self::MOST);
        number.map(Self).ok_or_else(|| ParseError::custom(format!("write a number from {least} to {most}")))
    }
}

/// Which page to show.
#[derive(Debug)]
pub struct Page {
    limit: usize,
    after: Option<String>,
}

impl Page {
    /// # Errors
    /// When a parameter is there twice or the query is malformed otherwise.
    pub fn of<Id: Shaped>(
        request: &Request,
        limit: Option<Limit>,
        after: Option<Text<Id>>,
    ) -> Result<Self, Problem> {
        Params::from_query(request.uri().query(), &Rules::STRICT)
            .map_err(|error| Problem::malformed(error.description()))?;
        let after = after.map(Text::into_string);
        if let Some(Err(error)) = after.as_deref().map(Id::check) {
            return Err(Problem::malformed(format!("The parameter after is {error}.")));
        }
        Ok(Self { limit: limit.map_or(Limit::USUAL, |limit| limit.0) as usize, after })
    }

    /// The item after which the page begins.
    pub fn after(&self) -> Option<&str> {
        self.after.as_deref()
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
