use std::fmt;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;

use crate::web::form::ParamError;
use crate::web::form::Rules;

/// The members of a JSON object as names and values, repeats included.
pub fn pairs(body: &[u8], rules: &Rules) -> Result<Vec<(String, String)>, ParamError> {
    let Object(members) = serde_json::from_slice(body).map_err(|_| ParamError::Json)?;
    let mut pairs = Vec::with_capacity(members.len());
    for (name, member) in members {
        match member {
            Member::Text(text) => pairs.push((name, text)),
            Member::Array(texts) if rules.may_repeat(&name) => {
                pairs.extend(texts.into_iter().map(|text| (name.clone(), text)));
            }
            Member::Array(_) | Member::Nested => return Err(ParamError::nested(&name)),
        }
    }
    Ok(pairs)
}

/// An object with its members in order; serde's maps would silently keep the last of a repeat.
struct Object(Vec<(String, Member)>);

enum Member {
    Text(String),
    Array(Vec<String>),
    Nested,
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyMember;
        impl<'de> Visitor<'de> for AnyMember {
            type Value = Member;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Member, E> {
                Ok(Member::Text(text.to_owned()))
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Member, E> {
                Ok(Member::Text(value.to_string()))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Member, E> {
                Ok(Member::Text(value.to_string()))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Member, E> {
                Ok(Member::Text(value.to_string()))
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Member, E> {
                Ok(Member::Text(value.to_string()))
            }

            fn visit_unit<E: Error>(self) -> Result<Member, E> {
                Ok(Member::Text(String::new()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Member, A::Error> {
                let mut texts = Some(Vec::new());
                while let Some(member) = sequence.next_element()? {
                    match (member, &mut texts) {
                        (Member::Text(text), Some(texts)) => texts.push(text),
                        _ => texts = None,
                    }
                }
                Ok(texts.map_or(Member::Nested, Member::Array))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Member, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Member::Nested)
            }
        }
        deserializer.deserialize_any(AnyMember)
    }
}
