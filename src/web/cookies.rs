//! The browser's cookies and the check that a post comes from our own pages.

use std::time::Duration;

use poem::http::HeaderMap;
use poem::http::HeaderValue;
use poem::http::header::COOKIE;
use poem::http::header::ORIGIN;

use crate::config::BasePath;
use crate::config::Issuer;

/// Reads and writes our cookies: `HttpOnly`, `SameSite=Lax`, `Path=/`, and on an https issuer `Secure` with
/// the `__Host-` prefix, so that no other host and no plain connection can plant one.
///
/// Several servers may share an origin, each below a path of its own: their cookies differ in name, as
/// `__Host-sid+id`. `Path=/id` would keep them apart as well, but only without `__Host-`, and then any sibling
/// subdomain could plant a session (RFC 6265 §8.6); it would protect nothing either, since pages of one origin
/// reach each other whatever their paths (§8.5).
#[derive(Clone, Debug)]
pub struct Cookies {
    secure: bool,
    base: BasePath,
}

/// A cookie's value must be printable ASCII without blanks, `"`, `,`, `;` and `\` (RFC 6265 §4.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a cookie's value must be printable ASCII without blanks, quotes, commas, semicolons and backslashes"
)]
pub struct BadCookie;

impl Cookies {
    /// The cookies of this issuer.
    pub fn new(issuer: &Issuer) -> Self {
        Self { secure: issuer.is_https(), base: issuer.base().clone() }
    }

    /// The whole name of the cookie that is called `name` here.
    pub fn name(&self, name: &str) -> String {
        format!("{}{name}{}", if self.secure { PREFIX } else { "" }, self.base.mark())
    }

    /// The value of the cookie `name`, given by its short name. Two of that name are none, since one of
    /// them was planted by somebody else.
    pub fn get<'a>(&self, headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
        let mut values = self.values(headers, name);
        let (value, None) = (values.next()?, values.next()) else { return None };
        Some(value)
    }

    /// Whether there is a cookie `name`, or several.
    pub fn has(&self, headers: &HeaderMap, name: &str) -> bool {
        self.values(headers, name).next().is_some()
    }

    fn values<'a>(&self, headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
        let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let name = self.name(name);
        pairs.filter(move |(seen, _)| *seen == name).map(|(_, value)| value)
    }

    /// The `Set-Cookie` that keeps `value` under `name` for `max_age`, or until the browser closes.
    ///
    /// # Errors
    /// [`BadCookie`] when `value` holds a character that a cookie cannot.
    pub fn set(&self, name: &str, value: &str, max_age: Option<Duration>) -> Result<HeaderValue, BadCookie> {
        let octet = |byte: u8| matches!(byte, 0x21 | 0x23..=0x2B | 0x2D..=0x3A | 0x3C..=0x5B | 0x5D..=0x7E);
        if !value.bytes().all(octet) {
            return Err(BadCookie);
        }
        let (name, secure) = (self.name(name), if self.secure { "; Secure" } else { "" });
        let age = max_age.map(|age| format!("; Max-Age={}", age.as_secs())).unwrap_or_default();
        let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
        let mut cookie = HeaderValue::try_from(cookie).map_err(|_| BadCookie)?;
        // Never printed, and never compressed next to what a stranger chose.
        cookie.set_sensitive(true);
        Ok(cookie)
    }

    /// The `Set-Cookie` that removes `name`.
    ///
    /// # Errors
    /// [`BadCookie`] when `name` cannot be one.
    pub fn clear(&self, name: &str) -> Result<HeaderValue, BadCookie> {
        self.set(name, "", Some(Duration::ZERO))
    }
}

const PREFIX: &str = "__Host-";

/// Why a post is not taken for one from our own pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CsrfRefusal {
    /// `Origin` names another origin, or is there twice.
    #[error("the form was posted from another site")]
    ForeignOrigin,
    /// `Origin: null`: a sandboxed frame, a local file or a redirect across sites.
    #[error("the browser hid where the form was posted from")]
    HiddenOrigin,
    /// Neither `Origin` nor `Sec-Fetch-Site` tells where the post comes from.
    #[error("the browser did not say where the form was posted from")]
    UnknownOrigin,
}

/// Checks that a browser sent this post from a page of `issuer_origin` (`https://id.example.com`).
///
/// # Errors
/// [`CsrfRefusal`], unless `Origin` is ours or, without one, `Sec-Fetch-Site` is `same-origin`.
pub fn same_origin(headers: &HeaderMap, issuer_origin: &str) -> Result<(), CsrfRefusal> {
    match only(headers, ORIGIN.as_str())? {
        Some("null") => Err(CsrfRefusal::HiddenOrigin),
        Some(origin) if origin == issuer_origin => Ok(()),
        Some(_) => Err(CsrfRefusal::ForeignOrigin),
        None if only(headers, "sec-fetch-site")? == Some("same-origin") => Ok(()),
        None => Err(CsrfRefusal::UnknownOrigin),
    }
}

