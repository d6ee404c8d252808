//! The PostgreSQL side: a pool, explicit BEGIN and COMMIT, and limits that the server enforces as well.

use std::net::IpAddr;
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
use sqlx::postgres::PgSslMode;
use tokio::time::Instant;
use tokio::time::timeout;
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

/// A server that is there answers this soon to what costs it nothing.
const PING: Duration = Duration::from_millis(300);

/// How long one attempt to connect may take before another is made: what is sent into a dead network is sent again
/// by the kernel, later and later, and would not arrive soon after the network is back.
const ATTEMPT: Duration = Duration::from_secs(1);

/// How long what a caller left behind may go on.
const SETTLE: Duration = Duration::from_millis(500);

/// After so long without a word the path to the server is taken to be gone, and with it every other connection.
const SILENCE: Duration = Duration::from_secs(1);

/// Tells what an acknowledged commit means by default, and makes sure that it stays so for the session.
const DURABLE: &str = "SELECT found, set_config('synchronous_commit', \
    CASE found WHEN 'remote_apply' THEN found ELSE 'on' END, false) \
    FROM (SELECT current_setting('synchronous_commit') AS found OFFSET 0) server";

/// What the statements of one session belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Reads,
    Transaction,
    /// One statement that commits itself.
    Single,
}

/// An open connection.
pub(super) struct Server {
    connection: PgConnection,
    /// Whether a transaction may be open on it.
    in_transaction: bool,
}

/// One connection in the hands of one caller.
pub(super) struct Session {
    lease: Lease<Server>,
    unit: Unit,
    asked: bool,
    failed: bool,
}

impl Server {
    async fn connect(options: &PgConnectOptions) -> sqlx::Result<Server> {
        let mut connection = options.connect().await.map_err(|error| unencrypted(options, error))?;
        let durable = sqlx::query_as::<Postgres, (String, String)>(DURABLE).persistent(false);
        let (found, _) = durable.fetch_one(&mut connection).await?;
        match found.as_str() {
            "on" | "remote_apply" => Ok(Server { connection, in_transaction: false }),
            weaker => Err(Error::Unfit {
                what: format!("its synchronous_commit is {weaker}, so that a crash loses what was confirmed"),
                help: "set synchronous_commit = on in its configuration, for this database and for this user \
                       (ALTER DATABASE, ALTER ROLE), and in the options of the database URL",
            }
            .into()),
        }
    }

    async fn begin(&mut self) -> sqlx::Result<()> {
        self.in_transaction = true;
        match timeout(PING, self.connection.execute("BEGIN")).await {
            Ok(begun) => begun.map(drop),
            Err(_) => Err(silent()),
        }
    }

    async fn commit(&mut self) -> sqlx::Result<()> {
        self.connection.execute("COMMIT").await?;
        self.in_transaction = false;
        Ok(())
    }
}

impl Pooled for Server {
    type Options = PgConnectOptions;

    async fn open(options: &PgConnectOptions) -> sqlx::Result<Server> {
        loop {
            if let Ok(opened) = timeout(ATTEMPT, Server::connect(options)).await {
                return opened;
            }
        }
    }

    async fn is_alive(&mut self, rested: Duration) -> bool {
        rested < REST || matches!(timeout(PING, self.connection.ping()).await, Ok(Ok(())))
    }

    async fn settle(&mut self) -> sqlx::Result<()> {
        let settled = timeout(SETTLE, async {
            match self.in_transaction {
                true => self.connection.execute("ROLLBACK").await.map(drop),
                false => self.connection.ping().await,
            }
        });
        settled.await.map_err(|_| silent())??;
        self.in_transaction = false;
        Ok(())
    }

    async fn close(self) -> sqlx::Result<()> {
        Connection::close(self.connection).await
    }
}

fn silent() -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())
}

/// Connection options from the URL, with the limits of a unit of work set for the session in the start-up
/// message, so that they cost no round trip.
pub(super) fn connect_options(options: &Options) -> Result<PgConnectOptions> {
    let parsed = PgConnectOptions::from_str(&options.url)?;
    let secure = encrypted(parsed, &options.url);
    Ok(secure
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging()
        .application_name("consentry")
        .options([
            // Less than the caller waits, so that a server that is slow is told from one that is gone.
            ("statement_timeout", (options.unit * 9 / 10).as_millis().to_string()),
            ("lock_timeout", options.acquire.as_millis().to_string()),
            ("idle_in_transaction_session_timeout", options.unit.as_millis().to_string()),
            // Lets the server notice that a node is gone, and end what it holds.
            ("tcp_keepalives_idle", "30".to_owned()),
            ("tcp_keepalives_interval", "10".to_owned()),
            ("tcp_keepalives_count", "3".to_owned()),
        ]))
}

/// Off this machine nothing is sent in clear, unless the URL itself says how it is to be.
fn encrypted(parsed: PgConnectOptions, url: &str) -> PgConnectOptions {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let chosen =
        form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "sslmode" || name == "ssl-mode");
    let weak = matches!(parsed.get_ssl_mode(), PgSslMode::Disable | PgSslMode::Allow | PgSslMode::Prefer);
    match weak && !chosen && !is_here(&parsed) {
        true => parsed.ssl_mode(PgSslMode::Require),
        false => parsed,
    }
}

