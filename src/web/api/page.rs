//! Lists a page at a time, as requests ask for it.

use std::borrow::Cow;

use poem::Request;
use poem_openapi::registry::MetaSchema;
use poem_openapi::registry::MetaSchemaRef;
use poem_openapi::types::ParseError;
use poem_openapi::types::ParseFromParameter;
use poem_openapi::types::ParseResult;
use poem_openapi::types::Type;

use crate::model::page::Page;
use crate::model::page::Place;
use crate::model::search::Search;
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

/// The page that a request asks for.
///
/// # Errors
/// When a parameter is there twice or the query is malformed otherwise, or when `after` is the key of nothing.
pub fn read<Id: Shaped>(
    request: &Request,
    limit: Option<Limit>,
    after: Option<Text<Id>>,
) -> Result<Page, Problem> {
    check(request)?;
    let after = after.map(Text::into_string);
    if let Some(Err(error)) = after.as_deref().map(Id::check) {
        return Err(Problem::malformed(format!(
            "The parameter after is {error}: send the `next` of the page before, as it is."
        )));
    }
    let limit = limit.map_or(Limit::USUAL, |limit| limit.0) as usize;
    Ok(Page { from: after.map_or(Place::Newest, Place::After), limit })
}

/// That the query of a request is well-formed.
///
/// # Errors
/// When a parameter is there twice or the query is malformed otherwise.
pub fn check(request: &Request) -> Result<(), Problem> {
    let read = Params::from_query(request.uri().query(), &Rules::STRICT);
    read.map(drop).map_err(|error| Problem::malformed(error.description()))
}

/// What `q` looks for.
///
/// # Errors
/// When it is nothing to look for.
pub fn search(q: Option<Text<Search>>) -> Result<Option<Search>, Problem> {
    let text = q.map(Text::into_string).unwrap_or_default();
    Search::parse(&text).map_err(|error| Problem::malformed(format!("The parameter q {error}.")))
}
