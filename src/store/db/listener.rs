//! What the processes on one PostgreSQL tell each other, over a connection of its own beside the pool.
//!
//! Nothing may rest on it: a text that is told while a listener is away is lost for that listener.

use std::time::Duration;

use sqlx::Executor;
use sqlx::Postgres;
use sqlx::pool::PoolOptions;
use sqlx::postgres::PgListener;
use sqlx::query_as;
use tokio::time::timeout;

use crate::store::Error;
use crate::store::Result;
use crate::store::db::Options;
use crate::store::db::postgres;

/// What the connection is called in `pg_stat_activity`.
const NAME: &str = "consentry listener";

/// One process's ear and voice.
pub struct Listener {
    inner: PgListener,
    /// All that work in one schema share a channel.
    channel: String,
    /// The process of the server at the other end, by which our own texts are known.
    own: u32,
    patience: Duration,
}

impl Listener {
    /// Listens from when this resolves on.
    pub(super) async fn open(options: &Options) -> Result<Listener> {
        in_time(options.acquire, Self::open_unbounded(options)).await
    }

    async fn open_unbounded(options: &Options) -> Result<Listener> {
        // A listener is only to be had of such a pool.
        let pool = PoolOptions::<Postgres>::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let pool = pool.connect_with(postgres::connect_options(options)?.application_name(NAME)).await?;
        let mut inner = PgListener::connect_with(&pool).await?;
        inner.eager_reconnect(false);
        let sql = "SELECT current_schema()::regnamespace::oid::bigint, pg_backend_pid()";
        let (schema, own): (i64, i32) = query_as(sql).fetch_one(&mut inner).await?;
        let channel = format!("consentry_{schema}");
        inner.listen(&channel).await?;
        Ok(Listener { inner, channel, own: own.cast_unsigned(), patience: options.acquire })
    }

    /// The next text that another process told. A caller that stops waiting misses nothing.
    ///
    /// # Errors
    /// When the connection is lost. It does not come back: open another.
    pub async fn hear(&mut self) -> Result<String> {
        loop {
            let heard = self.inner.try_recv().await?.ok_or_else(lost)?;
            if heard.process_id() != self.own {
                return Ok(heard.payload().to_owned());
            }
        }
    }

    /// Tells texts of up to 7 KB each to the other processes.
    ///
    /// # Errors
    /// When the connection is lost, or the server does not answer in time.
    pub async fn tell(&mut self, texts: &[String]) -> Result<()> {
        let sql = "SELECT pg_notify($1, text) FROM unnest($2::text[]) AS text";
        let query = sqlx::query(sql).bind(&self.channel).bind(texts);
        in_time(self.patience, async { Ok(self.inner.execute(query).await?) }).await.map(drop)
    }

    /// Asks the server for a sign of life: a silent network looks like one on which nothing is told.
    ///
    /// # Errors
    /// When there is none in time.
    pub async fn check(&mut self) -> Result<()> {
        in_time(self.patience, async { Ok(self.inner.execute("SELECT 1").await?) }).await.map(drop)
    }
}

async fn in_time<T>(patience: Duration, asked: impl Future<Output = Result<T>>) -> Result<T> {
    let late = |_| Error::unavailable("it did not answer in time");
    timeout(patience, asked).await.map_err(late)?
}

fn lost() -> Error {
    Error::unavailable("the connection was lost")
}
