//! The path that everything of this server stands below.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::Unfit;

/// Where well-known documents are, below the base and before it (RFC 8615 section 3).
const WELL_KNOWN: &str = "/.well-known/";

/// The path of the issuer: empty for `https://id.example.com`, `/id` for `https://example.com/id`.
///
/// Inside this server a path is always its own, without the base: `/sign-in`. The base is taken away when a request
/// enters and joined when an address leaves, so that nothing between has to think of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BasePath(Arc<str>);

impl BasePath {
    /// The text before every path: empty, or beginning with a slash and not ending with one.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// One of our own paths, which begins with a slash, as the rest of the world says it.
    pub fn join(&self, own: &str) -> String {
        format!("{self}{own}")
    }

    /// Our own path of the `received` one; none when that lies elsewhere.
    ///
    /// The base itself is our first page. A well-known document is found below the base and also where the base is
    /// inserted behind its name (RFC 8414 section 3.1, RFC 9728 section 3.1):
    /// `/.well-known/oauth-authorization-server/id`. A path with dot segments lies nowhere, since a browser that is
    /// sent back to it climbs out of the base.
    pub fn strip<'a>(&self, received: &'a str) -> Option<&'a str> {
        if received.split('/').any(is_dot_segment) {
            return None;
        }
        if self.0.is_empty() {
            return Some(received);
        }
        match received.strip_prefix(&*self.0) {
            Some("") => Some("/"),
            Some(own) if own.starts_with('/') => Some(own),
            _ => received.strip_suffix(&*self.0).filter(|own| own.starts_with(WELL_KNOWN)),
        }
    }

    /// What names something of this server among others on its origin, within the characters of RFC 9110 tokens:
    /// empty, or `+id`.
    pub fn mark(&self) -> Cow<'_, str> {
        self.0.replace('/', "+").into()
    }
}

/// Whether browsers resolve this segment away (URL standard, "single-dot" and "double-dot URL path segment").
fn is_dot_segment(segment: &str) -> bool {
    let dots = [".", "..", "%2e", ".%2e", "%2e.", "%2e%2e"];
    dots.iter().any(|dot| segment.eq_ignore_ascii_case(dot))
}

impl FromStr for BasePath {
    type Err = Unfit;

    fn from_str(path: &str) -> Result<Self, Unfit> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        let segment = |segment: &str| !segment.is_empty() && segment.bytes().all(plain);
        match path.is_empty() || path.strip_prefix('/').is_some_and(|path| path.split('/').all(segment)) {
            true => Ok(Self(path.into())),
            false => Err(Unfit::new(
                "its path may have letters, digits and - . _ ~, with one slash between its parts, as in /id",
            )),
        }
    }
}

impl fmt::Display for BasePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::BasePath;

    fn base(path: &str) -> BasePath {
        path.parse().unwrap()
    }

    #[test]
    fn what_is_below_the_base_is_ours() {
        for (received, own) in [
            ("/id", "/"),
            ("/id/", "/"),
            ("/id/token", "/token"),
            ("/id/id", "/id"),
            ("/id//evil.example", "//evil.example"),
            ("/id/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server"),
            ("/.well-known/oauth-authorization-server/id", "/.well-known/oauth-authorization-server"),
            ("/.well-known/oauth-protected-resource/id", "/.well-known/oauth-protected-resource"),
        ] {
            assert_eq!(base("/id").strip(received), Some(own), "{received}");
        }
        assert_eq!(base("/tenants/one").strip("/tenants/one/token"), Some("/token"));
        assert_eq!(base("/tenants/one").strip("/.well-known/a/tenants/one"), Some("/.well-known/a"));
    }

    #[test]
    fn what_only_looks_like_it_is_not() {
        for received in [
            "/",
            "",
            "*",
            "/idx",
            "/ID/token",
            "/i%64/token",
            "//id/token",
            "/token",
            "/token/id",
            "/id/../token",
            "/id/./token",
            "/id/%2e%2E/token",
            "/id/apps/.%2e",
            "/id/..",
            "/.well-known/oauth-authorization-server",
            "/.well-known/oauth-authorization-server/idx",
            "/.well-known/oauth-authorization-server/x/id/y",
            "/.well-known/../id",
        ] {
            assert_eq!(base("/id").strip(received), None, "{received}");
        }
    }

    #[test]
    fn without_a_base_everything_is_ours_as_it_is() {
        for received in ["/", "*", "/id", "//x", "/.well-known/oauth-authorization-server", "/a...b/.c"] {
            assert_eq!(base("").strip(received), Some(received));
        }
        assert_eq!(base("").strip("/apps/../x"), None);
        assert_eq!((base("").join("/x").as_str(), base("").mark().as_ref()), ("/x", ""));
        assert_eq!((base("/a/b").join("/x").as_str(), base("/a/b").mark().as_ref()), ("/a/b/x", "+a+b"));
    }

    #[test]
    fn a_base_is_of_plain_segments() {
        for wrong in ["id", "/", "/id/", "//id", "/a//b", "/a b", "/a;b", "/a%2Fb", "/a+b", "/ä", "/a:b"] {
            assert!(wrong.parse::<BasePath>().is_err(), "{wrong}");
        }
    }
}
