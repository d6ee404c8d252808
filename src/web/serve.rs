//! The listening side: accepts connections, gives each its deadlines, and drains them at the end.
//!
//! This file is the accept loop; `admission` decides how many connections may be open, `connection`
//! speaks HTTP/1.1 and HTTP/2 on one of them, `pace` decides how long a silent or slow peer may hold it.

mod admission;
mod connection;
mod limits;
mod pace;

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use poem::Endpoint;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio::time::sleep;
use tokio::time::timeout;
use tracing::info;
use tracing::warn;

use crate::web::serve::admission::Admission;
use crate::web::serve::connection::Connections;
use crate::web::serve::pace::Pace;
use crate::web::serve::pace::Paced;

pub use crate::web::serve::connection::Streaming;
pub use crate::web::serve::limits::Limits;

/// How long to wait before accepting again when the process is out of descriptors or memory.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Peers that are turned away with words at the same time; the others just find the connection closed.
const TURNED_AWAY: usize = 8;

/// How long turning one away may take.
const FAREWELL: Duration = Duration::from_secs(1);

/// What a peer above a cap is told before its connection is closed.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Serves `endpoint` on `listener` until `shutdown` resolves, then drains.
///
/// Draining closes the listener and the idle connections at once, lets requests in flight finish for at
/// most [`Limits::drain`], and cuts what is left then.
///
/// # Errors
/// Only when the listener does not know its own address. A failing accept is waited out instead.
pub async fn serve<E>(
    listener: TcpListener,
    endpoint: E,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()>
where
    E: Endpoint + 'static,
{
    info!(address = %listener.local_addr()?, "listening");
    let admission = Arc::new(Admission::new(&limits));
    let drain = limits.drain;
    let connections = Arc::new(Connections::new(endpoint, limits.clone()));
    let turned_away = Arc::new(Semaphore::new(TURNED_AWAY));
    let (closing, closed) = watch::channel(false);
    let mut open = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    let mut news = News::default();

    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = open.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => match admission.admit(peer.ip()) {
                    Some(place) => {
                        let (connections, closed) = (connections.clone(), closed.clone());
                        open.spawn(async move {
                            let _place = place;
                            connections.run(stream, peer, closed).await;
                        });
                    }
                    None => {
                        if let Ok(seat) = turned_away.clone().try_acquire_owned() {
                            let limits = limits.clone();
                            open.spawn(async move {
                                turn_away(stream, &limits).await;
                                drop(seat);
                            });
                        }
                        if news.is_due() {
                            warn!(%peer, open = open.len(), "connections are turned away: no place is left");
                        }
                    }
                },
                Err(error) if concerns_one_peer(&error) => {}
                Err(error) => {
                    if news.is_due() {
                        warn!(%error, open = open.len(), "cannot accept connections, waiting");
                    }
                    sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }

    drop(listener);
    closing.send_replace(true);
    info!(open = open.len(), "draining");
    let drained = timeout(drain, async { while open.join_next().await.is_some() {} }).await;
    if drained.is_err() {
        warn!(open = open.len(), "requests still in flight at the end of the drain time were cut");
    }
    open.shutdown().await;
    Ok(())
}

/// Keeps a flood of connections from becoming a flood of log lines.
#[derive(Default)]
struct News {
    last: Option<Instant>,
}

impl News {
    /// Whether to say something: at once, and then every ten seconds.
    fn is_due(&mut self) -> bool {
        let due = self.last.is_none_or(|last| last.elapsed() >= Duration::from_secs(10));
        if due {
            self.last = Some(Instant::now());
        }
        due
    }
}

/// Tells a peer that there is no place, and lets it finish its sentence for a moment.
async fn turn_away(stream: TcpStream, limits: &Limits) {
    let pace = Arc::new(Pace::new(limits));
    pace.leave_unread();
    let mut stream = Paced::new(stream, pace);
    let telling = async {
        stream.write_all(FULL).await?;
        stream.shutdown().await
    };
    // A peer that is gone already needs no answer.
    let _ = timeout(FAREWELL, telling).await;
}

/// Whether an accept failed because that one peer went away, so that the next may be tried at once.
fn concerns_one_peer(error: &io::Error) -> bool {
    use io::ErrorKind::ConnectionAborted;
    use io::ErrorKind::ConnectionRefused;
    use io::ErrorKind::ConnectionReset;
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
