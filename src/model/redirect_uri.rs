//! Redirect URIs: strict when registered, compared byte for byte when used (RFC 9700 §4.1.3).

use std::fmt;

use url::Host;
use url::Url;

use crate::model::shape::Shape;
use crate::model::shape::Shaped;

/// A redirect URI that passed registration.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RedirectUri(String);

/// A client's registered redirect URIs, in the order they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RedirectUris(Vec<RedirectUri>);

/// Why a redirect URI cannot be registered. Each text follows the URI in a sentence.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriError {
    #[error("is empty")]
    Empty,
    #[error("is longer than {} characters", RedirectUri::SHAPE.most)]
    TooLong,
    #[error(
        "holds a character that does not belong in a URI (a space, a control, a backslash, a non-ASCII letter ...); percent-encode it"
    )]
    Characters,
    #[error("holds a wildcard; every redirect URI is registered in full and compared exactly")]
    Wildcard,
    #[error("has a fragment (#...), which RFC 6749 section 3.1.2 forbids")]
    Fragment,
    #[error("holds a user name or password")]
    UserInfo,
    #[error("is not an absolute URI such as https://app.example/callback")]
    NotAbsolute,
    #[error("uses http, which is for loopback addresses only (127.0.0.1, [::1], localhost); use https")]
    PlainHttp,
    #[error(
        "uses the scheme `{0}`; use https, or for an installed app a scheme of your own domain reversed, such as com.example.app:/callback"
    )]
    Scheme(String),
    #[error("holds a path segment with `;` or `..`")]
    Segment,
    #[error("already has the parameter `{0}` in its query, which the answer will add")]
    ResponseParameter(String),
    #[error("has an odd spelling that software reads in different ways; write it as {0}")]
    Spelling(String),
    #[error("has a host that ends with a dot")]
    TrailingDot,
}

/// Parameters of an authorization response (RFC 6749 §4.1.2, RFC 9207, OpenID Connect).
const RESPONSE_PARAMETERS: [&str; 9] = [
    "code",
    "state",
    "iss",
    "error",
    "error_description",
    "error_uri",
    "access_token",
    "id_token",
    "response",
];

/// Loopback origins; where a port is chosen at run time, it may differ from the registered one (RFC 8252 §7.3).
const LOOPBACK: [&str; 3] = ["http://127.0.0.1", "http://[::1]", "http://localhost"];

/// The outer form only: what a URI means decides whether it can be registered.
impl Shaped for RedirectUri {
    const SHAPE: Shape = Shape::up_to(2000, r"^[A-Za-z][!$-)+-;=?-\[\]_a-z~]*$").filled().format("uri");
    type Refusal = RedirectUriError;

    fn check(text: &str) -> Result<(), RedirectUriError> {
        use RedirectUriError as E;
        if text.is_empty() {
            return Err(E::Empty);
        }
        if text.len() > Self::SHAPE.most {
            return Err(E::TooLong);
        }
        if text.bytes().any(|byte| !byte.is_ascii_graphic() || b"\\\"<>^`{|}".contains(&byte)) {
            return Err(E::Characters);
        }
        if text.contains('*') {
            return Err(E::Wildcard);
        }
        if text.contains('#') {
            return Err(E::Fragment);
        }
        if !text.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return Err(E::NotAbsolute);
        }
        Ok(())
    }
}

