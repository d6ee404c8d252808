//! Requests whose shape is wrong: hosts, lengths, chunks, and bodies that do not come.

use std::time::Duration;
use std::time::Instant;

use consentry::web::serve::Limits;
use tokio::time::sleep;

use crate::edge::site::ask;
use crate::edge::site::body;
use crate::edge::site::header;
use crate::edge::site::site;
use crate::edge::site::status;

#[tokio::test]
async fn a_request_names_one_host_and_it_is_ours() {
    let site = site(Limits::default()).await;
    let port = site.address.port();
    let cases = [
        ("GET / HTTP/1.1\r\nhost: id.example.com\r\n".to_owned(), 200),
        ("GET / HTTP/1.1\r\nhost: ID.example.COM:8443\r\n".to_owned(), 200),
        ("GET / HTTP/1.1\r\nhost: localhost:1\r\n".to_owned(), 200),
        ("GET / HTTP/1.1\r\nhost: [::1]\r\n".to_owned(), 200),
        ("GET / HTTP/1.1\r\nhost: consentry\r\n".to_owned(), 200),
        (format!("GET / HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n"), 200),
        ("GET http://id.example.com/ HTTP/1.1\r\nhost: id.example.com\r\n".to_owned(), 200),
        ("GET / HTTP/1.0\r\nhost: id.example.com\r\n".to_owned(), 200),
        ("GET / HTTP/1.1\r\nhost: evil.example\r\n".to_owned(), 421),
        ("GET / HTTP/1.1\r\nhost: 192.0.2.1\r\n".to_owned(), 421),
        ("GET / HTTP/1.1\r\nhost: id.example.com.evil.example\r\n".to_owned(), 421),
        ("GET / HTTP/1.1\r\nhost: id.example.com@evil.example\r\n".to_owned(), 421),
        ("GET http://evil.example/ HTTP/1.1\r\nhost: evil.example\r\n".to_owned(), 421),
        ("GET http://evil.example/ HTTP/1.1\r\nhost: id.example.com\r\n".to_owned(), 400),
        ("GET http://id.example.com/ HTTP/1.1\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\n".to_owned(), 400),
        ("GET / HTTP/1.0\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\nhost:\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\nhost: id.example.com/x\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\nhost: id.example.com\r\nhost: id.example.com\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\nhost: id.example.com\r\nHost: evil.example\r\n".to_owned(), 400),
    ];
    for (head, expected) in cases {
        let answer = site.exchange(format!("{head}connection: close\r\n\r\n")).await;
        assert_eq!(status(&answer), expected, "{head}\n{answer}");
    }
}

#[tokio::test]
async fn malformed_requests_are_refused_and_the_connection_closed() {
    let site = site(Limits::default()).await;
    let post = "POST /count HTTP/1.1\r\nhost: localhost\r\n";
    let cases = [
        format!("{post}content-length: 3\r\ncontent-length: 4\r\n\r\nabcd"),
        format!("{post}content-length: -1\r\n\r\n"),
        format!("{post}content-length: 1x\r\n\r\na"),
        format!("{post}transfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"),
        format!("{post}transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n0\r\n\r\n"),
        format!("{post}transfer-encoding: gzip\r\n\r\nabc"),
        format!("{post}transfer-encoding: chunked, gzip\r\n\r\nabc"),
        "POST /count HTTP/1.0\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n".to_owned(),
        "GET /\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nhost: localhost\r\nbad name: x\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nhost: localhost\r\nx : y\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nhost: localhost\r\nx: a\0b\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nhost: localhost\r\n folded: x\r\n\r\n".to_owned(),
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\r\n\r\n".to_owned(),
    ];
    for request in cases {
        let answer = site.exchange(&request).await;
        assert_eq!(status(&answer), 400, "{request:?}\n{answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{request:?}\n{answer}");
    }
}

#[tokio::test]
async fn a_request_with_two_framings_smuggles_nothing() {
    let site = site(Limits::default()).await;
    let inner = "GET /whoami HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let length = 5 + inner.len();
    let framings = [
        format!("content-length: {length}\r\ntransfer-encoding: chunked\r\n"),
        format!("transfer-encoding: chunked\r\ncontent-length: {length}\r\n"),
    ];
    for framing in framings {
        let request = format!("POST /count HTTP/1.1\r\nhost: localhost\r\n{framing}\r\n0\r\n\r\n{inner}");
        let answer = site.exchange(request).await;
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "the second request is not answered: {answer}");
        assert_eq!(header(&answer, "connection"), Some("close"));
    }
}

