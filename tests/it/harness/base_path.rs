//! What a server below a path sends has that path in it, and is read as if there were none.

use reqwest::header::CONTENT_TYPE;
use reqwest::header::HeaderMap;
use reqwest::header::HeaderValue;
use reqwest::header::LOCATION;
use reqwest::header::SET_COOKIE;
use scraper::Html;

/// Attributes that hold an address.
const ADDRESSES: [&str; 9] =
    ["href", "src", "srcset", "action", "formaction", "poster", "cite", "data", "ping"];

/// The variable that puts every server of the tests below a path, as in `/id`.
const VARIABLE: &str = "CONSENTRY_TEST_PATH";

/// The path that the tests' servers are below: none, unless the environment says so.
pub fn of_all() -> String {
    std::env::var(VARIABLE).unwrap_or_default()
}

/// The base path of the server at `issuer`, and its origin.
pub fn split(issuer: &str) -> (&str, &str) {
    let authority = issuer.find("://").map_or(0, |at| at + 3);
    let path = issuer[authority..].find('/').map_or(issuer.len(), |at| authority + at);
    (&issuer[path..], &issuer[..path])
}

/// The name of the cookie that is called `name` on a server below `base`, over http.
pub fn cookie_name(base: &str, name: &str) -> String {
    format!("{name}{}", base.replace('/', "+"))
}

/// Fails when something leads out of `base` on the same origin.
#[track_caller]
pub fn check(base: &str, headers: &HeaderMap, text: &str) {
    for location in headers.get_all(LOCATION) {
        let location = location.to_str().unwrap();
        assert!(is_below(base, location), "Location: {location}");
    }
    for cookie in headers.get_all(SET_COOKIE) {
        let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
        assert_eq!(name, cookie_name(base, name.split('+').next().unwrap()), "a cookie for the whole origin");
        assert!(rest.contains("; Path=/;"), "{rest}");
    }
    let kind = headers.get(CONTENT_TYPE).map_or("", |kind| kind.to_str().unwrap());
    if base.is_empty() || !kind.starts_with("text/html") {
        return;
    }
    for node in Html::parse_document(text).tree.values().filter_map(|node| node.as_element()) {
        for (name, value) in node.attrs().filter(|(name, _)| ADDRESSES.contains(name)) {
            assert!(is_below(base, value), "<{} {name}=\"{value}\">", node.name());
        }
    }
}

/// Whether an address stays below `base`, or is not on our origin at all.
fn is_below(base: &str, address: &str) -> bool {
    !address.starts_with('/') || address.strip_prefix(base).is_some_and(|own| own.starts_with('/'))
}

/// The same answer without `base`.
pub fn without(base: &str, mut headers: HeaderMap, text: String) -> (HeaderMap, String) {
    if base.is_empty() {
        return (headers, text);
    }
    let location = headers.get(LOCATION).and_then(|location| location.to_str().ok());
    if let Some(own) = location.and_then(|location| location.strip_prefix(base)) {
        let own = HeaderValue::from_str(own).unwrap();
        headers.insert(LOCATION, own);
    }
    let text = ADDRESSES
        .iter()
        .fold(text, |text, name| text.replace(&format!(" {name}=\"{base}/"), &format!(" {name}=\"/")));
    (headers, text)
}
