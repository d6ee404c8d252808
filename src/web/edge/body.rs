use std::time::Duration;

use http_body_util::BodyExt;
use http_body_util::LengthLimitError;
use http_body_util::Limited;
use hyper::body::Body as _;
use poem::Body;
use poem::Request;
use poem::Response;
use poem::http::header::CONTENT_LENGTH;
use tokio::time::timeout;

use crate::web::edge::Fault;

type BoxBody = http_body_util::combinators::BoxBody<bytes::Bytes, std::io::Error>;

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
    // A body that came in one piece, as most do, is not copied.
    let body = Limited::new(BoxBody::from(body), most);
    let bytes = match timeout(patience, body.collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(Fault::too_large(most)),
        Ok(Err(_)) => return Err(Fault::malformed("The body ended early or its chunks are malformed.")),
        Err(_elapsed) => return Err(Fault::slow_body()),
    };
    request.set_body(bytes);
    Ok(())
}

/// The answer to HEAD: the response to GET with its length and without its body.
pub fn without(mut response: Response) -> Response {
    let body = BoxBody::from(response.take_body());
    if let Some(length) = body.size_hint().exact().filter(|length| *length > 0) {
        response.headers_mut().entry(CONTENT_LENGTH).or_insert(length.into());
    }
    response.set_body(Body::empty());
    response
}