impl RedirectUri {
    /// Checks a URI that an app's owner typed.
    pub fn register(text: &str) -> Result<Self, RedirectUriError> {
        use RedirectUriError as E;
        Self::check(text)?;
        let url = Url::parse(text).map_err(|_| E::NotAbsolute)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(E::UserInfo);
        }
        check_scheme(&url)?;
        if raw_path(text).split('/').any(is_odd_segment) {
            return Err(E::Segment);
        }
        if let Some((name, _)) =
            url.query_pairs().find(|(name, _)| RESPONSE_PARAMETERS.contains(&name.as_ref()))
        {
            return Err(E::ResponseParameter(name.into_owned()));
        }
        if url.host_str().is_some_and(|host| host.ends_with('.')) {
            return Err(E::TrailingDot);
        }
        // The parser removes, lowers, decodes and completes; whatever it changed, another parser reads otherwise.
        if url.as_str() != text && url.as_str().strip_suffix('/') != Some(text) {
            return Err(E::Spelling(url.into()));
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both are plainly loopback URIs and the same bytes but for the port (RFC 8252 §7.3).
    pub fn differs_in_loopback_port(&self, requested: &str) -> bool {
        matches!((loopback(&self.0), loopback(requested)), (Some(ours), Some(theirs)) if ours == theirs)
    }

    /// Whom the browser is sent to, for people: the host, or the scheme of an installed app.
    pub fn destination(&self) -> String {
        destination(&self.0)
    }
}

/// See [`RedirectUri::destination`]; for a loopback URI as requested, with its own port.
pub fn destination(uri: &str) -> String {
    match Url::parse(uri) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (host, _) => host.unwrap_or_default().to_owned(),
        },
        Ok(url) => format!("{}:", url.scheme()),
        Err(_) => String::new(),
    }
}

/// The origin without its port, and the rest; `None` for anything that is not plainly a loopback URI.
fn loopback(uri: &str) -> Option<(&'static str, &str)> {
    let (origin, rest) = LOOPBACK.iter().find_map(|origin| Some((*origin, uri.strip_prefix(origin)?)))?;
    let rest = match rest.strip_prefix(':') {
        None => rest,
        Some(port) => {
            let digits = port.bytes().take_while(u8::is_ascii_digit).count();
            let (number, rest) = port.split_at(digits);
            number.parse::<u16>().ok().filter(|_| !number.starts_with('0'))?;
            rest
        }
    };
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((origin, rest))
}

fn check_scheme(url: &Url) -> Result<(), RedirectUriError> {
    match url.scheme() {
        "https" if url.host().is_some() => Ok(()),
        "http" => match url.host() {
            Some(Host::Ipv4(address)) if address.is_loopback() => Ok(()),
            Some(Host::Ipv6(address)) if address.is_loopback() => Ok(()),
            Some(Host::Domain("localhost")) => Ok(()),
            _ => Err(RedirectUriError::PlainHttp),
        },
        scheme if scheme.contains('.') && !scheme.starts_with('.') && !scheme.ends_with('.') => Ok(()),
        scheme => Err(RedirectUriError::Scheme(scheme.to_owned())),
    }
}

/// The path as typed: after the authority, before the query.
fn raw_path(text: &str) -> &str {
    let rest = text.split_once(':').map_or(text, |(_, rest)| rest);
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    rest.split('?').next().unwrap_or(rest)
}

fn is_odd_segment(segment: &str) -> bool {
    let decoded = segment.to_ascii_lowercase().replace("%2e", ".").replace("%3b", ";");
    decoded == ".." || decoded == "." || decoded.contains(';')
}

impl RedirectUris {
    /// URIs of one client.
    pub const MOST: usize = 50;

