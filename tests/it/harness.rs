//! What the tests stand on: servers, and the people and programs that use them.

pub mod base_path;
pub mod browser;
pub mod client;
pub mod outside;
pub mod path;
pub mod postgres;
pub mod server;

pub use self::browser::Browser;
pub use self::browser::File;
pub use self::browser::Page;
pub use self::browser::Tossed;
pub use self::client::Answer;
pub use self::client::OAuthClient;
pub use self::path::Path;
pub use self::server::Seed;
pub use self::server::Server;

use consentry::model::grant::Grant;
use consentry::model::id::ClientId;
use consentry::model::id::UserId;
use consentry::store::db::Conn;
use consentry::store::db::one;

/// Runs each body as a test on SQLite and on PostgreSQL. A body takes the [`Kind`](consentry::store::db::Kind).
#[macro_export]
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(consentry::store::db::Kind::Sqlite).await }
        )*}
        mod postgresql {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(consentry::store::db::Kind::Postgres).await }
        )*}
    };
}

/// What the person allows the client.
pub async fn grant(conn: &mut Conn, user_id: &UserId, client_id: &ClientId) -> Grant {
    one!(
        conn,
        Grant,
        "SELECT id, user_id, organization_id, client_id, scopes, created_at, consented_at, expires_at FROM grants \
         WHERE user_id = $1 AND client_id = $2 AND revoked_at IS NULL",
        user_id,
        client_id,
    )
    .unwrap()
}
