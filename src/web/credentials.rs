//! What a caller presents in `Authorization`: client credentials (RFC 6749 §2.3.1) and access tokens
//! (RFC 6750).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use poem::http::HeaderMap;
use poem::http::header::AUTHORIZATION;

use crate::web::form::Params;
use crate::web::form::decode;

/// A client's id and secret from a Basic header. `Debug` hides the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct BasicCredentials {
    /// The client id, never empty.
    pub id: String,
    /// The client secret, which may be empty and then never matches.
    pub secret: String,
}

/// Why an `Authorization` header, or a token in its place, cannot be used. Descriptions fit RFC 6749 §5.2.
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
    /// The token has characters that RFC 6750 §2.1 does not allow, or is empty.
    #[error("the Authorization header does not hold a well-formed bearer token")]
    MalformedBearer,
    /// A token in the header and in the body.
    #[error("the access token is sent twice; send it in the Authorization header only")]
    SeveralTokens,
}

/// The Basic credentials of a client, if the `Authorization` header has that scheme.
///
/// # Errors
/// [`CredentialsError`] when there are two headers or the credentials are malformed.
pub fn basic(headers: &HeaderMap) -> Result<Option<BasicCredentials>, CredentialsError> {
    let Some(encoded) = scheme(headers, "basic")? else { return Ok(None) };
    let decoded = STANDARD.decode(encoded).map_err(|_| CredentialsError::MalformedBasic)?;
    let colon = decoded.iter().position(|byte| *byte == b':').ok_or(CredentialsError::MalformedBasic)?;
    let part = |bytes: &[u8]| match decode(bytes) {
        Ok(text) if !text.contains(char::is_control) => Ok(text),
        _ => Err(CredentialsError::MalformedBasic),
    };
    let (id, secret) = (part(&decoded[..colon])?, part(&decoded[colon + 1..])?);
    if id.is_empty() {
        return Err(CredentialsError::EmptyId);
    }
    Ok(Some(BasicCredentials { id, secret }))
}

/// The access token that a caller presents: in the `Authorization` header, or as `access_token` in a form
/// body (RFC 6750 §2). The query string is never looked at.
///
/// # Errors
/// [`CredentialsError`] when there are two headers, two tokens, or a malformed one.
pub fn bearer(headers: &HeaderMap, form: Option<&Params>) -> Result<Option<String>, CredentialsError> {
    let in_header = scheme(headers, "bearer")?;
    let in_form = form.and_then(|params| params.get("access_token").map(str::as_bytes));
    let token = match (in_header, in_form) {
        (Some(_), Some(_)) => return Err(CredentialsError::SeveralTokens),
        (None, None) => return Ok(None),
        (Some(token), None) | (None, Some(token)) => token,
    };
    let text = std::str::from_utf8(token).ok().filter(|text| is_token68(text));
    text.map(|text| Some(text.to_owned())).ok_or(CredentialsError::MalformedBearer)
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

/// `b64token` of RFC 6750 §2.1.
fn is_token68(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    !body.is_empty() && body.bytes().all(allowed)
}

impl fmt::Debug for BasicCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BasicCredentials").field("id", &self.id).field("secret", &"[redacted]").finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::web::form::Rules;

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
        Ok(credentials.map(|BasicCredentials { id, secret }| (id, secret)))
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

    #[test]
    fn a_bearer_token_is_presented_once() {
        let form = Params::from_form(b"access_token=body", &Rules::STRICT).expect("a form");
        let read = |lines: &[&[u8]], form| bearer(&headers(lines), form);
        let token = |token: &str| Ok(Some(token.to_owned()));
        assert_eq!(read(&[b"Bearer OAUTH2.aB-_~+/1=="], None), token("OAUTH2.aB-_~+/1=="));
        assert_eq!(read(&[b"bearer  abc"], None), token("abc"));
        assert_eq!(read(&[], Some(&form)), token("body"));
        assert_eq!(read(&[], None), Ok(None));
        assert_eq!(read(&[b"Basic YTpi"], None), Ok(None));
        assert_eq!(read(&[b"Bearer abc"], Some(&form)), Err(CredentialsError::SeveralTokens));
        assert_eq!(read(&[b"Bearer a", b"Bearer a"], None), Err(CredentialsError::SeveralHeaders));
        for line in
            [&b"Bearer"[..], b"Bearer ", b"Bearer =", b"Bearer a b", b"Bearer a,b", b"Bearer \xc3\xa9"]
        {
            assert_eq!(read(&[line], None), Err(CredentialsError::MalformedBearer), "{line:?}");
        }
    }

    #[test]
    fn debug_output_hides_the_secret() {
        let credentials = BasicCredentials { id: "app".into(), secret: "hunter2".into() };
        assert_eq!(format!("{credentials:?}"), r#"BasicCredentials { id: "app", secret: "[redacted]" }"#);
    }

    proptest! {
        #[test]
        fn no_header_panics(line in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = (basic(&headers(&[&line])), bearer(&headers(&[&line]), None));
            let line = encoded(&line);
            if let Ok(Some((id, _))) = read(&line) {
                prop_assert!(!id.is_empty() && !id.contains(char::is_control));
            }
        }
    }
}
