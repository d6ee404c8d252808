//! What a client presents in `Authorization`: its id and secret (RFC 6749 §2.3.1).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use poem::http::HeaderMap;
use poem::http::header::AUTHORIZATION;
use zeroize::Zeroizing;

use crate::base::secret::Secret;
use crate::web::form::decode;
use crate::web::form::has_control;

/// A client's id and secret from a Basic header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasicCredentials {
    /// The client id, never empty.
    pub id: String,
    /// The client secret, which may be empty and then never matches.
    pub secret: Secret,
}

/// Why Basic credentials cannot be used. Descriptions fit RFC 6749 §5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// More than one `Authorization` header.
    #[error("there is more than one Authorization header; send one")]
    SeveralHeaders,
    /// Not base64, not UTF-8, without a colon, or holding control characters.
    #[error("the Basic credentials are not base64 of a client id, a colon and a secret, each form-encoded")]
    MalformedBasic,
    /// The client id is empty.
    #[error("the Basic credentials hold no client id")]
    EmptyId,
}

/// The Basic credentials of a client, if the `Authorization` header has that scheme.
///
/// # Errors
/// [`CredentialsError`] when there are two headers or the credentials are malformed.
pub fn basic(headers: &HeaderMap) -> Result<Option<BasicCredentials>, CredentialsError> {
    let Some(encoded) = scheme(headers, "basic")? else { return Ok(None) };
    let decoded =
        STANDARD.decode(encoded).map(Zeroizing::new).map_err(|_| CredentialsError::MalformedBasic)?;
    let colon = decoded.iter().position(|byte| *byte == b':').ok_or(CredentialsError::MalformedBasic)?;
    let part = |bytes: &[u8]| match decode(bytes) {
        Ok(text) if !has_control(&text) => Ok(text),
        _ => Err(CredentialsError::MalformedBasic),
    };
    let (id, secret) = (part(&decoded[..colon])?, part(&decoded[colon + 1..])?);
    if id.is_empty() {
        return Err(CredentialsError::EmptyId);
    }
    Ok(Some(BasicCredentials { id, secret: Secret::presented(secret) }))
}

/// What follows `wanted` and blanks in the only `Authorization` header; none for another scheme.
fn scheme<'a>(headers: &'a HeaderMap, wanted: &str) -> Result<Option<&'a [u8]>, CredentialsError> {
    let mut lines = headers.get_all(AUTHORIZATION).iter();
    let Some(line) = lines.next() else { return Ok(None) };
    if lines.next().is_some() {
        return Err(CredentialsError::SeveralHeaders);
    }
    let line = line.as_bytes();
    let end = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
    let matches = line[..end].eq_ignore_ascii_case(wanted.as_bytes());
    Ok(matches.then(|| line[end..].trim_ascii()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn headers(lines: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            if let Ok(line) = poem::http::HeaderValue::from_bytes(line) {
                headers.append(AUTHORIZATION, line);
            }
        }
        headers
    }

    fn encoded(credentials: &[u8]) -> String {
        format!("Basic {}", STANDARD.encode(credentials))
    }

    fn read(line: &str) -> Result<Option<(String, String)>, CredentialsError> {
        let credentials = basic(&headers(&[line.as_bytes()]))?;
        Ok(credentials.map(|BasicCredentials { id, secret }| (id, secret.reveal().to_owned())))
    }

    #[test]
    fn basic_credentials_are_decoded_twice_and_strictly() {
        let good: &[(&[u8], &str, &str)] = &[
            (b"app:secret", "app", "secret"),
            (b"app:", "app", ""),
            (b"app:a:b", "app", "a:b"),
            (b"a+b%3A:%2B%25", "a b:", "+%"),
            ("é:ü".as_bytes(), "é", "ü"),
        ];
        for (sent, id, secret) in good {
            assert_eq!(read(&encoded(sent)), Ok(Some(((*id).to_owned(), (*secret).to_owned()))));
        }
        let line = encoded(b"app:secret");
        for scheme in ["basic", "BASIC", "Basic  "] {
            assert!(matches!(read(&line.replace("Basic", scheme)), Ok(Some(_))), "{scheme}");
        }
        let bad: &[&[u8]] = &[b"app", b"", b"app:%zz", b"app:%ff", b"app:\xff", b"app:%00", b"ap%0Ap:x"];
        for sent in bad {
            assert_eq!(read(&encoded(sent)), Err(CredentialsError::MalformedBasic), "{sent:?}");
        }
        for line in ["Basic", "Basic ", "Basic !!!", "Basic YXBwOng", "Basic YXBwOng= x", "Basic YXBwOng-"] {
            assert_eq!(read(line), Err(CredentialsError::MalformedBasic), "{line}");
        }
        assert_eq!(read(&encoded(b":secret")), Err(CredentialsError::EmptyId));
        assert_eq!(read("Bearer abc"), Ok(None));
        assert_eq!(read("Basics abc"), Ok(None));
        assert_eq!(basic(&HeaderMap::new()), Ok(None));
        let twice = headers(&[line.as_bytes(), line.as_bytes()]);
        assert_eq!(basic(&twice), Err(CredentialsError::SeveralHeaders));
    }

    proptest! {
        #[test]
        fn no_header_panics(line in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = basic(&headers(&[&line]));
            let line = encoded(&line);
            if let Ok(Some((id, _))) = read(&line) {
                prop_assert!(!id.is_empty() && !id.contains(char::is_control));
            }
        }
    }
}
