use std::time::Duration;

use http_body_util::BodyExt;
use http_body_util::LengthLimitError;
use http_body_util::Limited;
use hyper::body::Body as _;
use poem::Body;
use poem::Request;
use poem::Response;
use poem::http::header::CONTENT_LENGTH;
use poem::http::header::EXPECT;
use tokio::time::timeout;

use crate::web::edge::Fault;

type BoxBody = http_body_util::combinators::BoxBody<bytes::Bytes, std::io::Error>;

/// A body that is refused is still read when no more than this is left of it, so that the connection can go on.
const SMALL: u64 = 256 * 1024;

/// How long that may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// Reads the whole body, so that routes neither wait for it nor bound it: at most `most` bytes, whether
/// its length was declared or it comes in chunks, within `patience`. What was not read is left in the request.
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
    let mut body = BoxBody::from(body);
    // A body that came in one piece, as most do, is not copied.
    let fault = match timeout(patience, Limited::new(&mut body, most).collect()).await {
        Ok(Ok(whole)) => {
            request.set_body(whole.to_bytes());
            return Ok(());
        }
        Ok(Err(error)) if error.is::<LengthLimitError>() => Fault::too_large(most),
        Ok(Err(_)) => Fault::malformed("The body ended early or its chunks are malformed."),
        Err(_elapsed) => Fault::slow_body(),
    };
    request.set_body(body);
    Err(fault)
}

/// Whether part of the body is left unread although nobody wants it. A small rest is read here and now; a peer that
/// waits to be told to send one (RFC 9110 section 10.1.1) is not told.
pub async fn is_left(request: &mut Request) -> bool {
    let waits = request.headers().contains_key(EXPECT);
    let mut body = BoxBody::from(request.take_body());
    if body.is_end_stream() {
        return false;
    }
    if waits || body.size_hint().exact().is_none_or(|left| left > SMALL) {
        return true;
    }
    let rest = async {
        while let Some(frame) = body.frame().await {
            if frame.is_err() {
                return true;
            }
        }
        false
    };
    timeout(PATIENCE, rest).await.unwrap_or(true)
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
