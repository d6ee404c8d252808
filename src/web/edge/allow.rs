use std::sync::Arc;

use poem::Request;
use poem::Response;
use poem::http::HeaderValue;
use poem::http::Method;
use poem::http::StatusCode;
use poem::http::header::ALLOW;
use serde_json::Value;

use crate::web::edge::Fault;
use crate::web::edge::mounts::Pattern;

/// What is allowed where nothing is known.
const ANY: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");

/// Which methods each path takes, for `Allow` in answers to `OPTIONS` and to other methods: the router
/// knows, and does not tell.
#[derive(Clone, Debug, Default)]
pub struct Allow(Arc<Vec<(String, Vec<Method>)>>);

impl Allow {
    /// `path`, in which a segment that begins with a colon stands for any, takes `methods`; `HEAD` goes with
    /// `GET`.
    #[must_use]
    pub fn path(mut self, path: &str, methods: impl IntoIterator<Item = Method>) -> Self {
        let paths = Arc::make_mut(&mut self.0);
        match paths.iter_mut().find(|(seen, _)| seen == path) {
            Some((_, seen)) => seen.extend(methods),
            None => paths.push((path.to_owned(), methods.into_iter().collect())),
        }
        self
    }

    /// Every path of an OpenAPI document takes the methods of its operations.
    #[must_use]
    pub fn document(mut self, document: &Value) -> Self {
        let paths = document["paths"].as_object().into_iter().flatten();
        for (path, operations) in paths {
            let segments = path.split('/').map(|segment| match segment.strip_prefix('{') {
                Some(name) => format!(":{}", name.trim_end_matches('}')),
                None => segment.to_owned(),
            });
            let names = operations.as_object().into_iter().flatten().map(|(name, _)| name.to_uppercase());
            let methods = names.filter_map(|name| KNOWN.iter().find(|known| known.as_str() == name)).cloned();
            self = self.path(&segments.collect::<Vec<_>>().join("/"), methods);
        }
        self
    }

    /// The value of `Allow` at `path`, if the path is known.
    fn known(&self, path: &str) -> Option<HeaderValue> {
        let segments = path.split('/').count();
        let matches = |pattern: Pattern<'_>| pattern.begins(path) && pattern.segments() == segments;
        let (_, methods) = self.0.iter().find(|(pattern, _)| matches(Pattern::new(pattern)))?;
        let mut names: Vec<&str> = Vec::new();
        for known in &KNOWN {
            let implied = *known == Method::HEAD && methods.contains(&Method::GET);
            if *known == Method::OPTIONS || implied || methods.contains(known) {
                names.push(known.as_str());
            }
        }
        HeaderValue::from_str(&names.join(", ")).ok()
    }

    /// The value of `Allow` at `path`.
    pub(super) fn at(&self, path: &str) -> HeaderValue {
        self.known(path).unwrap_or(ANY)
    }

    /// Answers `OPTIONS` where the path is known, and wherever browsers ask it of an `open` mount.
    pub(super) fn answer(&self, request: &Request, open: bool) -> Option<Response> {
        if request.method() != Method::OPTIONS {
            return None;
        }
        let path = request.uri().path();
        let allow = self.known(path).or((open || path == "*").then_some(ANY))?;
        Some(Response::builder().status(StatusCode::NO_CONTENT).header(ALLOW, allow).finish())
    }
}

/// Refuses methods that no route has, such as `TRACE`, which would tell a script what it may not see, and `CONNECT`.
pub(super) fn check(method: &Method) -> Result<(), Fault> {
    KNOWN.contains(method).then_some(()).ok_or_else(Fault::method_not_allowed)
}

const KNOWN: [Method; 7] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_allows_what_was_said_of_it() {
        let document =
            json!({ "paths": { "/api/apps/{id}": { "get": {}, "delete": {}, "parameters": [] } } });
        let allow =
            Allow::default().path("/login", [Method::GET]).path("/login", [Method::POST]).document(&document);
        assert_eq!(allow.at("/login"), "GET, HEAD, POST, OPTIONS");
        assert_eq!(allow.at("/api/apps/app_1"), "GET, HEAD, DELETE, OPTIONS");
        assert_eq!(allow.known("/api/apps"), None);
        assert_eq!(allow.known("/api/apps/app_1/logo"), None);
    }
}
