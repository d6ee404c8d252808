//! A caller may vanish at any await.

use std::collections::HashSet;
use std::time::Duration;

use consentry::store::db::Kind;
use consentry::store::db::all;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::Place;
use super::insert_code;
use super::insert_use;
use super::on_both;
use super::use_code;
use super::write_one;

on_both![a_unit_may_be_cancelled_anywhere, a_reader_may_be_cancelled_anywhere];

async fn a_unit_may_be_cancelled_anywhere(kind: Kind) {
    let place = Place::new(kind).await;
    let db = place.open().await;
    let mut acknowledged = Vec::new();
    // What a unit takes differs from machine to machine: the window follows it, so that about half are cut off.
    let mut window = 20_000;
    for round in 0..40 {
        let mut tasks = JoinSet::new();
        for task in 0..50_i64 {
            let db = db.clone();
            let id = round * 50 + task;
            tasks.spawn(async move {
                let unit = async {
                    let mut tx = db.begin().await?;
                    insert_code(&mut tx, id).await?;
                    insert_use(&mut tx, id, 1).await?;
                    tx.commit().await?;
                    let mut tx = db.single().await?;
                    use_code(&mut tx, id, 2).await?;
                    tx.commit().await
                };
                let done = timeout(Duration::from_micros((id as u64 * 7919) % window), unit).await;
                done.ok().map(|done| done.unwrap()).map(|()| id)
            });
        }
        let before = acknowledged.len();
        acknowledged.extend(tasks.join_all().await.into_iter().flatten());
        match acknowledged.len() - before {
            0..10 => window *= 2,
            40.. => window = (window / 2).max(1_000),
            _ => {}
        }
        write_one(&db, -1 - round).await.expect("units of work go through afterwards");
    }
    let mut conn = db.read().await.unwrap();
    let found = "SELECT codes.id, codes.used_by IS NOT NULL, COUNT(uses.task)
                 FROM codes LEFT JOIN uses ON uses.code = codes.id WHERE codes.id >= 0 GROUP BY codes.id";
    let found = all!(conn, (i64, bool, i64), found).unwrap();
    assert!(found.iter().all(|(_, used, uses)| *uses == if *used { 2 } else { 1 }), "no unit is half done");
    let used: HashSet<i64> = found.iter().filter(|(_, used, _)| *used).map(|(id, ..)| *id).collect();
    assert!(acknowledged.iter().all(|id| used.contains(id)), "what was acknowledged is there");
    assert!(
        !acknowledged.is_empty() && acknowledged.len() < 2000,
        "{} were not cancelled",
        acknowledged.len()
    );
}

async fn a_reader_may_be_cancelled_anywhere(kind: Kind) {
    let place = Place::new(kind).await;
    let db = place.open().await;
    for id in 0..500 {
        let read = async {
            let mut conn = db.read().await.unwrap();
            all!(conn, (i64, i64), "SELECT $1, COUNT(*) FROM codes", id).unwrap()
        };
        if let Ok(rows) = timeout(Duration::from_micros((id as u64 * 7919) % 2_000), read).await {
            assert_eq!(rows, [(id, 0)], "nobody gets another's rows");
        }
    }
}
