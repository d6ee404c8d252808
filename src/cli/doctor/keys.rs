//! Are the master keys there, private and good?

use super::Finding;
use super::Scene;
use crate::base::keyring::Keyring;
use crate::base::keyring::KeyringError;
use crate::config::DatabaseUrl;

pub(super) fn master_keys(scene: &Scene) -> Finding {
    let path = &scene.config.master_key_file;
    match &scene.config.master_key {
        Some(keys) => judge(Keyring::parse(keys.reveal()), "CONSENTRY_MASTER_KEY"),
        None => match Keyring::open(path) {
            Err(error) if error.is_missing() => missing(scene),
            ring => judge(ring, &path.display().to_string()),
        },
    }
}

fn judge(ring: Result<Keyring, KeyringError>, place: &str) -> Finding {
    match ring {
        Ok(ring) => {
            let older = ring.keys().len() - 1;
            Finding::good(format!("{} in use, {older} older, from {place}", ring.current().id()))
        }
        Err(error) => Finding::failure(error.to_string(), error.help()),
    }
}

/// A server without keys makes some, which is right only while nothing was sealed with others.
fn missing(scene: &Scene) -> Finding {
    let path = scene.config.master_key_file.display();
    match &scene.config.database_url {
        DatabaseUrl::Sqlite(database) if database.exists() => Finding::failure(
            format!("{path} is missing, but the database {} exists", database.display()),
            "bring back the keyring from its copy; a new one cannot read the stored secrets",
        ),
        DatabaseUrl::Sqlite(_) => Finding::good(format!("{path} will be created at the first start")),
        DatabaseUrl::Postgres(_) => Finding::warning(
            format!("{path} will be created at the first start, for this server alone"),
            "if other servers share the database, give all of them the same CONSENTRY_MASTER_KEY",
        ),
    }
}
