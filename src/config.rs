//! Every setting once: its name, its type, its default and what it means.
//!
//! The declaration in [`settings!`](self) is the only place that names a setting. The fields of [`Config`], the keys
//! of `consentry.toml`, the `CONSENTRY_*` variables, the command line's global flags and the table in the README all
//! come from it, so they cannot disagree. A flag wins over a variable, a variable over the file, the file over the
//! default. Whatever is not known is refused with a suggestion: a misspelled setting that is silently ignored is how
//! limits and trusted proxies get lost.

mod error;
mod file;
mod form;
mod module;
mod reader;
mod sources;
mod suggest;
mod table;
mod value;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

pub use self::error::ConfigError;
pub use self::error::Problem;
pub use self::sources::Flags;
pub use self::table::Setting;
pub use self::table::table;
pub use self::value::BasePath;
pub use self::value::DatabaseUrl;
pub use self::value::Issuer;
pub use self::value::LogFilter;
pub use self::value::LogFormat;
pub use self::value::PostgresUrl;

use crate::base::secret::Secret;
use crate::model::module::Module;

use self::form::Form;
use self::reader::Reader;

/// The settings that are typed often enough to be flags of every command.
pub const FLAGS: [&str; 5] = ["listen", "issuer", "data", "database_url", "log"];