    pub fn iter(&self) -> impl Iterator<Item = &RedirectUri> {
        self.0.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The only one, when there is exactly one: a request may then leave it out (RFC 6749 §3.1.2.3).
    pub fn only(&self) -> Option<&RedirectUri> {
        match self.0.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

impl FromIterator<RedirectUri> for RedirectUris {
    fn from_iter<I: IntoIterator<Item = RedirectUri>>(iter: I) -> Self {
        let mut uris = Vec::new();
        for uri in iter {
            if !uris.contains(&uri) {
                uris.push(uri);
            }
        }
        Self(uris)
    }
}

/// Stored one per line: a registered URI holds no line break.
impl From<String> for RedirectUris {
    fn from(text: String) -> Self {
        Self(text.lines().map(|line| RedirectUri(line.to_owned())).collect())
    }
}

impl fmt::Display for RedirectUris {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, uri) in self.0.iter().enumerate() {
            let line_break = if index == 0 { "" } else { "\n" };
            write!(f, "{line_break}{}", uri.0)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_uris_register() {
        for uri in [
            "https://app.example/callback",
            "https://app.example",
            "https://app.example:8443/cb?tenant=7",
            "http://127.0.0.1/cb",
            "http://127.0.0.1:8765/cb",
            "http://[::1]/cb",
            "http://localhost:3000/",
            "com.example.app:/oauth/callback",
            "com.example.app://callback",
            "https://zapier.com/dashboard/auth/oauth/return/App123CLIAPI/",
            "https://app.example/a%20b",
        ] {
            assert!(RedirectUri::register(uri).is_ok(), "{uri}: {:?}", RedirectUri::register(uri));
        }
    }

    #[test]
    fn every_line_of_the_torture_list_is_refused() {
        for uri in [
            "",
            "/cb",
            "//evil.example/cb",
            "https:good.example",
            "https:///good.example",
            "https://",
            "https://good.example/cb#x",
            "https://good.example/cb#",
            "https://user@good.example/cb",
            "https://good.example:@evil.example",
            "https://good.example/cb/../evil",
            "https://good.example/cb/..;/evil",
            "https://good.example/cb/%2e%2e/evil",
            "https://good.example/./cb",
            "https://good.example\\@evil.example",
            "https://good.example/\tcb",
            "https://good.example/c b",
            "https://good.example/cb\n",
            "https://GOOD.example/cb",
            "HTTPS://good.example/cb",
            "https://good.example:443/cb",
            "https://ⓖood.example/cb",
            "https://*.good.example/cb",
            "https://good.example/*",
            "https://good.example./cb",
            "http://good.example/cb",
            "http://localhost.evil.example/cb",
            "http://localhost./cb",
            "http://127.1/cb",
            "http://0x7f000001/cb",
            "http://2130706433/cb",
            "http://[::ffff:127.0.0.1]/cb",
            "javascript:alert(1)",
            "javascript://good.example/%0aalert(1)",
            "data:text/html,x",
            "vbscript:x",
            "blob:https://good.example/x",
            "file:///etc/passwd",
            "ftp://good.example/",
            "ws://good.example/",
            "myapp:/cb",
            "urn:ietf:wg:oauth:2.0:oob",
            "https://good.example/cb?code=1",
            "https://good.example/cb?state=1",
            "https://good.example/cb?a=1&iss=2",
            "https://good.example/cb?error=x",
            "https://good.example/cb?c%6fde=1",
            "https://good.example/a;b",
            "https://good.example/\u{0}",
            "https://xn--good-.example/cb",
        ] {
            assert!(RedirectUri::register(uri).is_err(), "{uri:?} was registered");
        }
        assert_eq!(
            RedirectUri::register(&format!("https://a.example/{}", "a".repeat(2000))),
            Err(RedirectUriError::TooLong)
        );
    }

    #[test]
    fn only_a_loopback_uri_may_differ_and_only_in_a_port() {
        let web = RedirectUri::register("https://good.example:8443/cb").unwrap();
        for other in ["https://good.example:8444/cb", "https://good.example/cb", "http://127.0.0.1:8443/cb"] {
            assert!(!web.differs_in_loopback_port(other), "{other}");
        }
        let native = RedirectUri::register("http://127.0.0.1:7000/cb").unwrap();
        for port in ["", ":1", ":54321", ":65535"] {
            assert!(native.differs_in_loopback_port(&format!("http://127.0.0.1{port}/cb")), "{port}");
        }
        for other in [
            "http://localhost:7000/cb",
            "http://127.0.0.1:7000/cb/x",
            "http://127.0.0.1:0/cb",
            "http://127.0.0.1:00/cb",
            "http://127.0.0.1:09876/cb",
            "http://127.0.0.1:000080/cb",
            "http://127.0.0.1:65536/cb",
            "http://127.0.0.1:99999/cb",
            "http://127.0.0.1:123456/cb",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:-80/cb",
            "http://127.0.0.1:+80/cb",
            "http://127.0.0.1:0x50/cb",
            "http://127.0.0.1: 80/cb",
            "http://127.0.0.1:80:80/cb",
            "http://127.0.0.1@evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.1:80@evil.example/cb",
            "https://127.0.0.1:7000/cb",
        ] {
            assert!(!native.differs_in_loopback_port(other), "{other}");
        }
    }
}
