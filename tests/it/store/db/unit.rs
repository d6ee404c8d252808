//! Atomicity, isolation of failures, and the macros.

use std::time::Duration;
use std::time::Instant;

use consentry::store::Constraint;
use consentry::store::Error;
use consentry::store::OnConstraint;
use consentry::store::db::Kind;
use consentry::store::db::all;
use consentry::store::db::one;
use consentry::store::db::opt;
use consentry::store::db::row;
use consentry::store::db::run;
use futures_util::FutureExt;
use tokio::task::JoinSet;

use super::Place;
use super::code_ids;
use super::count_uses;
use super::insert_code;
use super::insert_use;
use super::on_both;
use super::use_code;
use super::write_one;

on_both![
    a_code_is_used_once_by_many,
    a_dropped_unit_leaves_nothing_and_disturbs_nobody,
    a_violation_concerns_its_own_unit_only,
    a_violation_has_a_name_and_a_meaning,
    a_failed_unit_cannot_go_on,
    a_single_statement_that_has_run_stays,
    what_one_unit_undoes_is_its_own,
    what_failed_half_way_leaves_nothing_and_takes_nothing_that_was_told,
    a_reader_sees_what_was_committed,
    a_text_of_several_statements_is_one_call,
    a_slow_statement_ends_at_the_deadline,
    an_idle_unit_frees_the_writer_at_its_deadline,
    a_group_is_committed_although_the_next_in_the_queue_left,
    a_plain_struct_is_a_row,
    a_closed_database_says_so,
];

async fn a_code_is_used_once_by_many(kind: Kind) {
    let place = Place::new(kind).await;
    let db = place.open().await;
    for code in 0..20 {
        write_one(&db, code).await.unwrap();
        let mut tasks = JoinSet::new();
        for task in 0..64 {
            let db = db.clone();
            tasks.spawn(async move {
                let mut tx = db.single().await.unwrap();
                let won = use_code(&mut tx, code, task).await.unwrap();
                tx.commit().await.unwrap();
                won
            });
        }
        let wins = tasks.join_all().await.into_iter().filter(|won| *won).count();
        assert_eq!(wins, 1);
        assert_eq!(count_uses(&db).await, code + 1);
    }
}

async fn a_dropped_unit_leaves_nothing_and_disturbs_nobody(kind: Kind) {
    let place = Place::new(kind).await;
    let db = place.open().await;
    let mut tasks = JoinSet::new();
    for id in 0..200 {
        let db = db.clone();
        tasks.spawn(async move {
            let mut tx = db.begin().await.unwrap();
            insert_code(&mut tx, id).await.unwrap();
            insert_use(&mut tx, id, 1).await.unwrap();
            if id % 2 == 0 {
                tx.commit().await.unwrap();
            }
        });
    }
    tasks.join_all().await;
    assert_eq!(code_ids(&db).await, (0..200).step_by(2).collect::<Vec<_>>());
    assert_eq!(count_uses(&db).await, 100);
}

async fn a_violation_concerns_its_own_unit_only(kind: Kind) {
    let place = Place::new(kind).await;
    let db = place.open().await;
    write_one(&db, -1).await.unwrap();
    let mut tasks = JoinSet::new();
    for id in 0..500 {
        let db = db.clone();
        tasks.spawn(async move {
            let mut tx = db.begin().await.unwrap();
            insert_code(&mut tx, id).await.unwrap();
            if id % 5 == 0 {
                assert!(insert_code(&mut tx, -1).await.unwrap_err().is_unique());
            } else {
                tx.commit().await.unwrap();
            }
        });
    }
    tasks.join_all().await;
    let expected: Vec<i64> = (-1..500).filter(|id| *id < 0 || id % 5 != 0).collect();
    assert_eq!(code_ids(&db).await, expected);
}

