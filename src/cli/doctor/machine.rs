//! Is the machine fit?

use std::fs;
use std::path::Path;
use std::time::Duration;
use std::time::SystemTime;

use rustix::process::Resource;
use rustix::process::getrlimit;

use super::Finding;
use super::Scene;
use crate::base::clock::Timestamp;
use crate::cli::Failure;
use crate::cli::block_on;
use crate::cli::start;
use crate::config::DatabaseUrl;
use crate::store;
use crate::store::db::Db;

/// 2026-01-01: this program did not exist before.
const BIRTH: Timestamp = Timestamp::from_millis(1_767_225_600_000);

const MEND: &str = "set the clock, and keep it right: timedatectl set-ntp true";

/// A difference between clocks that is worth telling.
const A_MINUTE: Duration = Duration::from_secs(60);

/// Files besides the connections: database, listener, log.
const OTHER_FILES: u64 = 128;

pub(super) fn clock(scene: &Scene) -> Finding {
    if scene.now < BIRTH {
        return Finding::failure(
            format!("it is {}, before this program was written", scene.now.to_text()),
            MEND,
        );
    }
    let database = match &scene.config.database_url {
        DatabaseUrl::Sqlite(path) => Some(path.as_path()),
        DatabaseUrl::Postgres(_) => None,
    };
    let files = [Some(scene.config.master_key_file.as_path()), database];
    match files.into_iter().flatten().find(|path| written(path).is_some_and(|at| at > scene.now + A_MINUTE)) {
        Some(path) => Finding::failure(
            format!("it is {}, but {} was written later", scene.now.to_text(), path.display()),
            MEND,
        ),
        None => against_the_data(scene).unwrap_or_else(|| Finding::good(scene.now.to_text())),
    }
}

/// The clock beside the time that the data have seen, and beside the database's own clock; `None` when they agree, or
/// when there is no database yet to ask.
fn against_the_data(scene: &Scene) -> Option<Finding> {
    if matches!(&scene.config.database_url, DatabaseUrl::Sqlite(path) if !path.exists()) {
        return None;
    }
    let (mark, theirs) = block_on(times(scene)).ok()?;
    let mark = mark.filter(|mark| *mark > scene.now + A_MINUTE);
    let apart = theirs.max(scene.now) > theirs.min(scene.now) + A_MINUTE;
    let found = match mark {
        Some(mark) => format!("it is {}, but the data have seen {}", scene.now.to_text(), mark.to_text()),
        None if apart => {
            format!("it is {}, but the database's own clock shows {}", scene.now.to_text(), theirs.to_text())
        }
        None => return None,
    };
    Some(Finding::failure(found, MEND))
}

async fn times(scene: &Scene) -> Result<(Option<Timestamp>, Timestamp), Failure> {
    let db = Db::connect(&start::options(&scene.config)).await?;
    let mut conn = db.read().await?;
    let theirs = store::settings::database_time(&mut conn).await?;
    // There is no table before the first start.
    let mark = store::settings::mark(&mut conn).await.ok().flatten();
    drop(conn);
    db.close().await;
    Ok((mark, theirs))
}

/// When a file was last written.
fn written(path: &Path) -> Option<Timestamp> {
    let since = fs::metadata(path).ok()?.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(Timestamp::from_millis(i64::try_from(since.as_millis()).ok()?))
}

pub(super) fn open_files(scene: &Scene) -> Finding {
    let wanted = scene.config.max_connections as u64 + OTHER_FILES;
    match getrlimit(Resource::Nofile).current {
        Some(allowed) if allowed < wanted => Finding::warning(
            format!(
                "{allowed} allowed, {wanted} needed for max_connections = {}",
                scene.config.max_connections
            ),
            format!("ulimit -n {wanted} (systemd: LimitNOFILE={wanted}), or lower max_connections"),
        ),
        Some(allowed) => Finding::good(format!("{allowed} allowed")),
        None => Finding::good("not limited"),
    }
}
