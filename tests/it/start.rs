//! A start makes what is missing, and refuses data that its master keys cannot read.

use std::fs;

use consentry::app::App;
use consentry::base::clock::Clock;
use consentry::base::keyring::Keyring;
use consentry::base::secret::Secret;
use consentry::cli::Failure;
use consentry::cli::start;
use consentry::config::Config;
use consentry::store::db::all;

use crate::folder::Folder;
use crate::harness::postgres;

/// Runs one body as a test on each database.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite { $(#[tokio::test] async fn $name() {
            let folder = super::Folder::new();
            let config = super::config(&folder);
            super::$name(folder, config).await
        })* }
        mod postgresql { $(#[tokio::test] async fn $name() {
            let folder = super::Folder::new();
            let mut config = super::config(&folder);
            config.database_url = super::postgres::fresh_schema().await.parse().unwrap();
            super::$name(folder, config).await
        })* }
    };
}

on_both![
    a_first_start_makes_a_keyring_and_later_ones_use_it,
    a_rotated_keyring_is_accepted_and_remembered,
    another_master_key_is_refused,
    a_lost_keyring_is_not_replaced,
];

fn config(folder: &Folder) -> Config {
    Config::in_folder(folder.path(), "127.0.0.1:8080".parse().unwrap()).unwrap()
}

async fn start(config: &Config) -> Result<App, Failure> {
    start::app(config.clone(), Clock::default()).await
}

fn fresh_key() -> Option<Secret> {
    let ring = Keyring::generate(Clock::default().now());
    Some(Secret::presented(ring.current().expose().as_str()))
}

async fn a_first_start_makes_a_keyring_and_later_ones_use_it(folder: Folder, config: Config) {
    let first = start(&config).await.unwrap();
    let second = start(&config).await.unwrap();
    assert_eq!(first.keys.fingerprint(), second.keys.fingerprint());
    assert!(folder.path().join("keyring").exists());
}

async fn a_rotated_keyring_is_accepted_and_remembered(_folder: Folder, mut config: Config) {
    start(&config).await.unwrap();
    let before = Keyring::open(&config.master_key_file).unwrap();
    let rotated = Keyring::rotate(&config.master_key_file, Clock::default().now()).unwrap();
    let app = start(&config).await.unwrap();
    assert_eq!(app.keys.fingerprint(), rotated.fingerprint());
    start(&config).await.unwrap();
    let mut conn = app.db.read().await.unwrap();
    let sql = "SELECT object FROM audit_events WHERE action = 'master_key.use'";
    let told: Vec<(String,)> = all!(conn, (String,), sql).unwrap();
    assert_eq!(told, [(rotated.current().id().to_string(),)], "recorded once, by the first start with it");
    drop(conn);
    config.master_key = Some(Secret::presented(rotated.current().expose().as_str()));
    start(&config).await.expect("the fresh key is the one that counts now");
    config.master_key = Some(Secret::presented(before.current().expose().as_str()));
    assert!(start(&config).await.is_err(), "the old key alone cannot read what is sealed now");
}

async fn another_master_key_is_refused(_folder: Folder, mut config: Config) {
    config.master_key = fresh_key();
    start(&config).await.unwrap();
    config.master_key = fresh_key();
    let failure = start(&config).await.err().expect("refused");
    assert_eq!(failure.what(), "the database was written with another master key than this server has");
}

async fn a_lost_keyring_is_not_replaced(_folder: Folder, config: Config) {
    start(&config).await.unwrap();
    fs::remove_file(&config.master_key_file).unwrap();
    let failure = start(&config).await.err().expect("refused");
    assert!(failure.what().ends_with("is missing, but the database was written with one"), "{failure}");
    assert!(!config.master_key_file.exists());
}
