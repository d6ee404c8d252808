//! The server's edge over real sockets.

mod connections;
mod wire;
