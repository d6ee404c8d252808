//! The PostgreSQL side: a pool, explicit BEGIN and COMMIT, and limits that the server enforces as well.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::Connection;
use sqlx::Executor;
use sqlx::Postgres;
use sqlx::SqlStr;
use sqlx::postgres::PgArguments;
use sqlx::postgres::PgConnectOptions;
use sqlx::postgres::PgConnection;
use sqlx::postgres::PgQueryResult;
use sqlx::postgres::PgRow;
use tokio::time::Instant;
use tokio::time::timeout_at;

use crate::store::Error;
use crate::store::Result;
use crate::store::db::Options;
use crate::store::db::pool::Debt;
use crate::store::db::pool::Lease;
use crate::store::db::pool::Pool;
use crate::store::db::pool::Pooled;
use crate::store::db::query::Answer;
use crate::store::error::survives;

/// Enough for every statement that we have.
const STATEMENTS: usize = 512;

/// After this much rest a connection is asked whether it still lives, which costs a round trip.
const REST: Duration = Duration::from_secs(1);

/// What the statements of one session belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Reads,
    Transaction,
    /// One statement that commits itself.
    Single,
}

/// One connection in the hands of one caller.
pub(super) struct Session {
    lease: Lease<PgConnection>,
    unit: Unit,
    asked: bool,
    failed: bool,
}

impl Pooled for PgConnection {
    type Options = PgConnectOptions;

    async fn open(options: &PgConnectOptions) -> sqlx::Result<PgConnection> {
        options.connect().await
    }

    async fn is_alive(&mut self, rested: Duration) -> bool {
        rested < REST || self.ping().await.is_ok()
    }

    async fn settle(&mut self) -> sqlx::Result<()> {
        self.execute("ROLLBACK").await.map(drop)
    }

    async fn close(self) -> sqlx::Result<()> {
        Connection::close(self).await
    }
}

/// Connection options from the URL, with the limits of a unit of work set for the session in the start-up
/// message, so that they cost no round trip.
pub(super) fn connect_options(options: &Options) -> Result<PgConnectOptions> {
    let parsed = PgConnectOptions::from_str(&options.url)?;
    Ok(parsed
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging()
        .application_name("consentry")
        .options([
            ("statement_timeout", options.unit.as_millis().to_string()),
            ("lock_timeout", options.acquire.as_millis().to_string()),
            ("idle_in_transaction_session_timeout", options.unit.as_millis().to_string()),
        ]))
}

impl Session {
    /// Takes a connection and opens the transaction, if the unit is one, until `acquire`.
    pub(super) async fn open(
        pool: &Arc<Pool<PgConnection>>,
        unit: Unit,
        acquire: Instant,
    ) -> Result<Session> {
        let lease = pool.acquire(acquire).await?;
        let mut session = Session { lease, unit, asked: false, failed: false };
        if unit == Unit::Transaction {
            session.begin(acquire).await?;
        }
        Ok(session)
    }

    async fn begin(&mut self, acquire: Instant) -> Result<()> {
        self.lease.debt = Debt::Settle;
        let begun = timeout_at(acquire, async {
            match self.lease.execute("BEGIN").await {
                Err(error) if !survives(&error) => {
                    self.lease.renew().await?;
                    self.lease.debt = Debt::Settle;
                    self.lease.execute("BEGIN").await
                }
                begun => begun,
            }
        });
        match begun.await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(self.fail(error)),
            Err(_) => Err(self.late()),
        }
    }

    pub(super) async fn ask(
        &mut self,
        sql: SqlStr,
        arguments: PgArguments,
        deadline: Instant,
    ) -> Result<Answer<PgRow>> {
        if self.failed {
            return Err(Error::broken("a statement followed one that failed in the same unit of work"));
        }
        // A read may be repeated, so the death of a resting connection is not the caller's business.
        let again = (self.unit == Unit::Reads && !self.asked).then(|| (sql.clone(), arguments.clone()));
        self.asked = true;
        self.lease.debt = Debt::Settle;
        let answer = timeout_at(deadline, async {
            match (fetch(&mut self.lease, sql, arguments).await, again) {
                (Err(error), Some((sql, arguments))) if !survives(&error) => {
                    self.lease.renew().await?;
                    self.lease.debt = Debt::Settle;
                    fetch(&mut self.lease, sql, arguments).await
                }
                (answer, _) => answer,
            }
        });
        match answer.await {
            Ok(Ok(answer)) => {
                if self.unit != Unit::Transaction {
                    self.lease.debt = Debt::Nothing;
                }
                Ok(answer)
            }
            Ok(Err(error)) => Err(self.fail(error)),
            Err(_) => Err(self.late()),
        }
    }

    /// Runs a text of several statements without binds.
    pub(super) async fn script(&mut self, sql: &'static str, deadline: Instant) -> Result<()> {
        self.lease.debt = Debt::Settle;
        match timeout_at(deadline, self.lease.execute(sql)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(self.fail(error)),
            Err(_) => Err(self.late()),
        }
    }

    pub(super) async fn commit(mut self, deadline: Instant) -> Result<()> {
        if self.failed {
            return Err(Error::broken("a unit of work was to be committed although a statement failed"));
        }
        if self.unit == Unit::Transaction {
            self.script("COMMIT", deadline).await?;
            self.lease.debt = Debt::Nothing;
        }
        Ok(())
    }

    fn fail(&mut self, error: sqlx::Error) -> Error {
        self.failed = self.unit != Unit::Reads;
        if !survives(&error) {
            self.lease.condemn();
        }
        error.into()
    }

    fn late(&mut self) -> Error {
        self.failed = true;
        self.lease.debt = Debt::Close;
        Error::unavailable("it did not answer in time")
    }
}

async fn fetch(
    connection: &mut PgConnection,
    sql: SqlStr,
    arguments: PgArguments,
) -> sqlx::Result<Answer<PgRow>> {
    let query = sqlx::query_with::<Postgres, _>(sql, arguments);
    Answer::collect(connection.fetch_many(query), 0, PgQueryResult::rows_affected).await
}
