//! Mounts that stream: bodies pass as they come, both ways, and answers with their own words.

use std::time::Duration;

use consentry::web::serve::Limits;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;
use tokio::time::timeout;

use crate::edge::site::ask;
use crate::edge::site::body;
use crate::edge::site::header;
use crate::edge::site::site;
use crate::edge::site::status;
use crate::edge::wire::Wire;

/// Reads until `end` has come.
async fn read_to(wire: &mut Wire, end: &str) -> String {
    let mut read = Vec::new();
    let reading = async {
        while !read.ends_with(end.as_bytes()) {
            read.push(wire.0.read_u8().await.unwrap_or_else(|error| {
                panic!("{error} after {}", String::from_utf8_lossy(&read));
            }));
        }
    };
    timeout(Duration::from_secs(20), reading).await.expect("the next piece comes before the end of all");
    String::from_utf8_lossy(&read).into_owned()
}

#[tokio::test]
async fn a_stream_passes_piece_by_piece_beyond_all_limits() {
    let short = Duration::from_millis(300);
    let limits = Limits { body_bytes: 1024, body: short, idle: short, write: short, ..Limits::default() };
    let site = site(limits).await;
    let mut wire = site.connect().await;
    wire.send("POST /stream/echo HTTP/1.1\r\nhost: id.example.com\r\ntransfer-encoding: chunked\r\n\r\n")
        .await;
    for piece in 0..12 {
        let text = format!("{piece:01024}");
        wire.send(format!("400\r\n{text}\r\n")).await;
        read_to(&mut wire, &text).await;
        // Together longer than a connection that is free may stay.
        sleep(Duration::from_millis(100)).await;
    }
    wire.send("0\r\n\r\n").await;
    read_to(&mut wire, "0\r\n\r\n").await;
    // The connection is free now, and closes as others do.
    timeout(Duration::from_secs(20), wire.rest()).await.expect("the end of a free connection");
}

#[tokio::test]
async fn a_stream_keeps_the_words_of_its_route() {
    let site = site(Limits::default()).await;
    let answer = site.exchange(ask("GET", "/stream/failed", "", "")).await;
    assert_eq!((status(&answer), body(&answer)), (502, "as it came"));
    assert_eq!(header(&answer, "x-content-type-options"), Some("nosniff"));
    let nowhere = site.exchange(ask("GET", "/stream/nowhere", "", "")).await;
    assert_eq!(status(&nowhere), 404);
    assert_eq!(header(&nowhere, "content-type"), Some("application/problem+json"));
}

#[tokio::test]
async fn a_stream_that_is_refused_before_its_end_still_tells_why() {
    let site = site(Limits::default()).await;
    let mut wire = site.connect().await;
    let (piece, pieces) = ([b'x'; 64 * 1024], 64);
    let length = piece.len() * pieces;
    wire.send(format!(
        "POST /stream/failed HTTP/1.1\r\nhost: id.example.com\r\ncontent-length: {length}\r\n\r\n"
    ))
    .await;
    // Whoever has closed by then resets the connection, and the answer is lost with it.
    sleep(Duration::from_millis(50)).await;
    for _ in 0..pieces {
        wire.0.write_all(&piece).await.expect("the server takes the rest");
    }
    let answer = read_to(&mut wire, "as it came").await;
    assert_eq!(status(&answer), 502);
}

#[tokio::test]
async fn a_stream_that_does_not_begin_is_answered_for() {
    let site = site(Limits::default()).await;
    let answer = site.exchange(ask("GET", "/stream/never", "", "")).await;
    assert_eq!(status(&answer), 503);
    assert_eq!(header(&answer, "content-type"), Some("application/problem+json"));
}
