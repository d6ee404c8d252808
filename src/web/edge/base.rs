use poem::Request;
use poem::Response;
use poem::http::HeaderValue;
use poem::http::Uri;
use poem::http::header::LOCATION;

use crate::config::BasePath;
use crate::web::edge::Mounts;

/// Takes the base off the path of a request; false when the path is not ours. What is found on every path
/// needs none.
pub fn enter(request: &mut Request, base: &BasePath, mounts: &Mounts) -> bool {
    let received = request.uri().path();
    match base.strip(received) {
        Some(own) if own == received => true,
        Some(own) => match moved(request.uri(), own) {
            Some(uri) => {
                *request.uri_mut() = uri;
                true
            }
            None => false,
        },
        None => mounts.of(received).is_anywhere(),
    }
}

/// Puts the base before our own path, when the response leads to one.
pub fn leave(response: &mut Response, base: &BasePath) {
    let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
    let own = location.filter(|location| location.starts_with('/') && !base.as_str().is_empty());
    if let Some(Ok(location)) = own.map(|own| HeaderValue::try_from(base.join(own))) {
        response.headers_mut().insert(LOCATION, location);
    }
}

fn moved(uri: &Uri, path: &str) -> Option<Uri> {
    let target = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(target.try_into().ok()?);
    Uri::from_parts(parts).ok()
}
