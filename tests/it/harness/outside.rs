//! Somebody else at work on the database of a server.

use consentry::store::db::Kind;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::Executor;
use sqlx::PgConnection;
use sqlx::SqliteConnection;

use crate::harness::Server;

/// A connection outside the server, in the middle of a transaction.
pub enum Outside {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Outside {
    /// Keeps the server from writing to `table`, and on SQLite to any; it can still read.
    pub async fn stop_writing(server: &Server, table: &str) -> Outside {
        match server.app.db.kind() {
            Kind::Sqlite => {
                let mut connection = SqliteConnection::connect(server.database_url()).await.unwrap();
                connection.execute("BEGIN IMMEDIATE").await.unwrap();
                Outside::Sqlite(connection)
            }
            Kind::Postgres => {
                let mut connection = PgConnection::connect(server.database_url()).await.unwrap();
                let lock = format!("BEGIN; LOCK TABLE {table} IN EXCLUSIVE MODE");
                connection.execute(AssertSqlSafe(lock)).await.unwrap();
                Outside::Postgres(connection)
            }
        }
    }

    /// Lets the server write again.
    pub async fn end(self) {
        match self {
            Outside::Sqlite(mut connection) => connection.execute("ROLLBACK").await.map(drop),
            Outside::Postgres(mut connection) => connection.execute("ROLLBACK").await.map(drop),
        }
        .unwrap();
    }
}
