use std::time::Duration;
use std::time::Instant;

use consentry::web::serve::Limits;
use poem::Route;
use poem::get;
use poem::handler;
use tokio::time::sleep;

use crate::edge::wire::Server;

#[handler]
async fn slow() -> &'static str {
    sleep(Duration::from_millis(600)).await;
    "done"
}

#[handler]
fn large() -> Vec<u8> {
    vec![b'x'; 32 * 1024 * 1024]
}

async fn server(limits: Limits) -> Server {
    Server::start(Route::new().at("/slow", get(slow)).at("/large", get(large)), limits).await
}

fn quick() -> Limits {
    let millis = Duration::from_millis;
    Limits { header: millis(500), idle: millis(1500), write: millis(700), ..Limits::default() }
}

/// How long `wire` stays open while `bytes` are written one by one.
async fn lifetime(server: &Server, bytes: &[u8]) -> Duration {
    let mut wire = server.connect().await;
    let started = Instant::now();
    let (mut read, mut write) = wire.0.split();
    let drip = async {
        for byte in bytes {
            if tokio::io::AsyncWriteExt::write_all(&mut write, &[*byte]).await.is_err() {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
        std::future::pending::<()>().await;
    };
    let mut sink = Vec::new();
    tokio::select! {
        () = drip => {}
        _ = tokio::io::AsyncReadExt::read_to_end(&mut read, &mut sink) => {}
    }
    started.elapsed()
}

fn about(took: Duration, millis: u64) {
    let (least, most) = (Duration::from_millis(millis - 50), Duration::from_millis(millis + 700));
    assert!(took >= least && took <= most, "{took:?} instead of about {millis} ms");
}

#[tokio::test]
async fn a_dripped_header_is_cut_at_its_deadline() {
    let server = server(quick()).await;
    about(
        lifetime(&server, "GET /slow HTTP/1.1\r\nhost: localhost\r\nx-filler: ".repeat(3).as_bytes()).await,
        500,
    );
}

#[tokio::test]
async fn a_silent_fresh_connection_is_closed_at_the_header_deadline() {
    let server = server(quick()).await;
    about(lifetime(&server, b"").await, 500);
}

#[tokio::test]
async fn half_an_http2_preface_is_cut_too() {
    let server = server(quick()).await;
    about(lifetime(&server, b"PRI").await, 500);
}

#[tokio::test]
async fn an_idle_connection_is_kept_for_the_idle_time() {
    let server = server(quick()).await;
    let mut wire = server.connect().await;
    for _ in 0..2 {
        wire.send("GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        assert!(wire.response().await.ends_with("done"));
        sleep(Duration::from_millis(800)).await;
    }
    let started = Instant::now();
    assert_eq!(wire.rest().await, "");
    about(started.elapsed(), 700);
}

#[tokio::test]
async fn a_peer_that_never_reads_is_cut() {
    let mut server = server(Limits { drain: Duration::from_secs(60), ..quick() }).await;
    let mut wire = server.connect().await;
    wire.send("GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    sleep(Duration::from_millis(200)).await;
    let started = Instant::now();
    server.stop();
    server.stopped().await;
    about(started.elapsed(), 500);
}

#[tokio::test]
async fn shutdown_finishes_what_is_in_flight_and_closes_what_is_idle() {
    let mut server = server(Limits::default()).await;
    let mut idle = server.connect().await;
    let mut busy = server.connect().await;
    busy.send("GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    sleep(Duration::from_millis(100)).await;
    server.stop();
    let started = Instant::now();
    assert_eq!(idle.rest().await, "");
    assert!(started.elapsed() < Duration::from_millis(300), "idle connections close at once");
    let address = server.address;
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody new is let in");
    assert!(busy.rest().await.ends_with("done"));
    server.stopped().await;
}

#[tokio::test]
async fn shutdown_cuts_what_outlasts_the_drain_time() {
    let mut server = server(Limits { drain: Duration::from_millis(100), ..Limits::default() }).await;
    let mut busy = server.connect().await;
    busy.send("GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    sleep(Duration::from_millis(100)).await;
    server.stop();
    let started = Instant::now();
    assert_eq!(busy.rest().await, "");
    server.stopped().await;
    assert!(started.elapsed() < Duration::from_millis(400));
}

#[tokio::test]
async fn a_network_has_its_share_of_connections() {
    let server = server(Limits { connections_per_network: 2, ..Limits::default() }).await;
    let _one = server.connect().await;
    let two = server.connect().await;
    let refused = server.exchange("").await;
    assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains("retry-after: 5"), "{refused}");
    drop(two);
    sleep(Duration::from_millis(100)).await;
    let answer = server.exchange("GET /slow HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
    assert!(answer.ends_with("done"), "{answer}");
}
