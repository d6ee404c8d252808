use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::task::Context;
use std::task::Poll;
use std::task::ready;
use std::time::Duration;

use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::io::ReadBuf;
use tokio::time::Instant;

use crate::web::serve::Limits;

/// What a connection's clock says about it.
#[derive(Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing can be overdue before then.
    Later(Instant),
    /// It has been idle long enough: let it finish and close.
    Close,
    /// The peer missed a deadline: drop it.
    Cut,
}

/// Keeps the deadlines of one connection.
///
/// Events only note a time; the connection looks at them when its one timer fires, so that a request
/// never pays for arming and disarming timers.
pub struct Pace {
    moments: Mutex<Moments>,
    header: Duration,
    idle: Duration,
    write: Duration,
    linger: Duration,
    linger_bytes: usize,
}

struct Moments {
    in_flight: usize,
    /// When the connection last became free of requests.
    free_since: Instant,
    /// When a free HTTP/1 connection received the first byte of its next request.
    head_since: Option<Instant>,
    /// When the peer stopped reading.
    stalled_since: Option<Instant>,
    /// When the answer was out and the peer still sending.
    lingering_since: Option<Instant>,
    /// The last answer was given before its request was read whole.
    left_unread: bool,
    served_any: bool,
    multiplexed: bool,
    asked_to_close: bool,
}

impl Pace {
    pub fn new(limits: &Limits) -> Self {
        let moments = Moments {
            in_flight: 0,
            free_since: Instant::now(),
            head_since: None,
            stalled_since: None,
            lingering_since: None,
            left_unread: false,
            served_any: false,
            multiplexed: false,
            asked_to_close: false,
        };
        Self {
            moments: Mutex::new(moments),
            header: limits.header,
            idle: limits.idle,
            write: limits.write,
            linger: limits.linger,
            linger_bytes: limits.linger_bytes,
        }
    }

    /// A request's headers are complete; it is in flight until the returned turn is dropped.
    pub fn begin(self: &Arc<Self>, multiplexed: bool) -> Turn {
        let mut moments = self.moments();
        moments.in_flight += 1;
        moments.head_since = None;
        moments.served_any = true;
        moments.multiplexed = multiplexed;
        Turn(self.clone())
    }

    /// What is to be done with the connection at `now`.
    pub fn due(&self, now: Instant) -> Due {
        let mut moments = self.moments();
        // Whatever happens after `now` cannot be overdue before this.
        let mut next = now + self.header.min(self.idle).min(self.write).min(self.linger);
        if let Some(since) = moments.lingering_since {
            return match since + self.linger <= now {
                true => Due::Cut,
                false => Due::Later(next.min(since + self.linger)),
            };
        }
        if let Some(since) = moments.stalled_since {
            if since + self.write <= now {
                return Due::Cut;
            }
            next = next.min(since + self.write);
        }
        if moments.in_flight > 0 {
            return Due::Later(next);
        }
        if let Some(since) = moments.head_since.filter(|_| !moments.multiplexed) {
            if since + self.header <= now {
                return Due::Cut;
            }
            next = next.min(since + self.header);
        }
        let patience = if moments.served_any { self.idle } else { self.header };
        let close = moments.free_since + patience;
        let cut = close + self.write;
        match moments.asked_to_close {
            false if close <= now => {
                moments.asked_to_close = true;
                Due::Close
            }
            false => Due::Later(next.min(close)),
            true if cut <= now => Due::Cut,
            true => Due::Later(next.min(cut)),
        }
    }

    fn received(&self) {
        let mut moments = self.moments();
        if moments.in_flight == 0 && moments.head_since.is_none() {
            moments.head_since = Some(Instant::now());
        }
    }

    fn wrote(&self, progress: bool) {
        let mut moments = self.moments();
        if progress {
            moments.stalled_since = None;
        } else if moments.stalled_since.is_none() {
            moments.stalled_since = Some(Instant::now());
        }
    }

    /// The answer does not wait for the end of its request: the rest is read and forgotten when the connection ends.
    pub fn leave_unread(&self) {
        self.moments().left_unread = true;
    }

    /// Whether the peer may still be sending when the connection ends: the rest of what was left unread, or of a
    /// head that could not be read. The clock for it starts.
    fn lingers(&self) -> bool {
        let mut moments = self.moments();
        let sending = moments.left_unread || moments.head_since.is_some();
        if sending && !moments.multiplexed {
            moments.lingering_since.get_or_insert_with(Instant::now);
        }
        moments.lingering_since.is_some()
    }

    fn moments(&self) -> MutexGuard<'_, Moments> {
        self.moments.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request in flight.
pub struct Turn(Arc<Pace>);

impl Drop for Turn {
    fn drop(&mut self) {
        let mut moments = self.0.moments();
        moments.in_flight -= 1;
        moments.free_since = Instant::now();
        moments.head_since = None;
    }
}

/// A stream that tells its [`Pace`] what it sees, and lingers at its end when the pace says so.
pub struct Paced<S> {
    stream: S,
    pace: Arc<Pace>,
    /// Bytes that may still be read and forgotten; none before the end.
    lingering: Option<usize>,
}

impl<S> Paced<S> {
    pub fn new(stream: S, pace: Arc<Pace>) -> Self {
        Self { stream, pace, lingering: None }
    }

    fn written(&self, polled: &Poll<io::Result<usize>>) {
        match polled {
            Poll::Ready(_) => self.pace.wrote(true),
            Poll::Pending => self.pace.wrote(false),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.pace.received();
        }
        polled
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(&polled);
        polled
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(&polled);
        polled
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    /// Says that nothing more will come, and then reads until the peer is done too, as far as it may.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut left = match self.lingering {
            Some(left) => left,
            None => {
                ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
                if self.pace.lingers() { self.pace.linger_bytes } else { 0 }
            }
        };
        let mut scratch = [MaybeUninit::uninit(); 16 * 1024];
        while left > 0 {
            self.lingering = Some(left);
            let mut buffer = ReadBuf::uninit(&mut scratch);
            ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer))?;
            left = match buffer.filled().len() {
                0 => 0,
                read => left.saturating_sub(read),
            };
        }
        self.lingering = Some(0);
        Poll::Ready(Ok(()))
    }
}
