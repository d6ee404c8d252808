//! One door to two databases: [`Db`] hands out connections ([`Conn`]) and units of work ([`Tx`]).
//!
//! Nothing above this module knows which database it talks to. Statements are written once, with the macros
//! [`opt`], [`one`], [`all`] and [`run`]; see [`query`].

mod hands;
pub mod listener;
mod pool;
mod postgres;
pub mod query;
mod row;
mod seat;
mod sqlite;
pub mod table;
mod writer;

use std::ops::Deref;
use std::ops::DerefMut;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sqlx::Execute;
use sqlx::Postgres;
use sqlx::SqlSafeStr;
use sqlx::Sqlite;
use sqlx::postgres::PgArguments;
use sqlx::postgres::PgRow;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::sqlite::SqliteRow;
use tokio::time::Instant;

pub use crate::store::db::row::Columns;
pub use crate::store_all as all;
pub use crate::store_forget as forget;
pub use crate::store_one as one;
pub use crate::store_opt as opt;
pub use crate::store_page as page;
pub use crate::store_row as row;
pub use crate::store_run as run;
pub use crate::store_stretch as stretch;
pub use crate::store_table as table;

use crate::store::Error;
use crate::store::Result;
use crate::store::db::hands::Hands;
use crate::store::db::listener::Listener;
use crate::store::db::pool::Lease;
use crate::store::db::pool::Pool;
use crate::store::db::postgres::Server;
use crate::store::db::postgres::Session;
use crate::store::db::postgres::Unit;
use crate::store::db::query::Answer;
use crate::store::db::sqlite::File;
use crate::store::db::writer::Turn;
use crate::store::db::writer::Writer;
use crate::store::migrate;

/// The time for work that no request waits for: migrations.
pub(super) const PATIENCE: Duration = Duration::from_secs(600);

/// How long such work may stand in the queue for a lock of PostgreSQL, where every look-up behind it stands as well:
/// well below what a look-up waits, so that the look-up is late and not refused.
const QUEUE: Duration = Duration::from_secs(1);

/// Which database, and how long to wait for it.
#[derive(Clone)]
pub struct Options {
    /// A path or `sqlite:` URL of a file, or a `postgres://` URL; `?options=-c%20search_path%3Dx` is honored.
    pub url: String,
    /// Connections to PostgreSQL. SQLite has one writer and a few readers whatever this says.
    pub pool_size: u32,
    /// The longest wait for a connection or for the writer.
    pub acquire: Duration,
    /// The longest that a whole unit of work may take, waiting included.
    pub unit: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    backend: Backend,
    options: Arc<Options>,
    /// In microseconds.
    longest_wait: Arc<AtomicU64>,
}

#[derive(Clone)]
enum Backend {
    Sqlite { writer: Arc<Writer>, readers: Arc<Pool<File>> },
    Postgres(Arc<Pool<Server>>),
}

/// A connection in the hands of one caller, with a deadline for all that it does with it.
///
/// A task has one at a time: to ask for another while it holds this one panics in debug builds.
pub struct Conn {
    link: Link,
    deadline: Instant,
    _hands: Hands,
}

enum Link {
    Sqlite(Lease<File>),
    Writer(Turn),
    Postgres(Session),
}

/// A unit of work: all of it happens at [`Tx::commit`], or nothing does.
///
/// After a statement failed, also by a constraint, the unit is over: it can only be dropped.
#[must_use = "a unit of work that is dropped is undone"]
pub struct Tx(Conn);

impl Options {
    /// That database, with the times that requests have: together they are answered within two and a half seconds
    /// also when the database is silent.
    pub fn new(url: impl Into<String>, pool_size: u32) -> Options {
        let (acquire, unit) = (Duration::from_secs(2), Duration::from_millis(2250));
        Options { url: url.into(), pool_size, acquire, unit }
    }

    /// What the URL asks for.
    pub fn kind(&self) -> Kind {
        let postgres = ["postgres://", "postgresql://"].iter().any(|scheme| self.url.starts_with(scheme));
        if postgres { Kind::Postgres } else { Kind::Sqlite }
    }
}

