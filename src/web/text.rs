//! Texts and lists as the document describes them: schemas read off the [`Shape`] beside the rule.
//!
//! They hold what was sent. Whether it is of that shape is for the rule to say, together with all else that is wrong.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use poem_openapi::registry::MetaSchema;
use poem_openapi::registry::MetaSchemaRef;
use poem_openapi::registry::Registry;
use poem_openapi::types::ParseError;
use poem_openapi::types::ParseFromJSON;
use poem_openapi::types::ParseFromParameter;
use poem_openapi::types::ParseResult;
use poem_openapi::types::ToJSON;
use poem_openapi::types::Type;
use serde_json::Value;

use crate::model::shape::SECRET_FORMAT;
use crate::model::shape::Shape;
use crate::model::shape::Shaped;

/// A text that is documented as a `T`.
pub struct Text<T> {
    sent: String,
    documented_as: PhantomData<fn() -> T>,
}

/// At least `LEAST` and at most `MOST` items.
#[derive(Debug)]
pub struct List<T, const LEAST: usize, const MOST: usize>(pub Vec<T>);

/// The schema of a shape.
pub fn schema(shape: &Shape) -> MetaSchema {
    MetaSchema {
        format: shape.format,
        min_length: Some(shape.least).filter(|least| *least > 0),
        max_length: Some(shape.most),
        pattern: Some(shape.pattern.to_owned()),
        ..MetaSchema::new("string")
    }
}

/// The same where a document is written by hand.
pub fn schema_value<T: Shaped>() -> Value {
    serde_json::to_value(schema(&T::SHAPE)).expect("a schema is plain data")
}

impl<T> Text<T> {
    pub fn as_str(&self) -> &str {
        &self.sent
    }

    pub fn into_string(self) -> String {
        self.sent
    }
}

/// A secret one prints nothing of itself.
impl<T: Shaped> fmt::Debug for Text<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match T::SHAPE.format {
            Some(SECRET_FORMAT) => f.write_str("[redacted]"),
            _ => fmt::Debug::fmt(&self.sent, f),
        }
    }
}

impl<T> From<String> for Text<T> {
    fn from(sent: String) -> Self {
        Self { sent, documented_as: PhantomData }
    }
}

impl<T> From<Text<T>> for String {
    fn from(text: Text<T>) -> Self {
        text.sent
    }
}

impl<T> From<&str> for Text<T> {
    fn from(sent: &str) -> Self {
        sent.to_owned().into()
    }
}

impl<T: Shaped> Type for Text<T> {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "text".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema { description: T::describe(), ..schema(&T::SHAPE) }))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl<T: Shaped> ParseFromJSON for Text<T> {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            Some(Value::String(sent)) => Ok(sent.into()),
            Some(other) => Err(ParseError::expected_type(other)),
            None => Err(ParseError::expected_input()),
        }
    }
}

impl<T: Shaped> ParseFromParameter for Text<T> {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        Ok(value.into())
    }
}

impl<T: Shaped> ToJSON for Text<T> {
    fn to_json(&self) -> Option<Value> {
        Some(Value::String(self.sent.clone()))
    }
}

/// What was sent.
impl<T, const LEAST: usize, const MOST: usize> From<List<Text<T>, LEAST, MOST>> for Vec<String> {
    fn from(list: List<Text<T>, LEAST, MOST>) -> Self {
        list.0.into_iter().map(Text::into_string).collect()
    }
}

impl<T, const LEAST: usize, const MOST: usize> From<Vec<String>> for List<Text<T>, LEAST, MOST> {
    fn from(texts: Vec<String>) -> Self {
        Self(texts.into_iter().map(Text::from).collect())
    }
}

impl<T, const LEAST: usize, const MOST: usize> List<Text<T>, LEAST, MOST> {
    /// For examples.
    pub fn of(texts: &[&str]) -> Self {
        Self(texts.iter().map(|text| (*text).into()).collect())
    }
}

impl<T: Type, const LEAST: usize, const MOST: usize> Type for List<T, LEAST, MOST> {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        format!("list of {}", T::name()).into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            items: Some(Box::new(T::schema_ref())),
            min_items: Some(LEAST).filter(|least| *least > 0),
            max_items: Some(MOST),
            ..MetaSchema::new("array")
        }))
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl<T: ParseFromJSON, const LEAST: usize, const MOST: usize> ParseFromJSON for List<T, LEAST, MOST> {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        Vec::parse_from_json(value).map(Self).map_err(ParseError::propagate)
    }
}

impl<T: ToJSON, const LEAST: usize, const MOST: usize> ToJSON for List<T, LEAST, MOST> {
    fn to_json(&self) -> Option<Value> {
        self.0.to_json()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::string::string_regex;
    use proptest::test_runner::TestRunner;
    use regex::Regex;

    use super::*;
    use crate::model::id::ClientId;
    use crate::model::label::Description;
    use crate::model::label::Name;
    use crate::model::label::Reason;
    use crate::model::module::Demand;
    use crate::model::module::ModuleName;
    use crate::model::private_app::Network;
    use crate::model::redirect_uri::RedirectUri;
    use crate::model::scope::Scope;
    use crate::model::scope::Scopes;
    use crate::model::search::Search;
    use crate::oauth::authorize::CodeChallenge;
    use crate::oauth::authorize::Prompt;
    use crate::web::api::lifetime::AccessLifetime;
    use crate::web::api::lifetime::RefreshLifetime;
    use crate::web::api::lifetime::RefreshWindow;
    use crate::web::form::Filled;
    use crate::web::form::Plain;

    /// Whatever the pattern makes, with one character more, and anything else: shape and rule say the same of it.
    fn agree<T: Shaped>(what: &str) {
        let pattern = T::SHAPE.pattern;
        let documented = Regex::new(pattern).unwrap();
        let inner = pattern.trim_start_matches('^').trim_end_matches('$');
        let fitting = string_regex(inner).unwrap().boxed();
        let near = (fitting.clone(), any::<char>()).prop_map(|(text, odd)| format!("{text}{odd}"));
        let ascii = string_regex("[ -~\\n\\r\\t]{0,40}").unwrap();
        let long = fitting.clone().prop_map(|text| text.repeat(T::SHAPE.most / text.len().max(1) + 2));
        let texts = prop_oneof![fitting, near, ascii, long, any::<String>()];
        let rule = |text: String| {
            let allowed = T::SHAPE.fits(&text) && documented.is_match(&text);
            prop_assert_eq!(T::check(&text).is_ok(), allowed, "{}: {:?}", what, text);
            Ok(())
        };
        TestRunner::default().run(&texts, rule).unwrap();
    }

    macro_rules! agree {
        ($($shaped:ty,)+) => { $(agree::<$shaped>(stringify!($shaped));)+ };
    }

    /// Of a state the bytes count, which JSON Schema cannot; so it is not here.
    #[test]
    fn what_is_documented_is_the_rule() {
        agree! {
            ClientId, Name, Description, Reason, ModuleName, Network, RedirectUri, Scope, Scopes, Demand,
            CodeChallenge, Prompt, Search, AccessLifetime, RefreshLifetime, RefreshWindow, Plain, Filled,
        }
    }
}
