//! HTTP/2 with prior knowledge, as proxies speak it to us.

use std::time::Duration;
use std::time::Instant;

use consentry::web::serve::Limits;
use http_body_util::BodyExt;
use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http2;
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::TokioExecutor;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::edge::site::site;
use crate::edge::wire::Server;

async fn connect(server: &Server) -> (SendRequest<Full<Bytes>>, JoinHandle<hyper::Result<()>>) {
    let stream = TcpStream::connect(server.address).await.expect("a connection");
    let (sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("a handshake");
    (sender, tokio::spawn(connection))
}

fn ask(method: &str, uri: &str, body: &str) -> Request<Full<Bytes>> {
    Request::builder().method(method).uri(uri).body(Full::from(body.to_owned())).expect("a request")
}

#[tokio::test]
async fn requests_share_a_connection() {
    let site = site(Limits::default()).await;
    let (mut sender, _connection) = connect(&site).await;
    let requests =
        (0..20).map(|length| sender.send_request(ask("POST", "http://localhost/count", &"x".repeat(length))));
    for (length, response) in requests.collect::<Vec<_>>().into_iter().enumerate() {
        let response = response.await.expect("a response");
        assert_eq!(response.status(), 200);
        assert!(response.headers().contains_key("x-request-id"));
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        assert_eq!(body, length.to_string());
    }
}

#[tokio::test]
async fn refusals_are_the_same_as_in_http1() {
    let site = site(Limits::default()).await;
    let (mut sender, _connection) = connect(&site).await;
    let large = "x".repeat(65 * 1024);
    let long = format!("http://localhost/{}", "x".repeat(9 * 1024));
    let cases = [
        (ask("GET", "http://evil.example/", ""), 421),
        (ask("TRACE", "http://localhost/login", ""), 405),
        (ask("POST", "http://localhost/count", &large), 413),
        (ask("GET", &long, ""), 414),
        (ask("GET", "http://localhost/panic", ""), 500),
        (ask("GET", "http://localhost/nowhere", ""), 404),
    ];
    for (mut request, expected) in cases {
        request.headers_mut().insert("accept", "application/json".parse().expect("a value"));
        let response = sender.send_request(request).await.expect("a response");
        assert_eq!(response.status(), expected);
        assert!(!response.headers().contains_key("connection"));
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }
    let mut large_header = ask("GET", "http://localhost/", "");
    large_header.headers_mut().insert("x", "x".repeat(17 * 1024).parse().expect("a value"));
    assert_eq!(sender.send_request(large_header).await.expect("a response").status(), 431);
    let mut two_hosts = ask("GET", "http://localhost/", "");
    two_hosts.headers_mut().insert("host", "evil.example".parse().expect("a value"));
    assert_eq!(sender.send_request(two_hosts).await.expect("a response").status(), 400);
}

#[tokio::test]
async fn head_has_a_length_and_no_body() {
    let site = site(Limits::default()).await;
    let (mut sender, _connection) = connect(&site).await;
    let response = sender.send_request(ask("HEAD", "http://localhost/", "")).await.expect("a response");
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-length"]),
        (200, &"13".parse().expect("a value"))
    );
    assert!(response.into_body().collect().await.expect("no body").to_bytes().is_empty());
}

#[tokio::test]
async fn an_idle_connection_is_said_goodbye_to() {
    let site = site(Limits { idle: Duration::from_millis(800), ..Limits::default() }).await;
    let (mut sender, connection) = connect(&site).await;
    sender.send_request(ask("GET", "http://localhost/", "")).await.expect("a response");
    let started = Instant::now();
    let end = tokio::time::timeout(Duration::from_secs(5), connection).await.expect("an end in time");
    end.expect("no panic").expect("a clean end");
    assert!((700..1600).contains(&started.elapsed().as_millis()), "{:?}", started.elapsed());
}

#[tokio::test]
async fn shutdown_finishes_a_stream_in_flight() {
    let mut site = site(Limits { request: Duration::from_millis(700), ..Limits::default() }).await;
    let (mut sender, _connection) = connect(&site).await;
    let response = sender.send_request(ask("GET", "http://localhost/slow", ""));
    let response = tokio::spawn(response);
    tokio::time::sleep(Duration::from_millis(200)).await;
    site.stop();
    let response = response.await.expect("no panic").expect("a response");
    assert_eq!(response.status(), 503, "cut by the request deadline, not by the shutdown");
    site.stopped().await;
}
