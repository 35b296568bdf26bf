//! Reading and writing all rows at once: the seed, and the last look.

use colmig::Db;

use crate::clock::now;
use crate::failure::of_accessor;
use crate::instance::Output;
use crate::item::{Item, written};
use crate::line::{Begun, Found, Line, Outcome, Read};

/// Inserts the rows that every instance writes, with keys from 1 on.
pub(crate) async fn seed<I: Item>(db: &Db, output: &Output, rows: i64) {
    for key in 1..=rows {
        let item = I::new(key, key, false);
        output.tell(&Line::Begun(Begun {
            op: key.cast_unsigned(),
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
        output.tell(&Line::Answered {
            op: key.cast_unsigned(),
            at: now(),
            outcome,
        });
    }
}

/// Reads every row. Whether it could.
pub(crate) async fn read_all<I: Item>(db: &Db, output: &Output) -> bool {
    let begun = now();
    let rows = I::all(db).fetch_all().await;
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
