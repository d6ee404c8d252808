//! Where the database is.

use std::fmt;
use std::path::Path;
use std::path::PathBuf;
use std::str::FromStr;

use url::Url;

use super::Unfit;

/// The database: a SQLite file of our own, or a PostgreSQL that several servers may share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite:PATH`.
    Sqlite(PathBuf),
    /// `postgres://USER:PASSWORD@HOST:PORT/NAME`.
    Postgres(PostgresUrl),
}

impl DatabaseUrl {
    /// What to connect with: the file's path, or the whole URL, which may hold a password. Not for logs or messages.
    pub fn expose(&self) -> String {
        match self {
            Self::Sqlite(path) => path.display().to_string(),
            Self::Postgres(url) => url.expose().to_owned(),
        }
    }

    /// Whether whoever sees the URL sees a password.
    pub fn has_password(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Postgres(PostgresUrl(url)) => {
                url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password")
            }
        }
    }

    /// A relative SQLite path is taken from `folder`.
    pub(in crate::config) fn beneath(self, folder: &Path) -> Self {
        match self {
            Self::Sqlite(path) => Self::Sqlite(folder.join(path)),
            postgres => postgres,
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = Unfit;

    fn from_str(text: &str) -> Result<Self, Unfit> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return match path {
                "" => Err(Unfit::new("add the file's path: sqlite:data/consentry.sqlite3")),
                ":memory:" => Err(Unfit::new("a database in memory would lose every token; name a file")),
                path if path.contains(['?', '\0']) => Err(Unfit::new("leave out the options after the path")),
                path => Ok(Self::Sqlite(PathBuf::from(path))),
            };
        }
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(Unfit::new("it must begin with sqlite: or postgres://"));
        }
        let url = Url::parse(text).map_err(|error| {
            Unfit(format!(
                "{error}; in a user name or password, write / as %2F, @ as %40, : as %3A, # as %23"
            ))
        })?;
        if url.fragment().is_some() {
            return Err(Unfit::new("in a user name or password, write # as %23"));
        }
        Ok(Self::Postgres(PostgresUrl(url)))
    }
}

/// For people: without password and options.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

/// The URL of a PostgreSQL database. It prints without its password and options.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(Url);

impl PostgresUrl {
    /// The whole URL with its password, to connect with. Not for logs or messages.
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "postgres://{}", self.0.host_str().unwrap_or_default())?;
        if let Some(port) = self.0.port() {
            write!(f, ":{port}")?;
        }
        f.write_str(self.0.path())
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlite_path_may_be_relative_or_absolute() {
        let beneath = |text: &str| text.parse::<DatabaseUrl>().map(|url| url.beneath(Path::new("/srv")));
        let file = |path: &str| Ok(DatabaseUrl::Sqlite(PathBuf::from(path)));
        assert_eq!(beneath("sqlite:a.db"), file("/srv/a.db"));
        assert_eq!(beneath("sqlite://a.db"), file("/srv/a.db"));
        assert_eq!(beneath("sqlite:/var/a.db"), file("/var/a.db"));
        assert_eq!(beneath("sqlite:///var/a.db"), file("/var/a.db"));
    }

    #[test]
    fn a_password_is_used_but_never_printed() {
        let text = "postgres://ann:s3cret@db.example:5433/consentry?password=s3cret";
        let url: DatabaseUrl = text.parse().unwrap();
        assert_eq!(url.to_string(), "postgres://db.example:5433/consentry");
        assert!(!format!("{url:?}").contains("s3cret"));
        let DatabaseUrl::Postgres(url) = url else { panic!("not PostgreSQL") };
        assert_eq!(url.expose(), text);
    }

    #[test]
    fn other_addresses_are_refused() {
        for wrong in ["", "data.db", "mysql://a/b", "sqlite:", "sqlite::memory:", "sqlite:a.db?mode=ro"] {
            assert!(wrong.parse::<DatabaseUrl>().is_err(), "{wrong}");
        }
        assert!("postgres://ann:a#b@db/consentry".parse::<DatabaseUrl>().is_err());
    }
}
