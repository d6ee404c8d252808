//! The disk of the SQLite file is full for a while: nothing acknowledged is lost, and writing recovers by itself.

use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use consentry::store::db::Db;
use sqlx::Connection;
use sqlx::SqliteConnection;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::code_ids;
use super::fresh_folder;
use super::options;
use super::prepare;
use super::write_one;

/// A file system of 24 MB in memory.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount() -> SmallDisk {
        let folder = fresh_folder();
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"]).arg(&folder).output();
        let mount = mount.expect("mount of util-linux is installed");
        let said = String::from_utf8_lossy(&mount.stderr);
        assert!(mount.status.success(), "this test needs the right to mount a tmpfs; mount said: {said}");
        SmallDisk(folder)
    }

    /// Writes until there is no room for another byte.
    fn fill(&self) -> PathBuf {
        let path = self.0.join("filler");
        let mut file = std::fs::File::create(&path).unwrap();
        for size in [1 << 20, 1 << 12, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
        let _ = std::fs::remove_dir(&self.0);
    }
}

#[derive(Default)]
struct Writers {
    next: AtomicI64,
    stop: AtomicBool,
    refused: AtomicI64,
    /// The moment of the last acknowledgement before and the first one after the space came back.
    freed: std::sync::Mutex<Option<Instant>>,
    recovered: std::sync::Mutex<Option<Instant>>,
}

/// Writes codes until told to stop; returns those that were acknowledged.
async fn write_on(db: Db, state: Arc<Writers>) -> Vec<i64> {
    let mut acknowledged = Vec::new();
    while !state.stop.load(Ordering::Relaxed) {
        let id = state.next.fetch_add(1, Ordering::Relaxed);
        match write_one(&db, id).await {
            Ok(()) => {
                acknowledged.push(id);
                if state.freed.lock().unwrap().is_some() {
                    state.recovered.lock().unwrap().get_or_insert_with(Instant::now);
                }
            }
            Err(error) => {
                assert!(error.is_unavailable(), "{error:?}");
                state.refused.fetch_add(1, Ordering::Relaxed);
                sleep(Duration::from_millis(5)).await;
            }
        }
    }
    acknowledged
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_nothing_that_was_acknowledged() {
    let disk = SmallDisk::mount();
    let file = disk.0.join("test.db").to_string_lossy().into_owned();
    let db = Db::connect(&options(file.clone())).await.unwrap();
    prepare(&db).await;
    let state = Arc::new(Writers::default());
    let mut tasks = JoinSet::new();
    for _ in 0..32 {
        tasks.spawn(write_on(db.clone(), state.clone()));
    }
    sleep(Duration::from_millis(500)).await;
    let filler = disk.fill();
    sleep(Duration::from_secs(2)).await;
    assert!(!code_ids(&db).await.is_empty(), "reading goes on");
    std::fs::remove_file(filler).unwrap();
    *state.freed.lock().unwrap() = Some(Instant::now());
    sleep(Duration::from_millis(1500)).await;
    state.stop.store(true, Ordering::Relaxed);
    let acknowledged: Vec<i64> = tasks.join_all().await.into_iter().flatten().collect();
    db.close().await;

    assert!(state.refused.load(Ordering::Relaxed) > 0, "the disk was full");
    let freed = state.freed.lock().unwrap().unwrap();
    let recovered = state.recovered.lock().unwrap().expect("writing recovers by itself") - freed;
    assert!(recovered < Duration::from_secs(1), "{recovered:?}");
    assert_nothing_is_lost(Path::new(&file), &acknowledged).await;
}

async fn assert_nothing_is_lost(file: &Path, acknowledged: &[i64]) {
    let mut plain = SqliteConnection::connect(file.to_str().unwrap()).await.unwrap();
    let check: (String,) = sqlx::query_as("PRAGMA integrity_check").fetch_one(&mut plain).await.unwrap();
    assert_eq!(check.0, "ok");
    let found: Vec<(i64,)> =
        sqlx::query_as("SELECT id FROM codes ORDER BY id").fetch_all(&mut plain).await.unwrap();
    let lost = acknowledged.iter().filter(|id| found.binary_search(&(**id,)).is_err()).count();
    assert_eq!(lost, 0, "of {} acknowledged", acknowledged.len());
    println!("{} acknowledged, {} found", acknowledged.len(), found.len());
}
