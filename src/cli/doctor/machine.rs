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
use crate::config::DatabaseUrl;

/// 2026-01-01: this program did not exist before.
const BIRTH: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// Files besides the connections: database, listener, log.
const OTHER_FILES: u64 = 128;

pub(super) fn clock(scene: &Scene) -> Finding {
    const MEND: &str = "set the clock, and keep it right: timedatectl set-ntp true";
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
    let minute = Duration::from_secs(60);
    match files.into_iter().flatten().find(|path| written(path).is_some_and(|at| at > scene.now + minute)) {
        Some(path) => Finding::failure(
            format!("it is {}, but {} was written later", scene.now.to_text(), path.display()),
            MEND,
        ),
        None => Finding::good(scene.now.to_text()),
    }
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