async fn a_violation_has_a_name_and_a_meaning(kind: Kind) {
    let place = Place::new(kind).await;
    let db = place.open().await;
    write_one(&db, 7).await.unwrap();

    let mut tx = db.begin().await.unwrap();
    insert_use(&mut tx, 7, 1).await.unwrap();
    let Err(Error::Constraint(violation)) = insert_use(&mut tx, 7, 1).await else { panic!("a duplicate") };
    assert_eq!(violation.kind, Constraint::Unique);
    assert_eq!(violation.table.as_deref(), Some("uses"));
    assert_eq!(violation.columns, ["code", "task"]);
    drop(tx);

    let mut tx = db.begin().await.unwrap();
    let Err(Error::Constraint(violation)) = insert_use(&mut tx, 987_654, 1).await else {
        panic!("an orphan")
    };
    assert_eq!(violation.kind, Constraint::ForeignKey);
    assert!(!violation.to_string().contains("987654"));
    drop(tx);

    let mut tx = db.begin().await.unwrap();
    let refused = run!(tx, "INSERT INTO uses (code, task, note) VALUES (7, 2, $1)", "");
    let Err(Error::Constraint(violation)) = refused else { panic!("an empty note") };
    assert_eq!(violation.kind, Constraint::Check);
    drop(tx);

    #[derive(Debug, PartialEq)]
    enum Refusal {
        Taken,
        Store,
    }
    impl From<Error> for Refusal {
        fn from(_: Error) -> Refusal {
            Refusal::Store
        }
    }
    let taken = write_one(&db, 7).await.on_constraint(Constraint::Unique, || Refusal::Taken);
    assert_eq!(taken, Err(Refusal::Taken));
    let other = write_one(&db, 7).await.on_constraint(Constraint::Check, || Refusal::Taken);
    assert_eq!(other, Err(Refusal::Store));
}

async fn a_failed_unit_cannot_go_on(kind: Kind) {
    let place = Place::new(kind).await;
    let db = place.open().await;
    write_one(&db, 1).await.unwrap();
    for single in [false, true] {
        let mut tx = if single { db.single().await } else { db.begin().await }.unwrap();
        insert_code(&mut tx, 1).await.unwrap_err();
        assert!(matches!(insert_code(&mut tx, 2).await, Err(Error::Broken { .. })));
        assert!(matches!(tx.commit().await, Err(Error::Broken { .. })));
    }
    let mut tx = db.begin().await.unwrap();
    let nonsense = run!(tx, "INSERT INTO nowhere VALUES ($1)", 1_i64);
    assert!(matches!(nonsense, Err(Error::Broken { .. })), "{nonsense:?}");
    drop(tx);
    assert_eq!(code_ids(&db).await, [1]);
}

async fn a_single_statement_that_has_run_stays(kind: Kind) {
    let place = Place::new(kind).await;
    let db = place.open().await;
    let mut tx = db.single().await.unwrap();
    insert_code(&mut tx, 1).await.unwrap();
    drop(tx);
    write_one(&db, 2).await.unwrap();
    assert_eq!(code_ids(&db).await, [1, 2]);
}

