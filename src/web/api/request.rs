//! What somebody may ask of a resource: one list of fields for creating it, changing it and its page's form.

use std::borrow::Cow;
use std::fmt::Display;
use std::marker::PhantomData;

use poem_openapi::registry::MetaSchema;
use poem_openapi::registry::MetaSchemaRef;
use poem_openapi::registry::Registry;
use poem_openapi::types::ParseError;
use poem_openapi::types::ParseFromJSON;
use poem_openapi::types::ParseResult;
use poem_openapi::types::ToJSON;
use poem_openapi::types::Type;
use serde_json::Value;

use crate::app::ChangeError;
use crate::app::Difference;
use crate::app::FieldError;
use crate::model::version::Version;

/// Declares a request: an object of optional fields, each named as in the draft that it fills in. `besides` are fields
/// that no draft holds in that way; whoever takes the request reads them. `by version` is for what two people may edit.
macro_rules! request {
    (
        $(#[$meta:meta])*
        $request:ident for $draft:ident $(by $version:ident)? { $($(#[$doc:meta])* $field:ident: $type:ty,)+ }
        besides { $($(#[$bdoc:meta])* $besides:ident: $btype:ty,)* }
    ) => {
        $(#[$meta])*
        #[derive(Default, poem_openapi::Object)]
        #[oai(deny_unknown_fields, skip_serializing_if_is_none)]
        pub struct $request {
            $($(#[$doc])* pub $field: Option<$type>,)+
            $($(#[$bdoc])* pub $besides: Option<$btype>,)*
            $(
                /// The version that is changed. When others changed a field since to what differs from what is sent here,
                /// nothing is changed, and the answer names it. Left out: whatever stands is changed.
                pub $version: Option<i64>,
            )?
        }

        impl $request {
            const FIELDS: &[&'static str] = &[$(stringify!($field)),+];

            /// Writes what the request says over what the draft said.
            ///
            /// # Errors
            /// The fields that are not of the documented shape, as far as a draft cannot hold them; the draft is then
            /// of no use. Or the fields that others changed since the version that the request says.
            pub fn fill(self, draft: &mut $draft) -> Result<(), crate::app::ChangeError> {
                $(let (seen, before) = (self.$version, Self::of(draft));)?
                let mut wrong = Vec::new();
                $(crate::web::api::request::put(stringify!($field), self.$field, &mut draft.$field, &mut wrong);)+
                if !wrong.is_empty() {
                    return Err(crate::app::ChangeError::Invalid(wrong));
                }
                $(crate::web::api::request::check(
                    (seen, &draft.$version),
                    Self::FIELDS,
                    (&before, &Self::of(draft)),
                )?;)?
                Ok(())
            }

            /// The request for exactly what the draft says.
            pub fn of(draft: &$draft) -> Self {
                Self { $($field: Some(draft.$field.clone().into()),)+ $($besides: None,)* $($version: Some(draft.$version.number),)? }
            }
        }
    };
}

pub(super) use request;

/// One field of [`request`].
pub(super) fn put<S, D>(name: &'static str, sent: Option<S>, field: &mut D, wrong: &mut Vec<FieldError>)
where
    S: TryInto<D>,
    S::Error: Display,
{
    match sent.map(S::try_into) {
        Some(Ok(value)) => *field = value,
        Some(Err(error)) => {
            wrong.push(FieldError { field: name, message: format!("It {error}."), misshapen: true });
        }
        None => {}
    }
}

/// That a change of the version `seen` overwrites nothing which others changed since.
pub(super) fn check(
    (seen, version): (Option<i64>, &Version),
    names: &[&'static str],
    (before, after): (&impl ToJSON, &impl ToJSON),
) -> Result<(), ChangeError> {
    let Some(seen) = seen.filter(|seen| *seen != version.number) else { return Ok(()) };
    if seen > version.number {
        let message = format!("It is {seen}, and the version that stands is {}.", version.number);
        return Err(ChangeError::Invalid(vec![FieldError { field: "version", message, misshapen: false }]));
    }
    let (before, after) = (before.to_json().unwrap_or_default(), after.to_json().unwrap_or_default());
    let difference = |field: &&'static str| {
        let (now, sent) = (before[*field].clone(), after[*field].clone());
        let overwrites = version.changed_since(seen, field) && unordered(&now) != unordered(&sent);
        overwrites.then_some(Difference { field, now, sent })
    };
    let differences = names.iter().filter_map(difference).collect::<Vec<_>>();
    if differences.is_empty() {
        Ok(())
    } else {
        Err(ChangeError::Stale { version: version.number, differences })
    }
}

/// Lists are sets: their order says nothing.
fn unordered(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items = items.clone();
            items.sort_by_key(Value::to_string);
            Value::Array(items)
        }
        other => other.clone(),
    }
}

/// How one operation takes a request.
pub trait Takes<T>: Send + Sync {
    /// What the document calls the request here.
    const NAME: &'static str;
    const DESCRIPTION: &'static str;
    /// Fields that must be there.
    const NEEDED: &'static [&'static str] = &[];
    /// Fields that are not taken here.
    const REFUSED: &'static [&'static str] = &[];

    fn example() -> T;
}

/// The request `T` as the operation `O` takes it.
pub struct Request<T, O> {
    pub sent: T,
    taken_by: PhantomData<fn() -> O>,
}

impl<T: Type + ToJSON, O: Takes<T>> Type for Request<T, O> {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        O::NAME.into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference(O::NAME.to_owned())
    }

    fn register(registry: &mut Registry) {
        let whole = registry.create_fake_schema::<T>();
        registry.schemas.remove(T::name().as_ref());
        let taken = |name: &&'static str| !O::REFUSED.contains(name);
        registry.create_schema::<Self, _>(O::NAME.to_owned(), |_| MetaSchema {
            title: Some(O::NAME.to_owned()),
            description: Some(O::DESCRIPTION),
            required: O::NEEDED.to_vec(),
            properties: whole.properties.into_iter().filter(|(name, _)| taken(name)).collect(),
            example: O::example().to_json(),
            ..MetaSchema::new("object")
        });
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl<T: ParseFromJSON + ToJSON, O: Takes<T>> ParseFromJSON for Request<T, O> {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let has = |name: &&&str| value.as_ref().is_some_and(|value| value.get(**name).is_some());
        if let Some(name) = O::REFUSED.iter().find(has) {
            return Err(ParseError::custom(format!("unknown field `{name}`.")));
        }
        if let Some(name) = O::NEEDED.iter().find(|name| !has(name)) {
            return Err(ParseError::custom(format!("the field `{name}` is missing.")));
        }
        let sent = T::parse_from_json(value).map_err(|error| ParseError::custom(error.into_message()))?;
        Ok(Self { sent, taken_by: PhantomData })
    }
}

impl<T: ToJSON, O: Takes<T>> ToJSON for Request<T, O> {
    fn to_json(&self) -> Option<Value> {
        self.sent.to_json()
    }
}
