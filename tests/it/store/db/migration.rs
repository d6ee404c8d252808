//! Migrations: once, in order, by whoever comes first.

use consentry::store::Error;
use consentry::store::db::Db;
use consentry::store::db::Kind;
use consentry::store::db::one;
use consentry::store::migrate;
use consentry::store::migrate::Migration;
use tokio::task::JoinSet;

use super::Place;
use super::on_both;

on_both![
    many_nodes_migrate_an_empty_database_at_once,
    the_embedded_migrations_apply,
    a_later_migration_is_added,
    a_failed_migration_leaves_nothing,
    a_changed_migration_is_refused,
    an_unknown_migration_is_refused_unless_it_is_newer,
];

const FIRST: Migration = Migration {
    name: "0001_things",
    sql: "CREATE TABLE things (id BIGINT PRIMARY KEY, open BOOLEAN NOT NULL);
          CREATE INDEX things_open ON things (open); -- a comment; with a semicolon
          INSERT INTO things (id, open) VALUES (1, TRUE);",
};
const SECOND: Migration =
    Migration { name: "0002_more", sql: "INSERT INTO things (id, open) VALUES (2, FALSE)" };

async fn count_things(place: &Place) -> i64 {
    let db = Db::connect(&place.options).await.unwrap();
    let mut conn = db.read().await.unwrap();
    one!(conn, (i64,), "SELECT COUNT(*) FROM things").unwrap().0
}

async fn refusal(place: &Place, set: &[Migration]) -> String {
    let refused = migrate::run(&place.options, set).await.unwrap_err();
    assert!(matches!(refused, Error::Broken { .. }), "{refused:?}");
    refused.to_string()
}

async fn many_nodes_migrate_an_empty_database_at_once(kind: Kind) {
    let place = Place::new(kind).await;
    let mut nodes = JoinSet::new();
    for node in 0..8 {
        let options = place.options.clone();
        nodes.spawn(async move {
            if node % 2 == 0 {
                Db::connect(&options).await?;
            }
            migrate::run(&options, &[FIRST, SECOND]).await
        });
    }
    for done in nodes.join_all().await {
        done.unwrap();
    }
    assert_eq!(count_things(&place).await, 2);
}

async fn the_embedded_migrations_apply(kind: Kind) {
    let place = Place::new(kind).await;
    let db = Db::connect(&place.options).await.unwrap();
    db.migrate().await.unwrap();
    db.migrate().await.unwrap();
    let listed = migrate::MIGRATIONS.iter().map(|migration| format!("{}.sql", migration.name));
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    let files = std::fs::read_dir(folder).unwrap().flatten();
    let mut files: Vec<_> = files.map(|file| file.file_name().into_string().unwrap()).collect();
    files.sort();
    assert_eq!(listed.collect::<Vec<_>>(), files, "each file is listed in `store::migrate`, in order");
}

async fn a_later_migration_is_added(kind: Kind) {
    let place = Place::new(kind).await;
    migrate::run(&place.options, &[FIRST]).await.unwrap();
    assert_eq!(count_things(&place).await, 1);
    for _ in 0..2 {
        migrate::run(&place.options, &[FIRST, SECOND]).await.unwrap();
        assert_eq!(count_things(&place).await, 2);
    }
}

async fn a_failed_migration_leaves_nothing(kind: Kind) {
    let place = Place::new(kind).await;
    migrate::run(&place.options, &[FIRST]).await.unwrap();
    let bad = Migration { name: "0003_bad", sql: "DELETE FROM things; INSERT INTO nowhere VALUES (1)" };
    refusal(&place, &[FIRST, SECOND, bad]).await;
    assert_eq!(count_things(&place).await, 1);
    migrate::run(&place.options, &[FIRST, SECOND]).await.unwrap();
    assert_eq!(count_things(&place).await, 2);
}

async fn a_changed_migration_is_refused(kind: Kind) {
    let place = Place::new(kind).await;
    migrate::run(&place.options, &[FIRST]).await.unwrap();
    let changed = Migration { sql: "SELECT 1", ..FIRST };
    let message = refusal(&place, &[changed]).await;
    assert!(message.contains("migration 0001_things was changed after it was applied"), "{message}");
}

async fn an_unknown_migration_is_refused_unless_it_is_newer(kind: Kind) {
    let place = Place::new(kind).await;
    migrate::run(&place.options, &[FIRST, SECOND]).await.unwrap();
    migrate::run(&place.options, &[FIRST]).await.expect("a node of the release before starts");
    let other = Migration { name: "0005_other", sql: "SELECT 1" };
    let message = refusal(&place, &[FIRST, other]).await;
    assert!(message.contains("migration 0002_more is applied to the database but unknown"), "{message}");
}
