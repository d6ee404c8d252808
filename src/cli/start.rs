//! From a configuration to a server's state: what every command that touches the data begins with.

use crate::app::App;
use crate::base::clock::Clock;
use crate::base::keyring::Keyring;
use crate::base::private_file;
use crate::cli::Failure;
use crate::config::Config;
use crate::model::audit::Action;
use crate::store;
use crate::store::db::Db;
use crate::store::db::Options;

/// The name of the setting that remembers which master key is in use.
const FINGERPRINT: &str = "master_key_fingerprint";

/// How the store reaches the configured database.
pub fn options(config: &Config) -> Options {
    Options::new(config.database_url.expose(), config.database_connections)
}

/// Opens the database and brings its schema up to date. A data folder and a SQLite file are made when missing.
///
/// # Errors
///
/// When the folder cannot be made, or the database not be reached or migrated.
pub async fn database(config: &Config) -> Result<Db, Failure> {
    private_file::create_folder(&config.data)?;
    let db = Db::connect(&options(config)).await?;
    db.migrate().await?;
    Ok(db)
}

/// Opens the database, brings its schema up to date, and finds the master keys, making what is missing.
///
/// # Errors
///
/// When the database cannot be reached or migrated, the keyring cannot be used, or the master keys are not those that
/// the database was written with.
pub async fn app(config: Config, clock: Clock) -> Result<App, Failure> {
    let db = database(&config).await?;
    let remembered = store::settings::find(&mut db.read().await?, FINGERPRINT, clock.now()).await?;
    let keyring = keyring(&config, &clock, remembered.is_some())?;
    let app = App::new(config, db, keyring, clock);
    app.keep_time().await?;
    agree_on_key(&app).await?;
    Ok(app)
}

/// The configured master keys. A fresh one is made for a fresh database only: no other could read what is in it.
fn keyring(config: &Config, clock: &Clock, in_use: bool) -> Result<Keyring, Failure> {
    let path = &config.master_key_file;
    match &config.master_key {
        Some(keys) => Ok(Keyring::parse(keys.reveal())?),
        None if !in_use => Ok(Keyring::load_or_create(path, clock.now())?),
        None => Keyring::open(path).map_err(|error| match error.is_missing() {
            true => Failure::new(
                format!("the keyring {} is missing, but the database was written with one", path.display()),
                "bring the file back from its copy, or set CONSENTRY_MASTER_KEY as on the other servers",
            ),
            false => error.into(),
        }),
    }
}

/// Refuses a database that was written with another master key, and remembers the one in use from now on.
async fn agree_on_key(app: &App) -> Result<(), Failure> {
    let mut tx = app.db.begin().await?;
    let own = app.keys.fingerprint();
    let agreed = store::settings::settle(&mut tx, FINGERPRINT, own, app.now(), None).await?;
    if !app.keys.holds(&agreed) {
        return Err(Failure::new(
            "the database was written with another master key than this server has",
            "use its keyring file or CONSENTRY_MASTER_KEY; all servers on one database need the same",
        ));
    }
    if agreed != own && store::settings::take(&mut tx, FINGERPRINT, &agreed, app.now()).await? {
        store::settings::settle(&mut tx, FINGERPRINT, own, app.now(), None).await?;
        let key = app.keys.successor_key();
        store::audit::append_installation(&mut tx, Action::MasterKeyUse, &key, app.now()).await?;
    }
    Ok(tx.commit().await?)
}
