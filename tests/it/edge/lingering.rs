//! Answers that are given before the request was read whole: whoever goes on sending still reads them, and no reset.

use std::time::Duration;
use std::time::Instant;

use consentry::web::serve::Limits;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;

use crate::edge::site::body;
use crate::edge::site::header;
use crate::edge::site::site;
use crate::edge::site::status;
use crate::edge::wire::Server;
use crate::edge::wire::Wire;

const POST: &str = "POST /count HTTP/1.1\r\nhost: id.example.com\r\n";

/// What a request is made of: what comes first, and what is sent after it in pieces, whatever was answered meanwhile.
struct Sending {
    first: String,
    piece: String,
    pieces: usize,
}

impl Sending {
    fn of(first: impl Into<String>, piece: impl Into<String>, pieces: usize) -> Self {
        Self { first: first.into(), piece: piece.into(), pieces }
    }
}

/// Sends all of it before the first look at the answer, as most clients and proxies do, and reads to the end.
async fn send_and_read(server: &Server, sending: &Sending) -> std::io::Result<String> {
    let mut wire = server.connect().await;
    wire.0.write_all(sending.first.as_bytes()).await?;
    for piece in 0..sending.pieces {
        if piece % 16 == 0 {
            // Long enough for an answer, and for a reset if the server closed behind it.
            sleep(Duration::from_millis(20)).await;
        }
        wire.0.write_all(sending.piece.as_bytes()).await?;
    }
    let mut read = Vec::new();
    tokio::time::timeout(Duration::from_secs(15), wire.0.read_to_end(&mut read)).await??;
    Ok(String::from_utf8_lossy(&read).into_owned())
}

#[tokio::test]
async fn who_goes_on_sending_reads_the_answer() {
    let site = site(Limits::default()).await;
    let kilobyte = "x".repeat(1024);
    let length = |bytes: usize| format!("content-length: {bytes}\r\n\r\n");
    let chunk = format!("400\r\n{kilobyte}\r\n");
    let large = 4 * 1024;
    let cases = [
        ("a body", 413, Sending::of(format!("{POST}{}", length(large * 1024)), &kilobyte, large)),
        ("chunks", 413, Sending::of(format!("{POST}transfer-encoding: chunked\r\n\r\n"), &chunk, large)),
        (
            "a method that nobody has",
            405,
            Sending::of(
                format!("TRACE / HTTP/1.1\r\nhost: localhost\r\n{}", length(large * 1024)),
                &kilobyte,
                large,
            ),
        ),
        (
            "another host",
            421,
            Sending::of(
                format!("POST / HTTP/1.1\r\nhost: evil.example\r\n{}", length(large * 1024)),
                &kilobyte,
                large,
            ),
        ),
        (
            "a compressed body",
            415,
            Sending::of(
                format!("{POST}content-encoding: gzip\r\n{}", length(large * 1024)),
                &kilobyte,
                large,
            ),
        ),
        (
            "a long address and a body",
            414,
            Sending::of(
                format!("POST /{} HTTP/1.1\r\nhost: localhost\r\n{}", "x".repeat(9000), length(large * 1024)),
                &kilobyte,
                large,
            ),
        ),
        ("headers without end", 431, Sending::of(POST, format!("x: {kilobyte}\r\n"), large)),
        ("an address without end", 431, Sending::of("GET /", &kilobyte, large)),
        ("no request at all", 400, Sending::of("\u{1}\r\n\r\n", &kilobyte, large)),
    ];
    for (what, expected, sending) in cases {
        let answer = send_and_read(&site, &sending).await.unwrap_or_else(|error| panic!("{what}: {error}"));
        let seen = status(&answer);
        assert!(seen == expected || what == "an address without end" && seen == 414, "{what}: {answer}");
        let promised = header(&answer, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        assert_eq!(body(&answer).len(), promised, "{what}: the answer is whole");
    }
}

#[tokio::test]
async fn who_is_turned_away_reads_that_too() {
    let site = site(Limits { connections_per_network: 1, ..Limits::default() }).await;
    let mut first = site.connect().await;
    first.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    first.response().await;
    let sending = Sending::of(format!("{POST}content-length: 262144\r\n\r\n"), "x".repeat(1024), 256);
    let answer = send_and_read(&site, &sending).await.expect("no reset");
    assert_eq!(status(&answer), 503, "{answer}");
}

/// Sends until that fails; how long it took and how many bytes went.
async fn send_on(wire: &mut Wire, pause: Duration) -> (Duration, usize) {
    let (started, mut sent) = (Instant::now(), 0);
    let piece = [b'x'; 8 * 1024];
    while started.elapsed() < Duration::from_secs(10) && wire.0.write_all(&piece).await.is_ok() {
        sent += piece.len();
        sleep(pause).await;
    }
    (started.elapsed(), sent)
}

#[tokio::test]
async fn who_does_not_stop_is_cut() {
    let head = format!("{POST}content-length: 99999999999\r\n\r\n");
    let few = site(Limits { linger_bytes: 256 * 1024, ..Limits::default() }).await;
    let mut wire = few.connect().await;
    wire.send(&head).await;
    let (took, sent) = send_on(&mut wire, Duration::from_millis(5)).await;
    assert!(took < Duration::from_secs(8) && sent < 8 * 1024 * 1024, "{took:?} {sent}");

    let short = site(Limits { linger: Duration::from_millis(500), ..Limits::default() }).await;
    let mut wire = short.connect().await;
    wire.send(&head).await;
    let (took, _) = send_on(&mut wire, Duration::from_millis(50)).await;
    assert!(took >= Duration::from_millis(450) && took < Duration::from_secs(8), "{took:?}");

    let mut wire = short.connect().await;
    wire.send(&head).await;
    let started = Instant::now();
    assert_eq!(status(&wire.rest().await), 413);
    assert!(started.elapsed() < Duration::from_secs(3), "the answer does not wait for the body");
}

#[tokio::test]
async fn after_a_small_rest_the_connection_goes_on() {
    let site = site(Limits::default()).await;
    let rest = "x".repeat(80 * 1024);
    let length = rest.len();
    let mut wire = site.connect().await;
    for (head, expected) in [
        (format!("{POST}content-length: {length}\r\n\r\n"), 413),
        (format!("POST / HTTP/1.1\r\nhost: evil.example\r\ncontent-length: {length}\r\n\r\n"), 421),
        (format!("TRACE / HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n\r\n"), 405),
        (format!("{POST}content-encoding: gzip\r\ncontent-length: {length}\r\n\r\n"), 415),
    ] {
        wire.send(format!("{head}{rest}")).await;
        let answer = wire.response().await;
        assert_eq!(status(&answer), expected, "{answer}");
        assert_eq!(header(&answer, "connection"), None, "{answer}");
    }
    wire.send(format!("{POST}content-length: 3\r\n\r\nabc")).await;
    assert!(wire.response().await.ends_with("\r\n\r\n3"));
}
