use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::pin::pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use hyper::body::Body;
use hyper::body::Frame;
use hyper::body::Incoming;
use hyper::body::SizeHint;
use hyper::service::service_fn;
use hyper_util::rt::TokioExecutor;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use hyper_util::server::conn::auto;
use poem::Addr;
use poem::Endpoint;
use poem::Response;
use poem::http::Version;
use poem::http::header::CONNECTION;
use poem::http::uri::Scheme;
use poem::web::LocalAddr;
use poem::web::RemoteAddr;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio::time::sleep_until;

use crate::web::serve::Limits;
use crate::web::serve::pace::Due;
use crate::web::serve::pace::Pace;
use crate::web::serve::pace::Paced;
use crate::web::serve::pace::Turn;

type BoxBody = http_body_util::combinators::BoxBody<Bytes, io::Error>;

/// Requests that one HTTP/2 connection may have in flight.
const STREAMS: u32 = 128;

/// Bytes of request bodies that one HTTP/2 connection may have under way.
const CONNECTION_WINDOW: u32 = 256 * 1024;

/// Bytes of one response that HTTP/2 may hold for a peer that does not take them yet.
const SEND_BUFFER: usize = 64 * 1024;

/// What all connections share.
pub struct Connections<E> {
    endpoint: Arc<E>,
    protocol: auto::Builder<TokioExecutor>,
    limits: Limits,
}

impl<E: Endpoint + 'static> Connections<E> {
    pub fn new(endpoint: E, limits: Limits) -> Self {
        let protocol = protocol(&limits);
        Self { endpoint: Arc::new(endpoint), protocol, limits }
    }

    /// Speaks HTTP on `stream` until either side closes, a deadline passes, or `closing` turns true and
    /// the requests in flight are answered.
    pub async fn run(&self, stream: TcpStream, peer: SocketAddr, mut closing: watch::Receiver<bool>) {
        let Ok(local) = stream.local_addr() else { return };
        if stream.set_nodelay(true).is_err() {
            return;
        }
        let pace = Arc::new(Pace::new(&self.limits));
        let stream = TokioIo::new(Paced::new(stream, pace.clone()));
        let service = service_fn(|request: hyper::Request<Incoming>| {
            let turn = pace.begin(request.version() == Version::HTTP_2);
            let pace = pace.clone();
            let endpoint = self.endpoint.clone();
            // Boxed, so that an idle connection does not keep the room that a request takes.
            Box::pin(async move {
                let local = LocalAddr(Addr::SocketAddr(local));
                let peer = RemoteAddr(Addr::SocketAddr(peer));
                let request = poem::Request::from((request, local, peer, Scheme::HTTP));
                let response = endpoint.get_response(request).await;
                if response.headers().get(CONNECTION).is_some_and(|value| value == "close") {
                    pace.leave_unread();
                }
                Ok::<_, Infallible>(hyper::Response::from(match response.data::<Streaming>() {
                    Some(Streaming) => {
                        // Nobody knows here how much of the request its route has read.
                        pace.leave_unread();
                        held(response, turn)
                    }
                    None => response,
                }))
            })
        });

        let mut connection = pin!(self.protocol.serve_connection(stream, service));
        let mut alarm = pin!(sleep_until(Instant::now()));
        let mut leaving = false;
        loop {
            tokio::select! {
                // Its error is the peer's doing and already over; requests are logged where they are answered.
                _ = connection.as_mut() => return,
                _ = closing.wait_for(|closing| *closing), if !leaving => {
                    leaving = true;
                    connection.as_mut().graceful_shutdown();
                }
                () = alarm.as_mut() => match pace.due(Instant::now()) {
                    Due::Later(then) => alarm.as_mut().reset(then),
                    Due::Close => {
                        connection.as_mut().graceful_shutdown();
                        alarm.as_mut().reset(Instant::now());
                    }
                    Due::Cut => return,
                },
            }
        }
    }
}

/// In the data of a response: its body goes on for as long as it does.
#[derive(Clone, Copy, Debug)]
pub struct Streaming;

/// A body before whose end the connection is not free.
struct Held {
    body: BoxBody,
    _turn: Turn,
}

fn held(mut response: Response, turn: Turn) -> Response {
    let body = BoxBody::from(response.take_body());
    response.set_body(poem::Body::from(BoxBody::new(Held { body, _turn: turn })));
    response
}

impl Body for Held {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// HTTP/1.1 and HTTP/2 with bounds a little above [`Limits`], so that the edge gets to refuse in its own
/// words; what is above these too is refused by the protocol layer with a bare status.
fn protocol(limits: &Limits) -> auto::Builder<TokioExecutor> {
    let head = 2 * limits.header_bytes + limits.target_bytes;
    let mut protocol = auto::Builder::new(TokioExecutor::new());
    // Answers are small: one copy into one buffer costs less than a list of two.
    protocol
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_buf_size(head.max(8 * 1024))
        .writev(false);
    protocol
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(limits.write)
        .max_concurrent_streams(STREAMS)
        .initial_stream_window_size(u32::try_from(limits.body_bytes).unwrap_or(CONNECTION_WINDOW))
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(SEND_BUFFER)
        .max_header_list_size(u32::try_from(head).unwrap_or(u32::MAX));
    protocol
}
