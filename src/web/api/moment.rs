//! Moments as RFC 3339 text.

use std::borrow::Cow;

use poem_openapi::registry::MetaSchema;
use poem_openapi::registry::MetaSchemaRef;
use poem_openapi::types::ParseError;
use poem_openapi::types::ParseFromJSON;
use poem_openapi::types::ParseResult;
use poem_openapi::types::ToJSON;
use poem_openapi::types::Type;
use serde_json::Value;

use crate::base::clock::Timestamp;

/// A moment in answers, to the second, in UTC.
#[derive(Clone, Copy, Debug)]
pub struct Moment(Timestamp);

impl From<Timestamp> for Moment {
    fn from(moment: Timestamp) -> Self {
        Self(moment)
    }
}

impl Type for Moment {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "string(date-time)".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", "date-time")))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ToJSON for Moment {
    fn to_json(&self) -> Option<Value> {
        Some(Value::String(self.0.to_rfc3339()))
    }
}

/// Objects are documented both ways, though moments only go out.
impl ParseFromJSON for Moment {
    fn parse_from_json(_value: Option<Value>) -> ParseResult<Self> {
        Err(ParseError::custom("moments are not taken, only given"))
    }
}

/// The moment that examples show.
pub fn example() -> Moment {
    Moment(Timestamp::from_millis(1_795_300_000_000))
}
