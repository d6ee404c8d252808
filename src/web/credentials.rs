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