impl Db {
    /// Opens the database and asks it once; a SQLite file is created when it is missing.
    pub async fn connect(options: &Options) -> Result<Db> {
        let backend = match options.kind() {
            Kind::Sqlite => {
                let write = sqlite::connect_options(options)?;
                let readers = Pool::new(write.clone().read_only(true), sqlite::readers());
                Backend::Sqlite { writer: Writer::new(write, options.unit), readers }
            }
            Kind::Postgres => {
                Backend::Postgres(Pool::new(postgres::connect_options(options)?, options.pool_size))
            }
        };
        let (options, longest_wait) = (Arc::new(options.clone()), Arc::default());
        let db = Db { backend, options, longest_wait };
        db.begin().await?.commit().await?;
        Ok(db)
    }

    /// Brings the schema up to date. Any number of processes may do so at once.
    pub async fn migrate(&self) -> Result<()> {
        migrate::run(&self.options, migrate::MIGRATIONS).await
    }

    /// A connection to read from. It sees what was committed before each of its statements.
    pub async fn read(&self) -> Result<Conn> {
        self.reader(Hands::fill()).await
    }

    /// As [`Db::read`], for a look-up that several callers wait for: no task holds it, whichever drives it.
    pub async fn read_for_all(&self) -> Result<Conn> {
        self.reader(Hands::of_nobody()).await
    }

    async fn reader(&self, hands: Hands) -> Result<Conn> {
        let (acquire, deadline) = self.deadlines();
        let link = async {
            Ok(match &self.backend {
                Backend::Sqlite { readers, .. } => Link::Sqlite(readers.acquire(acquire).await?),
                Backend::Postgres(pool) => Link::Postgres(Session::open(pool, Unit::Reads, acquire).await?),
            })
        };
        Ok(Conn { link: self.waited(link).await?, deadline, _hands: hands })
    }

    /// A unit of work of any number of statements.
    pub async fn begin(&self) -> Result<Tx> {
        self.unit(Unit::Transaction, Hands::fill()).await
    }

    /// A unit of work of exactly one statement, which decides by itself and always wants to be committed.
    ///
    /// PostgreSQL commits it as it runs, which saves two round trips, and SQLite needs no savepoint for it; so once it
    /// has run, dropping it does not undo it.
    pub async fn single(&self) -> Result<Tx> {
        self.unit(Unit::Single, Hands::fill()).await
    }

    /// As [`Db::single`], for a unit that several callers wait for.
    pub async fn single_for_all(&self) -> Result<Tx> {
        self.unit(Unit::Single, Hands::of_nobody()).await
    }

    async fn unit(&self, unit: Unit, hands: Hands) -> Result<Tx> {
        let (acquire, deadline) = self.deadlines();
        let link = async {
            Ok(match &self.backend {
                Backend::Sqlite { writer, .. } => {
                    Link::Writer(writer.turn(unit == Unit::Single, acquire, deadline).await?)
                }
                Backend::Postgres(pool) => Link::Postgres(Session::open(pool, unit, acquire).await?),
            })
        };
        Ok(Tx(Conn { link: self.waited(link).await?, deadline, _hands: hands }))
    }

    /// The line to the other processes on the same PostgreSQL; SQLite has none.
    ///
    /// # Errors
    /// When the database does not answer in time.
    pub async fn listen(&self) -> Result<Listener> {
        match self.kind() {
            Kind::Postgres => Listener::open(&self.options).await,
            Kind::Sqlite => Err(Error::broken("a listener was asked of SQLite")),
        }
    }

    fn deadlines(&self) -> (Instant, Instant) {
        let now = Instant::now();
        (now + self.options.acquire, now + self.options.unit)
    }

    /// Until when somebody who comes now may wait for what others are reading. Nobody may who holds a connection.
    pub fn patience(&self) -> Instant {
        Hands::check();
        self.deadlines().0
    }

