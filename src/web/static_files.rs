//! Styles, script and pictures of our own pages: in the binary, cached by the browser for good.

use poem::Body;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::http::header::CACHE_CONTROL;
use poem::http::header::CONTENT_TYPE;
use poem::web::Path;

use crate::web::pages::assets;

/// `GET /assets/:name`: the URL carries a hash of the content, so it never changes.
#[handler]
pub fn asset(Path(name): Path<String>) -> Response {
    match assets::find(&name) {
        Some(asset) => Response::builder()
            .header(CONTENT_TYPE, asset.content_type)
            .header(CACHE_CONTROL, "public, max-age=31536000, immutable")
            .body(Body::from_bytes(bytes::Bytes::from_static(asset.bytes))),
        None => StatusCode::NOT_FOUND.into(),
    }
}
