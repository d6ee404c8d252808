//! Is there a place to keep things, private and large enough?

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::fs::Access;

use super::Finding;
use super::Scene;

const MEBIBYTE: u64 = 1024 * 1024;

pub(super) fn data_folder(scene: &Scene) -> Finding {
    let path = &scene.config.data;
    let shown = path.display();
    let status = match fs::metadata(path) {
        Ok(status) => status,
        Err(error) if error.kind() == ErrorKind::NotFound => return missing_folder(path),
        Err(error) => {
            return Finding::failure(format!("{shown}: {error}"), "run as the user who runs the server");
        }
    };
    let mode = status.permissions().mode() & 0o7777;
    if !status.is_dir() {
        Finding::failure(format!("{shown} is a file"), "remove it, or name another folder with --data")
    } else if rustix::fs::access(path, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK).is_err() {
        Finding::failure(
            format!("{shown} cannot be written"),
            format!("as root: chown THE_SERVER'S_USER {shown}"),
        )
    } else if mode & 0o077 != 0 {
        Finding::warning(
            format!("{shown} can be entered by others than its owner: its mode is {mode:04o}"),
            format!("chmod 700 {shown}"),
        )
    } else {
        Finding::good(format!("{shown}, private"))
    }
}

fn missing_folder(path: &Path) -> Finding {
    let above = existing(path);
    match rustix::fs::access(above, Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) => Finding::good(format!("{} will be created at the first start", path.display())),
        Err(_) => Finding::failure(
            format!("{} does not exist, and {} cannot be written", path.display(), above.display()),
            "create it for the server's user, or name another folder with --data",
        ),
    }
}

pub(super) fn disk_space(scene: &Scene) -> Finding {
    let folder = existing(&scene.config.data);
    let free = match rustix::fs::statvfs(folder) {
        Ok(status) => status.f_bavail.saturating_mul(status.f_frsize) / MEBIBYTE,
        Err(error) => {
            return Finding::warning(format!("cannot be told: {error}"), format!("df {}", folder.display()));
        }
    };
    let found = format!("{free} MiB free at {}", folder.display());
    match free {
        0..64 => Finding::failure(found, "free at least 1 GiB"),
        64..1024 => Finding::warning(found, "free at least 1 GiB"),
        _ => Finding::good(found),
    }
}

/// The path itself, or the nearest folder above it that exists.
fn existing(path: &Path) -> &Path {
    path.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."))
}
