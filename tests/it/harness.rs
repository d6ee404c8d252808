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