/// Units of both kinds, of which some fail and some are dropped, in groups of all sorts.
async fn what_one_unit_undoes_is_its_own(kind: Kind) {
    let place = Place::new(kind).await;
    let db = place.open().await;
    write_one(&db, 0).await.unwrap();
    let mut tasks = JoinSet::new();
    for id in 1..=600 {
        let db = db.clone();
        tasks.spawn(async move {
            match id % 6 {
                0 => write_one(&db, id).await.unwrap(),
                1 => {
                    let mut tx = db.single().await.unwrap();
                    insert_code(&mut tx, id).await.unwrap();
                    tx.commit().await.unwrap();
                }
                2 => {
                    let mut tx = db.single().await.unwrap();
                    assert!(insert_code(&mut tx, 0).await.unwrap_err().is_unique());
                }
                3 => {
                    let mut tx = db.begin().await.unwrap();
                    insert_code(&mut tx, id).await.unwrap();
                    assert!(insert_use(&mut tx, -1, 1).await.is_err());
                }
                4 => {
                    let mut tx = db.begin().await.unwrap();
                    insert_code(&mut tx, id).await.unwrap();
                    insert_use(&mut tx, id, 1).await.unwrap();
                }
                _ => {
                    let mut tx = db.begin().await.unwrap();
                    insert_code(&mut tx, id).await.unwrap();
                    insert_use(&mut tx, id, 1).await.unwrap();
                    tx.commit().await.unwrap();
                }
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let stays: Vec<i64> = (0..=600).filter(|id| matches!(id % 6, 0 | 1 | 5)).collect();
    assert_eq!(code_ids(&db).await, stays);
    assert_eq!(count_uses(&db).await, 100);
}

/// Units of a single text that fail in their second statement: nothing stays of the first, and whoever was told that
/// their work is done keeps it. Those of the same group may be told to try again, and those of the next go on.
async fn what_failed_half_way_leaves_nothing_and_takes_nothing_that_was_told(kind: Kind) {
    let place = Place::new(kind).await;
    let db = place.open().await;
    write_one(&db, 0).await.unwrap();
    let mut told = Vec::new();
    for round in 1..=40_i64 {
        let mut tasks = JoinSet::new();
        for number in 0..20 {
            let (db, id) = (db.clone(), round * 20 + number);
            tasks.spawn(async move {
                let mut tx = if id % 2 == 0 { db.single().await } else { db.begin().await }?;
                insert_code(&mut tx, id).await?;
                tx.commit().await.map(|()| id)
            });
        }
        if round % 2 == 0 {
            let mut tx = db.single().await.unwrap();
            let halves = run!(
                tx,
                sqlite: "INSERT INTO codes (id) VALUES ($1); INSERT INTO codes (id) VALUES (0)",
                postgres: "WITH first AS (INSERT INTO codes (id) VALUES ($1)) INSERT INTO codes (id) VALUES (0)",
                -round,
            );
            assert!(halves.unwrap_err().is_unique());
        }
        let before = told.len();
        for done in tasks.join_all().await {
            match done {
                Ok(id) => told.push(id),
                Err(error) => assert!(error.is_unavailable(), "{error:?}"),
            }
        }
        assert!(round % 2 == 0 || told.len() == before + 20, "{} in round {round}", told.len() - before);
    }
    let found = code_ids(&db).await;
    assert!(told.iter().all(|id| found.contains(id)), "{told:?} in {found:?}");
    assert!(found.iter().all(|id| *id >= 0), "{found:?}");
}

async fn a_reader_sees_what_was_committed(kind: Kind) {
    let place = Place::new(kind).await;
    let db = place.open().await;
    let mut tasks = JoinSet::new();
    for id in 0..100 {
        let db = db.clone();
        tasks.spawn(async move {
            let mut tx = db.begin().await.unwrap();
            insert_code(&mut tx, id).await.unwrap();
            let mut conn = db.read_for_all().await.unwrap();
            let before = opt!(conn, (i64,), "SELECT id FROM codes WHERE id = $1", id).unwrap();
            drop(conn);
            tx.commit().await.unwrap();
            let mut conn = db.read().await.unwrap();
            let after = opt!(conn, (i64,), "SELECT id FROM codes WHERE id = $1", id).unwrap();
            assert_eq!((before, after), (None, Some((id,))));
        });
        // Each task holds two connections; PostgreSQL has eight.
        if id % 4 == 3 {
            while tasks.join_next().await.is_some() {}
        }
    }
    tasks.join_all().await;
}

async fn a_text_of_several_statements_is_one_call(kind: Kind) {
    let place = Place::new(kind).await;
    let db = place.open().await;
    write_one(&db, 1).await.unwrap();
    write_one(&db, 2).await.unwrap();
    for single in [false, true] {
        let begin = async || if single { db.single().await } else { db.begin().await };

        let mut tx = begin().await.unwrap();
        let rows = all!(
            tx,
            (i64, i64),
            sqlite: "DELETE FROM uses; UPDATE codes SET used_by = $1 WHERE id <= $2 RETURNING id, used_by;
                     INSERT INTO uses (code, task) VALUES (1, $1)",
            postgres: "WITH cleared AS (DELETE FROM uses), noted AS (INSERT INTO uses (code, task) VALUES (1, $1))
                       UPDATE codes SET used_by = $1 WHERE id <= $2 RETURNING id, used_by",
            5_i64,
            2_i64,
        );
        assert_eq!(rows.unwrap(), [(1, 5), (2, 5)]);
        tx.commit().await.unwrap();
        assert_eq!(count_uses(&db).await, 1);

        let mut tx = begin().await.unwrap();
        let first = one!(
            tx,
            (i64,),
            sqlite: "UPDATE codes SET used_by = $1 RETURNING id; DELETE FROM uses",
            postgres: "WITH cleared AS (DELETE FROM uses) UPDATE codes SET used_by = $1 RETURNING id",
            6_i64,
        );
        assert!([1, 2].contains(&first.unwrap().0));
        tx.commit().await.unwrap();
        assert_eq!(count_uses(&db).await, 0, "the statements after the first row run as well");

        let mut tx = begin().await.unwrap();
        let count = run!(
            tx,
            sqlite: "UPDATE codes SET used_by = NULL; INSERT INTO uses (code, task) SELECT 1, $1 WHERE changes() = 2",
            postgres: "WITH freed AS (UPDATE codes SET used_by = NULL RETURNING id)
                       INSERT INTO uses (code, task) SELECT 1, $1 FROM freed WHERE id = 2",
            7_i64,
        );
        assert_eq!(count.unwrap(), 1, "the last statement counts");
        tx.commit().await.unwrap();
        assert_eq!(count_uses(&db).await, 1);

        let mut tx = begin().await.unwrap();
        let refused = run!(
            tx,
            sqlite: "DELETE FROM uses; INSERT INTO codes (id) VALUES ($1)",
            postgres: "WITH cleared AS (DELETE FROM uses) INSERT INTO codes (id) VALUES ($1)",
            1_i64,
        );
        assert!(refused.unwrap_err().is_unique());
        drop(tx);
        assert_eq!(count_uses(&db).await, 1, "all or nothing");
    }
}

async fn a_slow_statement_ends_at_the_deadline(kind: Kind) {
    let mut place = Place::new(kind).await;
    place.options.unit = Duration::from_millis(500);
    let db = place.open().await;
    let started = Instant::now();
    let mut tx = db.begin().await.unwrap();
    insert_code(&mut tx, 1).await.unwrap();
    let late = run!(
        tx,
        sqlite: "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT COUNT(*) FROM c",
        postgres: "SELECT pg_sleep(60)",
    );
    assert!(late.unwrap_err().is_unavailable());
    assert!(started.elapsed() < Duration::from_millis(900));
    drop(tx);
    write_one(&db, 2).await.unwrap();
    assert!(started.elapsed() < Duration::from_millis(1500), "the writer is free again");

    let mut conn = db.read().await.unwrap();
    let late = run!(
        conn,
        sqlite: "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT COUNT(*) FROM c",
        postgres: "SELECT pg_sleep(60)",
    );
    assert!(late.unwrap_err().is_unavailable());
    drop(conn);
    assert_eq!(code_ids(&db).await, [2]);
}

async fn an_idle_unit_frees_the_writer_at_its_deadline(kind: Kind) {
    let mut place = Place::new(kind).await;
    place.options.unit = Duration::from_secs(1);
    let db = place.open().await;
    let mut idle = db.begin().await.unwrap();
    insert_code(&mut idle, 1).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    // The same row, so that it waits for the idle unit on PostgreSQL as well.
    write_one(&db, 1).await.expect("the idle unit was sent away and undone");
    assert!(insert_code(&mut idle, 2).await.unwrap_err().is_unavailable());
    drop(idle);
    assert_eq!(code_ids(&db).await, [1]);
}

async fn a_group_is_committed_although_the_next_in_the_queue_left(kind: Kind) {
    let place = Place::new(kind).await;
    let db = place.open().await;
    let mut tx = db.begin().await.unwrap();
    insert_code(&mut tx, 1).await.unwrap();
    let mut queued = Box::pin(db.begin());
    assert!((&mut queued).now_or_never().is_none_or(|_| kind == Kind::Postgres), "it waits");
    let mut commit = Box::pin(tx.commit());
    let early = (&mut commit).now_or_never();
    drop(queued);
    match early {
        Some(done) => done.unwrap(),
        None => commit.await.unwrap(),
    }
    assert_eq!(code_ids(&db).await, [1]);
}

#[derive(Debug, PartialEq)]
struct Thing {
    id: i64,
    name: String,
    open: bool,
    closed_at: Option<i64>,
}

row!(Thing { id, name, open, closed_at });

async fn a_plain_struct_is_a_row(kind: Kind) {
    let place = Place::new(kind).await;
    let db = place.open().await;
    let mut tx = db.begin().await.unwrap();
    let table = "CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT NOT NULL, open BOOLEAN NOT NULL,
                 closed_at BIGINT)";
    run!(tx, table).unwrap();
    let insert = "INSERT INTO things (id, name, open, closed_at) VALUES ($1, $2, $3, $4)
                  RETURNING id, name, open, closed_at";
    let thing = Thing { id: 1, name: "Zoë's".into(), open: true, closed_at: None };
    let inserted = one!(tx, Thing, insert, thing.id, &thing.name, thing.open, thing.closed_at).unwrap();
    assert_eq!(inserted, thing);
    tx.commit().await.unwrap();
    let mut conn = db.read().await.unwrap();
    let select = "SELECT closed_at, open, name, id FROM things WHERE name = $1";
    assert_eq!(opt!(conn, Thing, select, thing.name.as_str()).unwrap(), Some(thing));
    assert_eq!(opt!(conn, Thing, select, "nobody").unwrap(), None);
    let wrong = one!(conn, Thing, "SELECT id FROM things");
    assert!(matches!(wrong, Err(Error::Broken { .. })));
}

async fn a_closed_database_says_so(kind: Kind) {
    let place = Place::new(kind).await;
    let db = place.open().await;
    write_one(&db, 1).await.unwrap();
    db.close().await;
    assert!(write_one(&db, 2).await.unwrap_err().is_unavailable());
    assert!(db.read().await.is_err_and(|error| error.is_unavailable()));
    let again = consentry::store::db::Db::connect(&place.options).await.unwrap();
    assert_eq!(code_ids(&again).await, [1]);
    if let Some(folder) = &place.folder {
        again.close().await;
        let files = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.file_name());
        assert_eq!(files.collect::<Vec<_>>(), ["test.db"], "the log was moved into the file");
    }
}