macro_rules! settings {
    ($($group:literal { $($(#[doc = $meaning:literal])+ $name:ident: $type:ty = $default:literal, $form:expr;)+ })+) => {
        /// What an operator may choose, validated. [`Config::load`] makes one.
        #[derive(Clone, Debug)]
        pub struct Config {
            /// The configuration file that was read, if there was one.
            pub file: Option<PathBuf>,
            $($($(#[doc = $meaning])+ pub $name: $type,)+)+
            /// The parts of the platform's API that apps may ask for: the `[[modules]]` of the file.
            pub modules: Vec<Module>,
        }

        impl Config {
            fn read(reader: &mut Reader) -> Option<Self> {
                $($(let $name: Option<$type> = reader.read(stringify!($name), $default, $form);)+)+
                Some(Self { file: reader.file(), $($($name: $name?,)+)+ modules: reader.modules() })
            }
        }

        /// All settings in the order of the documentation.
        pub fn settings() -> Vec<Setting> {
            vec![$($({
                let form: Form<$type> = $form;
                Setting {
                    group: $group,
                    name: stringify!($name),
                    default: $default,
                    expected: form.expected,
                    meaning: concat!($($meaning),+).trim(),
                }
            },)+)+]
        }
    };
}

// A default may name in braces a setting that stands above it, or `{cores}`.
settings! {
    "Addresses" {
        /// Where connections are accepted.
        listen: SocketAddr = "127.0.0.1:8080", form::address();
        /// The address that people and apps use. It names this server in every token and metadata document, so
        /// changing it later breaks them. With a path, as in `https://example.com/id`, everything is served below
        /// that path: a proxy in front passes it on as it is, and does not strip it.
        issuer: Issuer = "http://{listen}", form::issuer();
        /// Proxies in front whose `X-Forwarded-For` or `Forwarded` header is believed about the caller's address.
        /// Nobody else's is. Where both are there and differ neither is, so a proxy should remove the one that it
        /// does not write. Their `X-Request-Id` names the request in the log and in the audit log.
        trusted_proxies: Vec<IpNet> = "", form::networks();
    }
    "Data" {
        /// The folder for everything that this server keeps. It is created, readable by its owner only.
        data: PathBuf = "data", form::path();
        /// The database. Several servers can share one PostgreSQL. One on another host must take TLS, unless the URL
        /// says otherwise: `?sslmode=verify-full` checks its certificate too, `?sslmode=disable` does without. A
        /// PostgreSQL whose `synchronous_commit` is weaker than `on` is refused at the start, since a crash of it would
        /// lose what was confirmed. A start brings the tables up to date: it asks for each lock for a second only,
        /// and again for ten minutes, so that a backup holds up nothing else.
        database_url: DatabaseUrl = "sqlite:{data}/consentry.sqlite3", form::database_url();
        /// A file with the database's URL in it, which only its owner may read. Replaces `database_url`, and keeps the
        /// password out of the list of processes, where the flag shows it, and of the environment.
        database_url_file: Option<PathBuf> = "", form::optional_path();
        /// Database connections that are open at most.
        database_connections: u32 = "10", form::number(1..=1000);
        /// The master keys that encrypt what is stored, first the one in use. All servers on one database need the
        /// same. Replaces the file. Only as a variable.
        master_key: Option<Secret> = "", form::secret();
        /// Where the master keys are kept when `master_key` is not set. It is created with a fresh key.
        master_key_file: PathBuf = "{data}/keyring", form::path();
    }
    "Log" {
        /// What is logged: a level, or `target=level` pairs.
        log: LogFilter = "info", form::log_filter();
        /// Lines for people, or one JSON object a line.
        log_format: LogFormat = "pretty", form::log_format();
    }
    "Limits" {
        /// Connections that are open at once at most.
        max_connections: usize = "10000", form::number(1..=1_000_000);
        /// Of these, from one IP address. Trusted proxies are not counted.
        max_connections_per_ip: usize = "1000", form::number(1..=1_000_000);
        /// The largest request body in bytes.
        max_body_bytes: usize = "65536", form::number(4096..=16 * 1024 * 1024);
        /// Password hashes computed at once. Each takes one core and 19 MiB.
        password_hashing_slots: usize = "{cores}", form::number(1..=1024);
    }
    "Lifetimes" {
        /// Authorization codes.
        code_lifetime: Duration = "10m", form::duration("10s", "10m");
        /// Access tokens, unless the app has its own setting.
        access_token_lifetime: Duration = "1h", form::duration("1m", "30d");
        /// Refresh tokens that nobody uses.
        refresh_token_idle: Duration = "90d", form::duration("1h", "3650d");
        /// How long a refresh token may be presented again and gets the same answer, for clients that lost it.
        refresh_window: Duration = "60s", form::duration("0s", "1h");
        /// Browser sessions that nobody uses.
        session_idle: Duration = "12h", form::duration("5m", "90d");
        /// Browser sessions in any case.
        session_absolute: Duration = "30d", form::duration("5m", "365d");
    }
    "Policies of new organizations" {
        /// The oldest that a private app's token may get.
        private_app_token_max_age: Option<Duration> = "365d", form::duration_or_never("1d", "3650d");
    }
}

impl Config {
    /// Reads flags, the environment and the file, and validates all of it.
    ///
    /// Relative paths are taken from `folder`, the working directory; so is `consentry.toml` unless `--config` or
    /// `CONSENTRY_CONFIG` names another file.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, not just the first of it: unknown keys and variables, values of the wrong type or out
    /// of range, a file that cannot be read. No message contains a secret.
    pub fn load(
        flags: &Flags,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
        folder: &Path,
    ) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(sources::collect(flags, environment, folder));
        match Self::read(&mut reader) {
            Some(config) if reader.is_content() => Ok(config.beneath(folder)),
            _ => Err(reader.into_error()),
        }
    }

    /// The defaults, listening on `listen` and keeping everything in `folder`: for demonstrations and tests.
    ///
    /// # Errors
    ///
    /// When `listen` is not a loopback address with a port: there is no default issuer for it.
    pub fn in_folder(folder: &Path, listen: SocketAddr) -> Result<Self, ConfigError> {
        let flags = Flags {
            config: None,
            values: vec![("listen", listen.to_string()), ("data", folder.display().to_string())],
        };
        Self::load(&flags, [], folder)
    }

    fn beneath(mut self, folder: &Path) -> Self {
        self.data = folder.join(self.data);
        self.master_key_file = folder.join(self.master_key_file);
        self.database_url = self.database_url.beneath(folder);
        self
    }
}