/// The one line of that name, if any.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, CsrfRefusal> {
    let mut lines = headers.get_all(name).iter();
    match (lines.next(), lines.next()) {
        (None, _) => Ok(None),
        (Some(line), None) => line.to_str().map(Some).map_err(|_| CsrfRefusal::ForeignOrigin),
        (Some(_), Some(_)) => Err(CsrfRefusal::ForeignOrigin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(issuer: &str) -> Cookies {
        Cookies::new(&issuer.parse().expect("an issuer"))
    }

    const SECURE: &str = "https://id.example.com";
    const PLAIN: &str = "http://127.0.0.1:8080";
    const BELOW: &str = "https://example.com/tenants/one";

    fn headers(name: &'static str, lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(name, line.parse().expect("a value"));
        }
        headers
    }

    #[test]
    fn a_planted_cookie_is_no_cookie() {
        let cases: &[(&str, &[&str], Option<&str>)] = &[
            (SECURE, &["__Host-sid=abc"], Some("abc")),
            (SECURE, &["a=b; __Host-sid=abc;c=d"], Some("abc")),
            (SECURE, &["a=b", "__Host-sid=abc"], Some("abc")),
            (SECURE, &["sid=abc"], None),
            (SECURE, &["__host-sid=abc"], None),
            (SECURE, &["__Host-sid=abc; __Host-sid=abc"], None),
            (SECURE, &["__Host-sid=abc", "__Host-sid=def"], None),
            (SECURE, &["__Host-sid"], None),
            (SECURE, &[" __Host-sid=a=b "], Some("a=b")),
            (PLAIN, &["sid=abc"], Some("abc")),
            (PLAIN, &["__Host-sid=abc"], None),
            (PLAIN, &["sid=abc; sid="], None),
            (BELOW, &["__Host-sid=abc; __Host-sid+tenants+one=def; __Host-sid+tenants=ghi"], Some("def")),
            (BELOW, &["__Host-sid=abc; sid+tenants+one=def"], None),
        ];
        for (issuer, lines, expected) in cases {
            assert_eq!(cookies(issuer).get(&headers("cookie", lines), "sid"), *expected, "{lines:?}");
        }
    }

    #[test]
    fn cookies_carry_every_guard_that_the_issuer_allows() {
        let hour = Some(Duration::from_secs(3600));
        let secure = cookies(SECURE).set("sid", "abc", hour).expect("a cookie");
        assert_eq!(secure, "__Host-sid=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=3600");
        let plain = cookies(PLAIN).set("sid", "abc", None).expect("a cookie");
        assert_eq!(plain, "sid=abc; Path=/; HttpOnly; SameSite=Lax");
        let cleared = cookies(SECURE).clear("sid").expect("a cookie");
        assert_eq!(cleared, "__Host-sid=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
        let below = cookies(BELOW).set("sid", "abc", None).expect("a cookie");
        assert_eq!(below, "__Host-sid+tenants+one=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
        for value in ["a;b", "a b", "a,b", "a\"b", "a\\b", "a\r\nb", "é"] {
            assert_eq!(cookies(SECURE).set("sid", value, None), Err(BadCookie), "{value:?}");
        }
    }

    #[test]
    fn a_post_must_come_from_our_own_origin() {
        let check = |origins: &[&str], sites: &[&str]| {
            let mut all = headers("origin", origins);
            all.extend(headers("sec-fetch-site", sites));
            same_origin(&all, "https://id.example.com")
        };
        let ours = "https://id.example.com";
        assert_eq!(check(&[ours], &[]), Ok(()));
        assert_eq!(check(&[ours], &["same-origin"]), Ok(()));
        assert_eq!(check(&[], &["same-origin"]), Ok(()));
        assert_eq!(check(&[], &[]), Err(CsrfRefusal::UnknownOrigin));
        for site in ["none", "same-site", "cross-site", "Same-Origin", ""] {
            assert_eq!(check(&[], &[site]), Err(CsrfRefusal::UnknownOrigin), "{site}");
        }
        assert_eq!(check(&[], &["same-origin", "same-origin"]), Err(CsrfRefusal::ForeignOrigin));
        assert_eq!(check(&["null"], &["same-origin"]), Err(CsrfRefusal::HiddenOrigin));
        assert_eq!(check(&[ours, ours], &[]), Err(CsrfRefusal::ForeignOrigin));
        for origin in [
            "http://id.example.com",
            "https://id.example.com:443",
            "https://id.example.com.evil",
            "https://ID.example.com",
            "",
        ] {
            assert_eq!(check(&[origin], &["same-origin"]), Err(CsrfRefusal::ForeignOrigin), "{origin}");
        }
    }
}
