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

use crate::app::FieldError;

/// Declares a request: an object of optional fields, each named as in the draft that it fills in. `besides` are fields
/// that no draft holds in that way; whoever takes the request reads them.
macro_rules! request {
    (
        $(#[$meta:meta])*
        $request:ident for $draft:ident { $($(#[$doc:meta])* $field:ident: $type:ty,)+ }
        besides { $($(#[$bdoc:meta])* $besides:ident: $btype:ty,)* }
    ) => {
        $(#[$meta])*
        #[derive(Default, poem_openapi::Object)]
        #[oai(deny_unknown_fields, skip_serializing_if_is_none)]
        pub struct $request {
            $($(#[$doc])* pub $field: Option<$type>,)+
            $($(#[$bdoc])* pub $besides: Option<$btype>,)*
        }

        impl $request {
            /// Writes what the request says over what the draft said.
            ///
            /// # Errors
            /// The fields that are not of the documented shape, as far as a draft cannot hold them; the draft is then
            /// of no use.
            pub fn fill(self, draft: &mut $draft) -> Result<(), crate::app::ChangeError> {
                let mut wrong = Vec::new();
                $(crate::web::api::request::put(stringify!($field), self.$field, &mut draft.$field, &mut wrong);)+
                if wrong.is_empty() { Ok(()) } else { Err(crate::app::ChangeError::Invalid(wrong)) }
            }

            /// The request for exactly what the draft says.
            pub fn of(draft: &$draft) -> Self {
                Self { $($field: Some(draft.$field.clone().into()),)+ $($besides: None,)* }
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
