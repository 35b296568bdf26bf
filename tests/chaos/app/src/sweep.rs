//! Reading and writing all rows at once: the seed, and the last look.

use colmig::Db;
use tokio::task::JoinSet;

use crate::clock::now;
use crate::failure::of_accessor;
use crate::instance::Output;
use crate::line::{Begun, Found, Line, Number, Outcome, Read};
use crate::store::{Store, written};

/// How many rows are inserted at a time.
const AT_A_TIME: usize = 6;

/// What the numbers of cold rows begin with: no other row has such.
const COLD: Number = 5_000_000;

/// Inserts the rows that every instance writes, with keys from 1 on, and others that nobody writes,
/// so that there is something to fill, with keys below.
pub(crate) async fn seed<S: Store>(db: &Db, rows: i64, cold: i64) {
    let hot = (1..=rows).map(|key| (key, key));
    let rows: Vec<_> = hot
        .chain((1..=cold).map(|key| (-key, COLD + key)))
        .collect();
    for some in rows.chunks(AT_A_TIME) {
        let mut under_way = JoinSet::new();
        for (key, number) in some.iter().copied() {
            let db = db.clone();
            under_way.spawn(async move { insert::<S>(&db, key, number).await });
        }
        under_way.join_all().await;
    }
}

async fn insert<S: Store>(db: &Db, key: i64, number: Number) {
    let output = Output::default();
    let item = S::new(key, number, false);
    // No two numbers of rows are the same.
    let op = number.cast_unsigned();
    output.tell(&Line::Begun(Begun {
        op,
        at: now(),
        kind: "seed".to_owned(),
        key,
        values: written(&item),
        inserts: true,
        loud: false,
    }));
    let outcome = match item.insert(db).await {
        Ok(()) => Outcome::Accepted,
        Err(error) => of_accessor(&error),
    };
    let at = now();
    output.tell(&Line::Answered { op, at, outcome });
}

/// Reads every row. Whether it could.
pub(crate) async fn read_all<S: Store>(db: &Db, output: &Output) -> bool {
    let begun = now();
    let rows = S::all(db).await;
    let answered = now();
    let rows = match rows {
        Ok(rows) => rows,
        Err(error) => {
            output.complain(&error);
            return false;
        }
    };
    for item in rows {
        output.tell(&Line::Read(Read {
            kind: "sweep".to_owned(),
            key: item.id(),
            begun,
            answered,
            found: Found::Row {
                values: item.values(),
            },
        }));
    }
    output.tell(&Line::Swept { begun, answered });
    true
}
