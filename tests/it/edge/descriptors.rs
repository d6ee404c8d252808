//! A server that runs out of descriptors, in a process of its own because the limit is the process's.

use std::env;
use std::fs::File;
use std::io::Read;
use std::io::Seek;
use std::process::Command;
use std::time::Duration;
use std::time::Instant;

use consentry::web::serve::Limits;
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::edge::site::ask;
use crate::edge::site::site;
use crate::edge::site::status;

const INSIDE: &str = "CONSENTRY_TEST_FEW_DESCRIPTORS";

/// User and system time of this process, in ticks of a hundredth of a second.
fn ticks(stat: &mut File) -> u64 {
    let mut text = String::new();
    stat.rewind().expect("the beginning");
    stat.read_to_string(&mut text).expect("Linux");
    let fields: Vec<&str> = text.rsplit(')').next().expect("fields").split_whitespace().collect();
    fields[11..13].iter().map(|field| field.parse::<u64>().expect("a number")).sum()
}

#[test]
fn running_out_of_descriptors_neither_spins_nor_stays() {
    let this = env::current_exe().expect("this binary");
    let inner = "edge::descriptors::with_few_descriptors";
    let script = format!("ulimit -n 60; exec '{}' --exact {inner} --nocapture --ignored", this.display());
    let output = Command::new("sh").arg("-c").arg(script).env(INSIDE, "1").output().expect("a shell");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
#[ignore = "run by the test above, with a lowered limit"]
async fn with_few_descriptors() {
    if env::var_os(INSIDE).is_none() {
        return;
    }
    // A cap below what exhausts the limit would keep the server from ever running out.
    let site = site(Limits::default()).await;
    let mut wire = site.connect().await;
    wire.send(ask("GET", "/whoami", "", "").replace("connection: close\r\n", "")).await;
    assert_eq!(status(&wire.response().await), 200);

    let mut stat = File::open("/proc/self/stat").expect("Linux");
    let mut taken = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        taken.push(file);
    }
    // One for the client's end, none for the server's.
    taken.pop();
    let waiting = TcpStream::connect(site.address).await.expect("the backlog takes it");
    let before = ticks(&mut stat);
    sleep(Duration::from_secs(2)).await;
    let spent = ticks(&mut stat) - before;
    assert!(spent < 20, "spent {spent} of 200 ticks while waiting");
    wire.send(ask("GET", "/whoami", "", "").replace("connection: close\r\n", "")).await;
    assert_eq!(status(&wire.response().await), 200, "the open connection is still served");

    let started = Instant::now();
    taken.clear();
    let mut waiting = crate::edge::wire::Wire(waiting);
    waiting.send(ask("GET", "/whoami", "", "")).await;
    assert_eq!(status(&waiting.rest().await), 200);
    assert!(started.elapsed() < Duration::from_millis(500), "recovery took {:?}", started.elapsed());
}
