use std::fmt;
use std::slice;

use serde::Deserializer;
use serde::de;
use serde::de::DeserializeOwned;
use serde::de::DeserializeSeed;
use serde::de::IntoDeserializer;
use serde::de::Visitor;
use serde::de::value::SeqDeserializer;
use serde::forward_to_deserialize_any;

use crate::web::form::ParamError;
use crate::web::form::Params;

impl Params {
    /// Reads the parameters into a struct: absent ones need `Option` or a default, unknown ones are
    /// ignored, numbers must be written as we would write them, and a `Vec` takes every repeat.
    ///
    /// # Errors
    /// [`ParamError::Missing`] or [`ParamError::Kind`] with the name of the parameter.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, ParamError> {
        let mut names: Vec<(&str, Vec<&str>)> = Vec::with_capacity(self.0.len());
        for (name, value) in self.iter() {
            match names.iter_mut().find(|(seen, _)| *seen == name) {
                Some((_, values)) => values.push(value),
                None => names.push((name, vec![value])),
            }
        }
        T::deserialize(de::value::MapAccessDeserializer::new(Entries { rest: names.iter(), value: None }))
    }
}

type Entry<'p> = (&'p str, Vec<&'p str>);

struct Entries<'e, 'p> {
    rest: slice::Iter<'e, Entry<'p>>,
    value: Option<&'e Entry<'p>>,
}

impl<'de, 'p: 'de> de::MapAccess<'de> for Entries<'_, 'p> {
    type Error = ParamError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ParamError> {
        self.value = self.rest.next();
        self.value.map(|(name, _)| seed.deserialize((*name).into_deserializer())).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ParamError> {
        let Some((name, values)) = self.value else { return Err(ParamError::kind("")) };
        seed.deserialize(Values(values)).map_err(|_| ParamError::kind(name))
    }
}

/// The values of one name; anything but a sequence is read from the first.
struct Values<'v, 'p>(&'v [&'p str]);

impl<'p> Values<'_, 'p> {
    fn first(&self) -> &'p str {
        self.0.first().copied().unwrap_or_default()
    }
}

/// Reads what prints back as the same text, so that `+1`, `01` and `1e3` are no numbers.
macro_rules! exactly {
    ($($deserialize:ident $visit:ident $kind:ty),*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
            let text = self.first();
            let value: $kind = text.parse().map_err(|_| ParamError::kind(""))?;
            if value.to_string() != text {
                return Err(ParamError::kind(""));
            }
            visitor.$visit(value)
        }
    )*};
}

impl<'de, 'p: 'de> Deserializer<'de> for Values<'_, 'p> {
    type Error = ParamError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        visitor.visit_borrowed_str(self.first())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        visitor.visit_some(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ParamError> {
        visitor.visit_seq(SeqDeserializer::new(self.0.iter().copied()))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ParamError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ParamError> {
        visitor.visit_enum(self.first().into_deserializer())
    }

    exactly! {
        deserialize_bool visit_bool bool,
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64,
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32, deserialize_i64 visit_i64 i64
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct
        identifier ignored_any
    }
}

impl de::Error for ParamError {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        // Its message may quote a value.
        Self::kind("")
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::repeated(field)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }
}
