//! What processes on one PostgreSQL tell each other.

use std::time::Duration;

use consentry::store::db::listener::Listener;
use tokio::time::timeout;

use super::*;
use crate::harness::postgres::Cluster;

async fn open(url: &str) -> Db {
    let acquire = Duration::from_secs(2);
    let options = Options { url: url.to_owned(), pool_size: 2, acquire, unit: Duration::from_secs(3) };
    Db::connect(&options).await.unwrap()
}

async fn heard(listener: &mut Listener) -> String {
    timeout(Duration::from_secs(20), listener.hear()).await.expect("a word in time").unwrap()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[tokio::test]
async fn others_hear_what_one_tells_in_its_own_schema() {
    let (here, elsewhere) = (postgres::fresh_schema().await, postgres::fresh_schema().await);
    let mut one = open(&here).await.listen().await.unwrap();
    let mut other = open(&here).await.listen().await.unwrap();
    let mut stranger = open(&elsewhere).await.listen().await.unwrap();
    stranger.tell(&words(&["not for us"])).await.unwrap();
    one.tell(&words(&["first", "second"])).await.unwrap();
    assert_eq!(heard(&mut other).await, "first");
    assert_eq!(heard(&mut other).await, "second");
    other.tell(&words(&["answer"])).await.unwrap();
    assert_eq!(heard(&mut one).await, "answer", "nobody hears themselves");
    other.check().await.unwrap();
    let mut late = open(&here).await.listen().await.unwrap();
    one.tell(&words(&["third"])).await.unwrap();
    assert_eq!(heard(&mut late).await, "third", "what was told before is over");
}

#[tokio::test]
async fn a_listener_that_lost_the_database_says_so_and_another_can_be_had() {
    let mut cluster = Cluster::start();
    let db = open(&cluster.url()).await;
    let mut listener = db.listen().await.unwrap();
    cluster.kill();
    let lost = timeout(Duration::from_secs(20), listener.hear()).await.expect("an error in time");
    assert!(lost.unwrap_err().is_unavailable());
    assert!(db.listen().await.is_err());
    cluster.restart();
    let mut listener = db.listen().await.unwrap();
    let mut other = db.listen().await.unwrap();
    other.tell(&words(&["back"])).await.unwrap();
    assert_eq!(heard(&mut listener).await, "back");
}