    async fn waited(&self, link: impl Future<Output = Result<Link>>) -> Result<Link> {
        let asked = Instant::now();
        let link = link.await;
        let waited = u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX);
        if waited > self.longest_wait.load(Ordering::Relaxed) {
            self.longest_wait.fetch_max(waited, Ordering::Relaxed);
        }
        link
    }

    /// The longest that anybody waited for a connection or for the writer since this was asked before, whether they
    /// got it or not.
    pub fn longest_wait(&self) -> Duration {
        Duration::from_micros(self.longest_wait.swap(0, Ordering::Relaxed))
    }

    pub fn kind(&self) -> Kind {
        match self.backend {
            Backend::Sqlite { .. } => Kind::Sqlite,
            Backend::Postgres(_) => Kind::Postgres,
        }
    }

    /// Waits for the units at work, then closes every connection. Later calls are told to try elsewhere.
    pub async fn close(&self) {
        match &self.backend {
            Backend::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Backend::Postgres(pool) => pool.close().await,
        }
    }
}

impl Conn {
    /// Runs a text of several statements without binds.
    pub(super) async fn script(&mut self, sql: &'static str) -> Result<()> {
        match &mut self.link {
            Link::Sqlite(lease) => {
                sqlite::read(lease, sql.into_sql_str(), Default::default(), self.deadline).await.map(drop)
            }
            Link::Postgres(session) => session.script(sql, self.deadline).await,
            Link::Writer(_) => Err(Error::broken("a script was asked of the writer")),
        }
    }

    pub fn kind(&self) -> Kind {
        match self.link {
            Link::Sqlite(_) | Link::Writer(_) => Kind::Sqlite,
            Link::Postgres(_) => Kind::Postgres,
        }
    }

    /// What lets the macros take a connection, a unit of work, or a reference to either.
    #[doc(hidden)]
    pub fn reborrow(&mut self) -> &mut Conn {
        self
    }

    #[doc(hidden)]
    pub async fn sqlite(
        &mut self,
        mut query: Query<'_, Sqlite, SqliteArguments>,
    ) -> Result<Answer<SqliteRow>> {
        let arguments = query.take_arguments().map_err(sqlx::Error::Encode)?.unwrap_or_default();
        match &mut self.link {
            Link::Sqlite(lease) => sqlite::read(lease, query.sql(), arguments, self.deadline).await,
            Link::Writer(turn) => turn.ask(query.sql(), arguments).await,
            Link::Postgres(_) => Err(Error::broken("a SQLite statement was asked of PostgreSQL")),
        }
    }

    #[doc(hidden)]
    pub async fn postgres(&mut self, mut query: Query<'_, Postgres, PgArguments>) -> Result<Answer<PgRow>> {
        let arguments = query.take_arguments().map_err(sqlx::Error::Encode)?.unwrap_or_default();
        match &mut self.link {
            Link::Postgres(session) => session.ask(query.sql(), arguments, self.deadline).await,
            _ => Err(Error::broken("a PostgreSQL statement was asked of SQLite")),
        }
    }
}

impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}

impl Tx {
    /// A unit of work on a connection of its own, outside the pools, that may take its time. It waits for another
    /// process on SQLite; on PostgreSQL it gives up soon where others hold a lock.
    pub(super) async fn patient(options: &Options) -> Result<Tx> {
        let deadline = Instant::now() + PATIENCE;
        let link = match options.kind() {
            Kind::Sqlite => {
                let options = Options { acquire: PATIENCE, unit: PATIENCE, ..options.clone() };
                Link::Sqlite(Pool::new(sqlite::connect_options(&options)?, 1).acquire(deadline).await?)
            }
            Kind::Postgres => {
                let options = Options { acquire: QUEUE, unit: PATIENCE, ..options.clone() };
                let pool = Pool::new(postgres::connect_options(&options)?, 1);
                Link::Postgres(Session::open(&pool, Unit::Transaction, deadline).await?)
            }
        };
        let mut conn = Conn { link, deadline, _hands: Hands::of_nobody() };
        if conn.kind() == Kind::Sqlite {
            conn.script("BEGIN IMMEDIATE").await?;
        }
        Ok(Tx(conn))
    }

    /// Resolves when the unit is durable. [`Error::Unavailable`] leaves open whether it is.
    pub async fn commit(mut self) -> Result<()> {
        match self.0.link {
            Link::Writer(turn) => turn.commit().await,
            Link::Postgres(session) => session.commit(self.0.deadline).await,
            Link::Sqlite(_) => self.0.script("COMMIT").await,
        }
    }
}