/// Whether the server is on this machine: behind a socket of its file system, or its loopback.
fn is_here(parsed: &PgConnectOptions) -> bool {
    let host = parsed.get_host();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    parsed.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || address.is_ok_and(|address| address.is_loopback())
}

fn unencrypted(options: &PgConnectOptions, error: sqlx::Error) -> sqlx::Error {
    match error {
        sqlx::Error::Tls(cause) => Error::Unfit {
            what: format!("TLS with {} failed: {cause}", options.get_host()),
            help: "enable TLS at the database server (ssl = on); if the network between is private, \
                   ?sslmode=disable at the end of the database URL does without",
        }
        .into(),
        other => other,
    }
}

impl Session {
    /// Takes a connection and opens the transaction, if the unit is one, until `acquire`.
    pub(super) async fn open(pool: &Arc<Pool<Server>>, unit: Unit, acquire: Instant) -> Result<Session> {
        let lease = pool.acquire(acquire).await?;
        let mut session = Session { lease, unit, asked: false, failed: false };
        if unit == Unit::Transaction {
            session.begin(acquire).await?;
        }
        Ok(session)
    }

    /// A connection that says nothing is replaced at once: whether it began does not matter.
    async fn begin(&mut self, acquire: Instant) -> Result<()> {
        self.lease.debt = Debt::Settle;
        let begun = timeout_at(acquire, async {
            match self.lease.begin().await {
                Err(error) if !survives(&error) => {
                    self.lease.renew().await?;
                    self.lease.debt = Debt::Settle;
                    self.lease.begin().await
                }
                begun => begun,
            }
        });
        match begun.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.fail(error)),
            Err(_) => Err(self.late(Instant::now())),
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
        let asked = Instant::now();
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
            Err(_) => Err(self.late(asked)),
        }
    }

    /// Runs a text of several statements without binds.
    pub(super) async fn script(&mut self, sql: &'static str, deadline: Instant) -> Result<()> {
        self.lease.debt = Debt::Settle;
        let asked = Instant::now();
        match timeout_at(deadline, self.lease.connection.execute(sql)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(self.fail(error)),
            Err(_) => Err(self.late(asked)),
        }
    }

    pub(super) async fn commit(mut self, deadline: Instant) -> Result<()> {
        if self.failed {
            return Err(Error::broken("a unit of work was to be committed although a statement failed"));
        }
        if self.unit != Unit::Transaction {
            return Ok(());
        }
        self.lease.debt = Debt::Settle;
        let asked = Instant::now();
        match timeout_at(deadline, self.lease.commit()).await {
            Ok(Ok(())) => {
                self.lease.debt = Debt::Nothing;
                Ok(())
            }
            Ok(Err(error)) => Err(self.fail(error)),
            Err(_) => Err(self.late(asked)),
        }
    }

    fn fail(&mut self, error: sqlx::Error) -> Error {
        self.failed = self.unit != Unit::Reads;
        if !survives(&error) {
            self.lease.condemn();
        }
        error.into()
    }

    /// Gives the connection up for good.
    fn late(&mut self, asked: Instant) -> Error {
        self.failed = true;
        match asked.elapsed() < SILENCE {
            true => self.lease.debt = Debt::Close,
            false => self.lease.condemn(),
        }
        Error::unavailable("it did not answer in time")
    }
}

async fn fetch(server: &mut Server, sql: SqlStr, arguments: PgArguments) -> sqlx::Result<Answer<PgRow>> {
    let query = sqlx::query_with::<Postgres, _>(sql, arguments);
    Answer::collect(server.connection.fetch_many(query), 0, PgQueryResult::rows_affected).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str) -> PgSslMode {
        encrypted(PgConnectOptions::from_str(url).unwrap(), url).get_ssl_mode()
    }

    #[test]
    fn nothing_leaves_the_machine_in_clear_unless_the_url_says_so() {
        for url in [
            "postgres://db.example/x",
            "postgres://10.0.0.7/x?options=-c%20a%3Db",
            "postgres://[2001:db8::1]/x",
        ] {
            assert!(matches!(mode(url), PgSslMode::Require), "{url}");
        }
        for url in [
            "postgres://localhost/x",
            "postgres://127.0.0.1:5432/x",
            "postgres://[::1]/x",
            "postgres:///x?host=/run/postgresql",
            "postgres://%2Frun%2Fpostgresql/x",
            "postgres://db.example/x?sslmode=prefer",
        ] {
            assert!(matches!(mode(url), PgSslMode::Prefer), "{url}");
        }
        assert!(matches!(mode("postgres://db.example/x?a=b&ssl-mode=disable"), PgSslMode::Disable));
        assert!(matches!(mode("postgres://db.example/x?sslmode=verify-full"), PgSslMode::VerifyFull));
    }
}
