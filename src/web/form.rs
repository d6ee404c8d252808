//! Strict parameters from a query string, a form body or a JSON object.
//!
//! One reading for every endpoint: empty means absent and repeated means refused (RFC 6749 §3.1, §3.2),
//! and nothing is repaired: broken escapes, invalid UTF-8 and control characters are errors.

mod error;
mod extract;
mod json;
mod media_type;
mod rules;
mod urlencoded;

use poem::http::HeaderMap;

use crate::base::secret::Secret;
use crate::web::form::media_type::MediaType;

pub use crate::web::form::error::ParamError;
pub use crate::web::form::extract::bytes;
pub use crate::web::form::extract::read;
pub use crate::web::form::rules::Filled;
pub use crate::web::form::rules::Plain;
pub use crate::web::form::rules::Rules;
pub(in crate::web) use crate::web::form::rules::has_control;
pub(in crate::web) use crate::web::form::urlencoded::decode;

/// Parameters that were read by [`Rules`]: none is empty, none is there twice unless it may be.
///
/// Names are case-sensitive. Any value may be a secret, so none is printed and all are wiped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, Secret)>);

impl Params {
    /// Reads the query component of a URI, without its question mark.
    ///
    /// # Errors
    /// [`ParamError`] for anything that `rules` do not allow.
    pub fn from_query(query: Option<&str>, rules: &Rules) -> Result<Self, ParamError> {
        Self::from_form(query.unwrap_or_default().as_bytes(), rules)
    }

    /// Reads an `application/x-www-form-urlencoded` body.
    ///
    /// # Errors
    /// [`ParamError`] for anything that `rules` do not allow.
    pub fn from_form(body: &[u8], rules: &Rules) -> Result<Self, ParamError> {
        Self::collect(urlencoded::pairs(body, rules), rules)
    }

    /// Reads a JSON object whose members are strings, numbers and booleans; `null` is absent, and an array
    /// of strings stands for the repeats of a parameter that may repeat.
    ///
    /// # Errors
    /// [`ParamError`] for anything that `rules` do not allow.
    pub fn from_json(body: &[u8], rules: &Rules) -> Result<Self, ParamError> {
        Self::collect(json::pairs(body, rules)?.into_iter().map(Ok), rules)
    }

    /// Reads a body as its `Content-Type` says: a form or a JSON object. No body is an empty form, whatever the type.
    ///
    /// # Errors
    /// [`ParamError::MediaType`] for any other type or a charset other than UTF-8, else as for the type.
    pub fn from_body(headers: &HeaderMap, body: &[u8], rules: &Rules) -> Result<Self, ParamError> {
        match MediaType::of(headers) {
            _ if body.is_empty() => Ok(Self::default()),
            Some(MediaType::Form) => Self::from_form(body, rules),
            Some(MediaType::Json) => Self::from_json(body, rules),
            None => Err(ParamError::MediaType),
        }
    }

    /// Takes pairs that were read before, for a dialect that spells names differently.
    ///
    /// # Errors
    /// [`ParamError`] for anything that `rules` do not allow, such as two spellings of one name.
    pub fn from_pairs<N, V>(
        pairs: impl IntoIterator<Item = (N, V)>,
        rules: &Rules,
    ) -> Result<Self, ParamError>
    where
        N: Into<String>,
        V: Into<String>,
    {
        Self::collect(pairs.into_iter().map(|(name, value)| Ok((name.into(), value.into()))), rules)
    }

    fn collect(
        pairs: impl Iterator<Item = Result<(String, String), ParamError>>,
        rules: &Rules,
    ) -> Result<Self, ParamError> {
        let mut params = Self::default();
        let mut names = 0;
        for pair in pairs {
            let (name, value) = pair?;
            rules.check(&name, &value)?;
            if !rules.may_repeat(&name) {
                names += 1;
                if names > Rules::MOST {
                    return Err(ParamError::TooMany);
                }
                if params.0.iter().any(|(seen, _)| *seen == name) {
                    return Err(ParamError::repeated(&name));
                }
            }
            params.0.push((name, Secret::presented(value)));
        }
        // Only now, because an empty and a full value of one name are a repeat too.
        params.0.retain(|(_, value)| !value.reveal().is_empty());
        Ok(params)
    }

    /// The value of `name`, or none when it is absent or empty; of a repeatable one, the first.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The value of `name`.
    ///
    /// # Errors
    /// [`ParamError::Missing`] when it is absent or empty.
    pub fn require(&self, name: &'static str) -> Result<&str, ParamError> {
        self.get(name).ok_or(ParamError::Missing(name))
    }

    /// Every value of `name`, in order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.iter().filter(move |(seen, _)| *seen == name).map(|(_, value)| value)
    }

    /// All names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.reveal()))
    }

    /// Whether there are no parameters.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests;
