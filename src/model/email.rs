//! One reading of an e-mail address for the whole product: what is stored is what is compared and counted.

use std::fmt;

/// An address in lower case: printable ASCII, one `@`, a domain with a dot or `localhost`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not an e-mail address: expected something like ada@example.com")]
pub struct NotAnEmail;

impl Email {
    pub fn parse(text: &str) -> Result<Self, NotAnEmail> {
        let text = text.trim().to_ascii_lowercase();
        let (local, domain) = text.split_once('@').ok_or(NotAnEmail)?;
        let fits = text.len() <= 254
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
