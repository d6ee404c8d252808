use std::time::Duration;

use hyper::body::Body as _;
use poem::Body;
use poem::Request;
use poem::Response;
use poem::error::ReadBodyError;
use poem::http::header::CONTENT_LENGTH;
use tokio::time::timeout;

use crate::web::edge::Fault;

/// Reads the whole body, so that routes neither wait for it nor bound it: at most `most` bytes, whether
/// its length was declared or it comes in chunks, within `patience`.
pub async fn complete(request: &mut Request, most: usize, patience: Duration) -> Result<(), Fault> {
    let declared =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if declared.is_some_and(|length: u64| length > most as u64) {
        return Err(Fault::too_large(most));
    }
    let body = request.take_body();
    if body.is_empty() {
        return Ok(());
    }
    let bytes = match timeout(patience, body.into_bytes_limit(most)).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(ReadBodyError::PayloadTooLarge)) => return Err(Fault::too_large(most)),
        Ok(Err(_)) => return Err(Fault::malformed("The body ended early or its chunks are malformed.")),
        Err(_elapsed) => return Err(Fault::slow_body()),
    };
    request.set_body(bytes);
    Ok(())
}

/// The answer to HEAD: the response to GET with its length and without its body.
pub fn without(mut response: Response) -> Response {
    let body: http_body_util::combinators::BoxBody<_, _> = response.take_body().into();
    if let Some(length) = body.size_hint().exact().filter(|length| *length > 0) {
        response.headers_mut().entry(CONTENT_LENGTH).or_insert(length.into());
    }
    response.set_body(Body::empty());
    response
}
