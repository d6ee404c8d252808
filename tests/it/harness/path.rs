//! The network between a node and PostgreSQL, which can fall silent.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::watch;
use url::Url;

/// A way to a server that can be blocked without a word: what was sent arrives when it is open again, as packets do
/// that are sent again.
pub struct Path {
    is_open: watch::Sender<bool>,
    /// Connections of an older number than this are never served again.
    oldest: watch::Sender<usize>,
    /// How many connections had something to say and were not served.
    unheard: Arc<AtomicUsize>,
}

impl Path {
    /// A path to the server of that URL, and the URL by which to take it.
    pub async fn to(server: &str) -> (Path, String) {
        let mut url = Url::parse(server).unwrap();
        let far = (url.host_str().unwrap().to_owned(), url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let ((is_open, opened), oldest) = (watch::channel(true), watch::Sender::new(0));
        let (ages, unheard) = (oldest.clone(), Arc::new(AtomicUsize::new(0)));
        let counted = unheard.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let Ok(far) = TcpStream::connect(&far).await else { continue };
                let (near, far) = (near.into_split(), far.into_split());
                for (from, to) in [(near.0, far.1), (far.0, near.1)] {
                    let (number, unheard) = (*ages.borrow(), counted.clone());
                    let age = Age { number, oldest: ages.subscribe(), unheard };
                    tokio::spawn(carry(from, to, opened.clone(), age));
                }
            }
        });
        (Path { is_open, oldest, unheard }, url.into())
    }

    /// Drops every packet, those of new connections too.
    pub fn fall_silent(&self) {
        self.is_open.send_replace(false);
    }

    /// Goes on with new connections only; the old ones stay open and silent for ever.
    pub fn forget_connections(&self) {
        self.oldest.send_modify(|oldest| *oldest += 1);
    }

    /// How many connections had something to say to the other end since this was asked before, and are forgotten.
    pub fn unheard(&self) -> usize {
        self.unheard.swap(0, Ordering::SeqCst)
    }

    pub fn come_back(&self) {
        self.is_open.send_replace(true);
    }
}

/// Which connections still count, and which one this is.
struct Age {
    number: usize,
    oldest: watch::Receiver<usize>,
    unheard: Arc<AtomicUsize>,
}

impl Age {
    fn is_over(&self) -> bool {
        self.number < *self.oldest.borrow()
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut opened: watch::Receiver<bool>, age: Age) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        if age.is_over() {
            age.unheard.fetch_add(1, Ordering::SeqCst);
            std::future::pending().await
        }
        if opened.wait_for(|open| *open).await.is_err() || to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
