use poem::Response;
use poem::http::HeaderName;
use poem::http::HeaderValue;
use poem::http::header::CACHE_CONTROL;
use poem::http::header::CONTENT_SECURITY_POLICY;
use poem::http::header::PRAGMA;
use poem::http::header::REFERRER_POLICY;
use poem::http::header::STRICT_TRANSPORT_SECURITY;
use poem::http::header::X_CONTENT_TYPE_OPTIONS;
use poem::http::header::X_FRAME_OPTIONS;

use crate::web::edge::Tongue;

/// Which security headers a response carries. Its mount decides, unless the response holds one of these
/// as data. A header that the route set itself is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headers {
    /// A page: scripts and styles from our files only, no frames, and forms as far as it says.
    Page(FormsEnd),
    /// What programs read: nothing in it may run or load.
    Machine,
}

/// Where the forms of a page may end, with every redirect that follows them: Chromium holds `form-action` against
/// the whole chain, and refuses the last step of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormsEnd {
    /// With us.
    Here,
    /// At an app's address too, be it a web server, a program on this computer or a scheme of its own.
    AtAnApp,
}

macro_rules! page_policy {
    ($more:literal) => {
        text(concat!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; ",
            "connect-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'",
            $more
        ))
    };
}

const fn text(text: &'static str) -> HeaderValue {
    HeaderValue::from_static(text)
}

// Made when this is compiled: to read a text for each response costs more than to copy what was read.
static PAGE_ENDS_HERE: HeaderValue = page_policy!("; form-action 'self'");
static PAGE_ENDS_AT_AN_APP: HeaderValue = page_policy!("");
static NOTHING_RUNS: HeaderValue = text("default-src 'none'; frame-ancestors 'none'");
static NO_STORE: HeaderValue = text("no-store");
static NO_CACHE: HeaderValue = text("no-cache");
static NO_SNIFFING: HeaderValue = text("nosniff");
static ONE_YEAR: HeaderValue = text("max-age=31536000");

static PAGE: [(HeaderName, HeaderValue); 5] = [
    (REFERRER_POLICY, text("same-origin")),
    (X_FRAME_OPTIONS, text("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), text("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), text("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        text(
            "camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self)",
        ),
    ),
];

static MACHINE: [(HeaderName, HeaderValue); 1] = [(REFERRER_POLICY, text("no-referrer"))];

/// Gives a finished response the headers that every one has.
pub fn finish(response: &mut Response, tongue: Tongue, https: bool) {
    let by_mount = if tongue == Tongue::Page { Headers::Page(FormsEnd::Here) } else { Headers::Machine };
    let (policy, others) = match response.data::<Headers>().copied().unwrap_or(by_mount) {
        Headers::Page(FormsEnd::Here) => (&PAGE_ENDS_HERE, &PAGE[..]),
        Headers::Page(FormsEnd::AtAnApp) => (&PAGE_ENDS_AT_AN_APP, &PAGE[..]),
        Headers::Machine => (&NOTHING_RUNS, &MACHINE[..]),
    };
    let headers = response.headers_mut();
    headers.reserve(others.len() + 8);
    let mut offer = |name: HeaderName, value: &HeaderValue| {
        headers.entry(name).or_insert_with(|| value.clone());
    };
    offer(CONTENT_SECURITY_POLICY, policy);
    for (name, value) in others {
        offer(name.clone(), value);
    }
    offer(CACHE_CONTROL, &NO_STORE);
    if tongue == Tongue::OAuth {
        // RFC 6749 §5.1 wants it, for the caches of its day.
        offer(PRAGMA, &NO_CACHE);
    }
    offer(X_CONTENT_TYPE_OPTIONS, &NO_SNIFFING);
    if https {
        offer(STRICT_TRANSPORT_SECURITY, &ONE_YEAR);
    }
}