#[tokio::test]
async fn a_body_has_its_limit_in_both_framings() {
    let site = site(Limits::default()).await;
    let chunked = |target: &str, size: usize| {
        let chunk = format!("{:x}\r\n{}\r\n", 1024, "x".repeat(1024)).repeat(size / 1024);
        format!(
            "POST {target} HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n{chunk}0\r\n\r\n"
        )
    };
    let cases = [
        (ask("POST", "/count", "", &"x".repeat(64 * 1024)), 200, "65536"),
        (chunked("/count", 64 * 1024), 200, "65536"),
        (ask("POST", "/api/logo", "", &"x".repeat(1024 * 1024)), 200, "1048576"),
        (chunked("/api/logo", 1024 * 1024), 200, "1048576"),
        (ask("POST", "/count", "", &"x".repeat(64 * 1024 + 1)), 413, ""),
        (chunked("/count", 65 * 1024), 413, ""),
        (ask("POST", "/api/logo", "", &"x".repeat(1024 * 1024 + 1)), 413, ""),
        (chunked("/api/logo", 1025 * 1024), 413, ""),
    ];
    for (request, expected, counted) in cases {
        let answer = site.exchange(&request).await;
        assert_eq!(status(&answer), expected, "{} {answer}", &request[..40]);
        if expected == 200 {
            assert_eq!(body(&answer), counted);
        }
    }
}

#[tokio::test]
async fn a_length_too_large_is_refused_before_the_body_is_asked_for() {
    let site = site(Limits::default()).await;
    let head = "POST /count HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: ";
    let refused = site.exchange(format!("{head}99999999999\r\n\r\n")).await;
    assert!(refused.starts_with("HTTP/1.1 413 "), "{refused}");
    let mut wire = site.connect().await;
    wire.send(format!("{head}3\r\n\r\n")).await;
    assert!(wire.response().await.starts_with("HTTP/1.1 100 "));
    wire.send("abc").await;
    assert!(wire.response().await.ends_with("\r\n\r\n3"));
}

#[tokio::test]
async fn a_body_that_drips_is_cut_at_its_deadline() {
    let site = site(Limits { body: Duration::from_millis(500), ..Limits::default() }).await;
    let mut wire = site.connect().await;
    wire.send("POST /count HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n").await;
    let started = Instant::now();
    for _ in 0..4 {
        sleep(Duration::from_millis(100)).await;
        wire.send("x").await;
    }
    let answer = wire.rest().await;
    assert_eq!(status(&answer), 408, "{answer}");
    assert!((450..1200).contains(&started.elapsed().as_millis()), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_body_that_ends_early_reaches_no_route() {
    let site = site(Limits::default()).await;
    let mut wire = site.connect().await;
    wire.send("POST /count HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\nabc").await;
    tokio::io::AsyncWriteExt::shutdown(&mut wire.0).await.expect("half a close");
    let answer = wire.rest().await;
    assert!(answer.is_empty() || status(&answer) == 400, "{answer}");
}

#[tokio::test]
async fn sixty_four_kilobytes_of_header_are_refused_quickly() {
    let site = site(Limits::default()).await;
    let started = Instant::now();
    let answer = site.exchange(ask("GET", "/", &format!("x: {}\r\n", "x".repeat(64 * 1024)), "")).await;
    assert_eq!(status(&answer), 431, "{answer}");
    let many = site.exchange(ask("GET", "/", &"x: y\r\n".repeat(200), "")).await;
    assert_eq!(status(&many), 431, "{many}");
    assert!(started.elapsed() < Duration::from_millis(500));
}

#[tokio::test]
async fn odd_paths_break_nothing() {
    let site = site(Limits::default()).await;
    for target in
        ["/%", "/%zz", "/%ff", "/%00", "/..", "/a/../login", "//", "/api/v/%ff", "/é", "/login%2f", "/login/"]
    {
        let answer = site.exchange(ask("GET", target, "", "")).await;
        assert!(matches!(status(&answer), 400 | 404), "{target}: {answer}");
    }
}
