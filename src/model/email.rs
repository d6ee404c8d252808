//! One reading of an e-mail address for the whole product: what is stored is what is compared and counted.

use std::fmt;

use crate::model::shape::Shape;
use crate::model::shape::Shaped;

/// An address in lower case: printable ASCII, one `@`, a domain with a dot or `localhost`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

/// Characters of an address (RFC 5321 §4.5.3.1.3).
pub const LONGEST: usize = 254;

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not an e-mail address: expected something like ada@example.com")]
pub struct NotAnEmail;

impl Email {
    pub fn parse(text: &str) -> Result<Self, NotAnEmail> {
        let text = text.trim().to_ascii_lowercase();
        let (local, domain) = text.split_once('@').ok_or(NotAnEmail)?;
        let fits = text.len() <= LONGEST
            && !local.is_empty()
            && local.len() <= 64
            && local
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&byte))
            && !domain.is_empty()
            && domain.split('.').all(is_label)
            && (domain.contains('.') || domain == "localhost");
        if fits { Ok(Self(text)) } else { Err(NotAnEmail) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Shaped for Email {
    const SHAPE: Shape = Shape::up_to(
        LONGEST,
        r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+|[Ll][Oo][Cc][Aa][Ll][Hh][Oo][Ss][Tt])$",
    )
    .filled();
    type Refusal = NotAnEmail;

    fn check(text: &str) -> Result<(), NotAnEmail> {
        if text.trim() == text { Self::parse(text).map(drop) } else { Err(NotAnEmail) }
    }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Email {
    type Error = NotAnEmail;

    fn try_from(text: String) -> Result<Self, NotAnEmail> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_reading() {
        assert_eq!(Email::parse(" Ada@Example.COM ").unwrap().as_str(), "ada@example.com");
        for text in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "a@b@example.com",
            "ada@exa mple.com",
            "ada@-x.com",
            "ada@example",
            "ädä@example.com",
            "ada@example.com\0",
        ] {
            assert_eq!(Email::parse(text), Err(NotAnEmail), "{text:?}");
        }
    }
}
