use std::path::PathBuf;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use tokio::task::JoinSet;
use tokio::time::sleep;

use super::*;
use crate::store::Error;
use crate::store::db::Options;

/// A cache before an empty database, whose callers wait for that long.
struct Bench {
    cache: Arc<Cache<u8, u32>>,
    db: Db,
    folder: PathBuf,
    /// How many reads were begun.
    reads: Arc<AtomicU32>,
}

impl Bench {
    async fn new(acquire: Duration) -> Bench {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("consentry-cache-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("test.sqlite3");
        let options = Options { acquire, ..Options::new(file.to_string_lossy(), 1) };
        let db = Db::connect(&options).await.unwrap();
        Bench { cache: Arc::new(Cache::new(10)), db, folder, reads: Arc::default() }
    }

    /// What a caller gets when the n-th read takes so long and ends so.
    fn ask(
        &self,
        ending: fn(u32) -> (Duration, store::Result<Option<u32>>),
    ) -> impl Future<Output = store::Result<Option<u32>>> + Send + 'static {
        let (cache, db, reads) = (self.cache.clone(), self.db.clone(), self.reads.clone());
        async move {
            let read = move |_, _conn| {
                let (takes, end) = ending(reads.fetch_add(1, Ordering::SeqCst) + 1);
                async move {
                    sleep(takes).await;
                    end
                }
            };
            let found = cache.get_or_read(&db, &1, read).await?;
            Ok(found.map(|value| *value))
        }
    }

    fn reads(&self) -> u32 {
        self.reads.load(Ordering::SeqCst)
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn soon(read: u32) -> (Duration, store::Result<Option<u32>>) {
    (millis(100), Ok(Some(read)))
}

#[tokio::test]
async fn a_value_is_read_once_and_remembered() {
    let bench = Bench::new(millis(2000)).await;
    let mut callers = JoinSet::new();
    (0..20).for_each(|_| drop(callers.spawn(bench.ask(soon))));
    assert!(callers.join_all().await.into_iter().all(|got| got.unwrap() == Some(1)));
    assert_eq!(bench.ask(soon).await.unwrap(), Some(1));
    sleep(LONGEST).await;
    assert_eq!(bench.ask(soon).await.unwrap(), Some(2));
}

#[tokio::test]
async fn nothing_is_not_remembered() {
    let bench = Bench::new(millis(2000)).await;
    let first = |read| (Duration::ZERO, Ok((read > 1).then_some(read)));
    assert_eq!(bench.ask(first).await.unwrap(), None);
    assert_eq!(bench.ask(first).await.unwrap(), Some(2));
}

#[tokio::test]
async fn a_failure_goes_to_everybody_who_waits_and_to_nobody_else() {
    let bench = Bench::new(millis(2000)).await;
    let fails = |read| match read {
        1 => (millis(200), Err(Error::unavailable("it is away"))),
        _ => soon(read),
    };
    let mut callers = JoinSet::new();
    (0..20).for_each(|_| drop(callers.spawn(bench.ask(fails))));
    assert!(callers.join_all().await.into_iter().all(|got| got.is_err_and(|error| error.is_unavailable())));
    assert_eq!(bench.reads(), 1);
    assert_eq!(bench.ask(fails).await.unwrap(), Some(2));
}

#[tokio::test]
async fn nobody_waits_longer_than_for_a_connection() {
    let bench = Bench::new(millis(300)).await;
    let slow = |_| (millis(900), Ok(Some(1)));
    let mut callers = JoinSet::new();
    for late in [0, 100, 200] {
        let ask = bench.ask(slow);
        callers.spawn(async move {
            sleep(millis(late)).await;
            let asked = Instant::now();
            (ask.await, asked.elapsed())
        });
    }
    for (got, waited) in callers.join_all().await {
        assert!(got.is_err_and(|error| error.is_unavailable()));
        assert!((millis(300)..millis(600)).contains(&waited), "{waited:?}");
    }
}

#[tokio::test]
async fn who_goes_away_takes_nobody_along() {
    let bench = Bench::new(millis(2000)).await;
    let slow = |read| (millis(300), Ok(Some(read)));
    let first = tokio::spawn(bench.ask(slow));
    sleep(millis(50)).await;
    let second = tokio::spawn(bench.ask(slow));
    sleep(millis(50)).await;
    first.abort();
    assert_eq!(second.await.unwrap().unwrap(), Some(1));
}

#[tokio::test]
async fn a_read_that_nobody_waits_for_ends() {
    let bench = Bench::new(millis(2000)).await;
    let hangs_first = |read| match read {
        1 => (millis(60_000), Ok(None)),
        _ => soon(read),
    };
    let first = tokio::spawn(bench.ask(hangs_first));
    sleep(millis(50)).await;
    first.abort();
    assert!(first.await.is_err());
    assert!(bench.cache.0.reads().under_way.is_empty());
    assert_eq!(bench.ask(hangs_first).await.unwrap(), Some(2));
}

#[tokio::test]
async fn what_was_forgotten_while_it_was_read_is_for_those_who_came_before() {
    for forget in [|cache: &Cache<u8, u32>| cache.forget(&1), |cache: &Cache<u8, u32>| cache.forget_all()] {
        let bench = Bench::new(millis(2000)).await;
        let slow_first = |read| (if read == 1 { millis(400) } else { millis(10) }, Ok(Some(read)));
        let before = tokio::spawn(bench.ask(slow_first));
        sleep(millis(50)).await;
        forget(&bench.cache);
        assert_eq!(bench.ask(slow_first).await.unwrap(), Some(2));
        assert_eq!(before.await.unwrap().unwrap(), Some(1));
        assert_eq!(bench.ask(slow_first).await.unwrap(), Some(2), "the older read is not kept");
    }
}

#[tokio::test]
async fn what_took_longer_than_a_second_is_read_again() {
    let bench = Bench::new(millis(3000)).await;
    let slow_first = |read| (if read == 1 { millis(1100) } else { millis(10) }, Ok(Some(read)));
    let (first, second) = (tokio::spawn(bench.ask(slow_first)), tokio::spawn(bench.ask(slow_first)));
    assert_eq!(first.await.unwrap().unwrap(), Some(2));
    assert_eq!(second.await.unwrap().unwrap(), Some(2));
}

#[tokio::test]
async fn a_read_that_panics_leaves_nothing_behind() {
    let bench = Bench::new(millis(2000)).await;
    let panics_first = |read| match read {
        1 => panic!("as planned"),
        _ => soon(read),
    };
    assert!(tokio::spawn(bench.ask(panics_first)).await.is_err());
    assert_eq!(bench.ask(panics_first).await.unwrap(), Some(2));
}

#[tokio::test]
#[should_panic(expected = "a task that holds a database connection asks for another")]
async fn a_look_up_is_refused_to_who_holds_a_connection() {
    let bench = Bench::new(millis(2000)).await;
    let (db, ask) = (bench.db.clone(), bench.ask(soon));
    let task = tokio::spawn(async move {
        let _conn = db.read().await.unwrap();
        let _ = ask.await;
    });
    std::panic::resume_unwind(task.await.unwrap_err().into_panic());
}
