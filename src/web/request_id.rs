//! The short text that ties a response, its log line and an error page together.

use std::fmt;
use std::hash::BuildHasher;
use std::hash::RandomState;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use poem::http::HeaderMap;

use crate::base::origin::Origin;

/// The name of one request in logs, answers and pages: 13 characters of ours, or what a trusted proxy
/// sent. Not a secret and not a proof of anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// A new id, different in every process and for every request.
    pub fn new() -> Self {
        const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let bits = KEY.hash_one(COUNT.fetch_add(1, Relaxed));
        let digits =
            std::array::from_fn::<u8, 13, _>(|at| DIGITS[(bits.rotate_right(5 * at as u32) & 31) as usize]);
        Self(str::from_utf8(&digits).unwrap_or_default().into())
    }

    /// The `X-Request-Id` of a trusted proxy, if there is exactly one and it is 8 to 64 characters of
    /// letters, digits, `-`, `_` and `.`.
    pub fn received(headers: &HeaderMap) -> Option<Self> {
        let mut lines = headers.get_all("x-request-id").iter();
        let (line, None) = (lines.next()?.to_str().ok()?, lines.next()) else { return None };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let fits = (8..=64).contains(&line.len()) && line.bytes().all(plain);
        fits.then(|| Self(line.into()))
    }

    /// The id of the request that this task answers, or none outside of one.
    pub fn current() -> Option<Self> {
        Origin::current().request.map(Self)
    }

    /// [`RequestId::current`] as text; empty outside of a request.
    pub fn current_text() -> String {
        Self::current().map(|id| id.to_string()).unwrap_or_default()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<RequestId> for Arc<str> {
    fn from(id: RequestId) -> Self {
        id.0
    }
}

impl Default for RequestId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ() {
        let ids: std::collections::HashSet<String> =
            (0..1000).map(|_| RequestId::new().to_string()).collect();
        assert_eq!(ids.len(), 1000);
        assert!(ids.iter().all(|id| id.len() == 13));
    }

    #[test]
    fn only_plain_ids_are_taken_over() {
        let received = |lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-request-id", line.parse().expect("a value"));
            }
            RequestId::received(&headers).map(|id| id.to_string())
        };
        let uuid = "0e7d9f0c-5a2b-4d5e-8f00-2f6d1c3b4a59";
        assert_eq!(received(&[uuid]).as_deref(), Some(uuid));
        let long = "x".repeat(65);
        for lines in [&[][..], &["short"], &["with blank"], &["<script>1"], &[&long], &[uuid, uuid]] {
            assert_eq!(received(lines), None, "{lines:?}");
        }
    }
}
