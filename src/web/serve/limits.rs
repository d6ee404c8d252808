use std::time::Duration;

use crate::web::client_ip::TrustedProxies;

/// How long, how big and how many: every bound on what a peer may ask of the server's edge.
#[derive(Clone, Debug)]
pub struct Limits {
    /// From the first byte of a request to the end of its headers; also the wait for that first byte on
    /// a fresh connection.
    pub header: Duration,
    /// From the end of the headers to the end of the body.
    pub body: Duration,
    /// From the whole request to its response; a route that takes longer is answered for with 503.
    pub request: Duration,
    /// How long a connection without a request in flight is kept.
    pub idle: Duration,
    /// How long a peer may leave bytes of ours unread.
    pub write: Duration,
    /// How long a peer that was answered before it had sent everything may go on sending: closing at once would
    /// reset the connection, and a proxy in front would answer 502 in place of what we said.
    pub linger: Duration,
    /// Bytes that are read and forgotten in that time.
    pub linger_bytes: usize,
    /// How long a shutdown waits for requests in flight.
    pub drain: Duration,
    /// Open connections at most; lowered to what the process's descriptor limit leaves.
    pub connections: usize,
    /// Open connections at most from one IPv4 address or IPv6 /56. Generous, because hosted clients share
    /// few egress addresses; `proxies` are exempt, since each of those stands for many clients.
    pub connections_per_network: usize,
    /// Reverse proxies whose connections are not counted per network.
    pub proxies: TrustedProxies,
    /// Bytes in the header block, names and values together.
    pub header_bytes: usize,
    /// Header lines.
    pub headers: usize,
    /// Bytes in the request target.
    pub target_bytes: usize,
    /// Bytes in a body, unless the mount allows more.
    pub body_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(10),
            body: Duration::from_secs(15),
            request: Duration::from_secs(30),
            idle: Duration::from_secs(60),
            write: Duration::from_secs(15),
            linger: Duration::from_secs(10),
            linger_bytes: 16 * 1024 * 1024,
            drain: Duration::from_secs(25),
            connections: 16_384,
            connections_per_network: 2_048,
            proxies: TrustedProxies::default(),
            header_bytes: 16 * 1024,
            headers: 64,
            target_bytes: 8 * 1024,
            body_bytes: 64 * 1024,
        }
    }
}
