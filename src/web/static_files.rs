//! What everybody gets alike: styles, script and pictures of our own pages, which are in the binary and cached by the
//! browser for good, and what is written about this server.

use std::sync::OnceLock;

use bytes::Bytes;
use poem::Body;
use poem::Endpoint;
use poem::IntoResponse;
use poem::Response;
use poem::endpoint::make_sync;
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
            .body(Body::from_bytes(Bytes::from_static(asset.bytes))),
        None => StatusCode::NOT_FOUND.into(),
    }
}

/// A text about this server, written when somebody asks for it first. 500 where it cannot be.
pub fn written_once(
    content_type: &'static str,
    write: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> impl Endpoint<Output = Response> + 'static {
    let text = OnceLock::new();
    make_sync(move |_| match text.get_or_init(|| write().map(Bytes::from)) {
        Some(text) => Response::builder()
            .content_type(content_type)
            .header(CACHE_CONTROL, "public, max-age=300")
            .body(text.clone()),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    })
}
