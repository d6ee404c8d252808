//! A server on a free port and a client that writes the bytes it is told.

use std::future::pending;
use std::io;
use std::time::Duration;

use consentry::web::serve::Limits;
use consentry::web::serve::serve;
use poem::Endpoint;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Nothing here may take longer.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Server {
    pub address: std::net::SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<io::Result<()>>,
}

impl Server {
    pub async fn start(endpoint: impl Endpoint + 'static, limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            if stopped.await.is_err() {
                pending().await
            }
        };
        let serving = tokio::spawn(serve(listener, endpoint, limits, shutdown));
        Self { address, stop: Some(stop), serving }
    }

    pub async fn connect(&self) -> Wire {
        Wire(TcpStream::connect(self.address).await.expect("a connection"))
    }

    /// Sends `bytes` on a fresh connection and reads until the server closes.
    pub async fn exchange(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut wire = self.connect().await;
        wire.send(bytes).await;
        wire.rest().await
    }

    /// Asks for the end and does not wait for it.
    pub fn stop(&mut self) {
        self.stop.take().expect("stopped once").send(()).expect("a running server");
    }

    pub async fn stopped(self) {
        let end = timeout(PATIENCE, self.serving).await.expect("an end in time");
        end.expect("no panic").expect("no error");
    }
}

pub struct Wire(pub TcpStream);

impl Wire {
    /// Writes as much as the server takes; it may close before the end.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.0.write_all(bytes.as_ref()).await;
    }

    /// Everything until the server closes, as text.
    pub async fn rest(&mut self) -> String {
        let mut read = Vec::new();
        let end = timeout(PATIENCE, self.0.read_to_end(&mut read)).await;
        end.expect("the server closes in time").ok();
        String::from_utf8_lossy(&read).into_owned()
    }

    /// One response with a `Content-Length`, head and body.
    pub async fn response(&mut self) -> String {
        let mut read = Vec::new();
        let whole = async {
            while !is_whole(&read) {
                match self.0.read_u8().await {
                    Ok(byte) => read.push(byte),
                    Err(_) => break,
                }
            }
        };
        timeout(PATIENCE, whole).await.expect("a response in time");
        String::from_utf8_lossy(&read).into_owned()
    }
}

fn is_whole(read: &[u8]) -> bool {
    let Some(head) = read.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let text = String::from_utf8_lossy(&read[..head]).to_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.and_then(|length| length.parse().ok()).unwrap_or(0);
    read.len() >= head + 4 + length
}
