//! The token that a caller presents to our own resources, `/api` and `/verify`.

use poem::Request;
use poem::http::HeaderMap;

use crate::base::secret::Secret;
use crate::oauth::Error;
use crate::oauth::bearer::Presentation;
use crate::oauth::error::Code;
use crate::web::client_ip::ClientIp;

/// Worktual's connectors spell the header so.
const AUTHORISATION: &str = "authorisation";

/// The token in `Authorization: Bearer`; or, as Worktual's connectors send it, without the word `Bearer`, or in
/// `Authorisation`. Two different tokens are refused.
pub fn token(headers: &HeaderMap) -> Result<Option<Secret>, Error> {
    let mut found: Option<&str> = None;
    for name in ["authorization", AUTHORISATION] {
        for line in headers.get_all(name) {
            let line = line.to_str().map_err(|_| malformed())?.trim();
            let presented = match line.split_once(' ') {
                Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => rest.trim(),
                Some(_) => continue,
                None => line,
            };
            match found {
                Some(other) if other != presented => {
                    return Err(Error::invalid_request(
                        "The request presents two different tokens. Send one.",
                    ));
                }
                _ => found = Some(presented),
            }
        }
    }
    match found {
        Some(text) if !is_token(text) => Err(malformed()),
        found => Ok(found.map(Secret::presented)),
    }
}

/// Where the request presents its token; `call` is its method and path.
pub fn presentation<'a>(request: &Request, call: &'a str) -> Presentation<'a> {
    Presentation { address: request.data::<ClientIp>().and_then(|client| client.proven()), call }
}

/// Method and path of the request, bounded, for "last used".
pub fn call(method: &str, path: &str) -> String {
    let path = &path[..path.floor_char_boundary(200)];
    format!("{method} {path}")
}

/// `b64token` of RFC 6750 §2.1.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte))
}

/// A malformed token is an invalid one (RFC 6750 §3.1), and a proxy's `auth_request` hands on 401 but not 400.
fn malformed() -> Error {
    Error::new(Code::InvalidToken, "The Authorization header does not hold a well-formed token.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[(&str, &str)]) -> Result<Option<String>, ()> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name: poem::http::HeaderName = name.parse().unwrap();
            headers.append(name, value.parse().unwrap());
        }
        token(&headers).map(|token| token.map(|token| token.reveal().to_owned())).map_err(drop)
    }

    #[test]
    fn every_spelling_is_one_token() {
        let token = Ok(Some("OAUTH2.x".to_owned()));
        assert_eq!(read(&[("authorization", "Bearer OAUTH2.x")]), token);
        assert_eq!(read(&[("authorization", "bearer   OAUTH2.x")]), token);
        assert_eq!(read(&[("authorization", "OAUTH2.x")]), token);
        assert_eq!(read(&[("authorisation", "OAUTH2.x")]), token);
        assert_eq!(read(&[("authorisation", "OAUTH2.x"), ("authorization", "Bearer OAUTH2.x")]), token);
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[("authorization", "Basic eDp5")]), Ok(None));
        assert_eq!(read(&[("authorisation", "OAUTH2.x"), ("authorization", "OAUTH2.y")]), Err(()));
        assert_eq!(read(&[("authorization", "Bearer a b")]), Err(()));
        assert_eq!(read(&[("authorization", "")]), Err(()));
    }
}
