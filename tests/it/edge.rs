//! The server's edge over real sockets.

mod answers;
mod connections;
mod descriptors;
mod framing;
mod http2;
mod lingering;
mod proxies;
mod site;
mod streams;
mod wire;
