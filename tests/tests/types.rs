//! Values of every kind of field go in and come out again, through each accessor.
//!
//! The implementations stand here as `cargo colmig expand` prints them for finished models: the
//! project of these tests has one model, and its columns are text.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

use std::any::Any;

use colmig::__private::{self, Codecs, Derived, Reader};
use colmig::{Database, Db, Model, field};
use colmig_harness::{shared_mariadb, shared_postgres};
use colmig_tests::raw;

/// Every type that the runtime knows, alone and in an `Option`.
#[derive(Debug, Clone, PartialEq)]
struct Known {
    id: i64,
    small: i16,
    integer: i32,
    yes: bool,
    real: f32,
    double: f64,
    text: String,
    bytes: Vec<u8>,
    no_small: Option<i16>,
    no_integer: Option<i32>,
    no_big: Option<i64>,
    no_yes: Option<bool>,
    no_real: Option<f32>,
    no_double: Option<f64>,
    no_text: Option<String>,
    no_bytes: Option<Vec<u8>>,
    r#type: i64,
}

impl Derived for Known {
    type Key = i64;
    const MODEL: &'static str = concat!(
        "model Known\ntable known\n",
        "fields id, small, integer, yes, real, double, text, bytes, no_small, no_integer, no_big, no_yes, no_real, ",
        "no_double, no_text, no_bytes, r#type\nkey id\ndatabases postgres, sqlite\n",
        "find SELECT id, small, \"integer\", yes, \"real\", \"double\", \"text\", bytes, no_small, no_integer, no_big, ",
        "no_yes, no_real, no_double, no_text, no_bytes, \"type\" FROM known WHERE id = $1\n",
        "insert INSERT INTO known VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)\n",
        "delete DELETE FROM known WHERE id = $1\ndatabases mariadb\n",
        "find SELECT id, small, `integer`, yes, `real`, `double`, `text`, bytes, no_small, no_integer, no_big, ",
        "no_yes, no_real, no_double, no_text, no_bytes, `type` FROM known WHERE id = ?\n",
        "insert INSERT INTO known VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\n",
        "delete DELETE FROM known WHERE id = ?\nrecord\n",
    );
    fn value(&self, field: usize) -> &dyn Any {
        [
            &self.id as &dyn Any,
            &self.small,
            &self.integer,
            &self.yes,
            &self.real,
            &self.double,
            &self.text,
            &self.bytes,
            &self.no_small,
            &self.no_integer,
            &self.no_big,
            &self.no_yes,
            &self.no_real,
            &self.no_double,
            &self.no_text,
            &self.no_bytes,
            &self.r#type,
        ][field]
    }
    fn read(reader: &mut Reader<'_>) -> colmig::Result<Self> {
        let ((a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p), (q,)) = reader.take()?;
        Ok(Self {
            id: a,
            small: b,
            integer: c,
            yes: d,
            real: e,
            double: f,
            text: g,
            bytes: h,
            no_small: i,
            no_integer: j,
            no_big: k,
            no_yes: l,
            no_real: m,
            no_double: n,
            no_text: o,
            no_bytes: p,
            r#type: q,
        })
    }
}

/// A type of the application's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
struct Cents(i64);

/// Fields that need codecs among those that need none, in a key of two, one of them renamed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Own {
    team: String,
    price: Cents,
    number: i64,
    discount: Option<Cents>,
    note: Option<String>,
}

impl Derived for Own {
    type Key = (String, i64);
    const MODEL: &'static str = "model Own\ntable own\nfields team, price, number, discount, note\nkey team, number\n\
        databases postgres, sqlite\n\
        find SELECT team, price, number, discount, \"the note\" FROM own WHERE team = $1 AND number = $2\n\
        insert INSERT INTO own VALUES ($1, $2, $3, $4, $5)\n\
        delete DELETE FROM own WHERE team = $1 AND number = $2\n\
        databases mariadb\n\
        find SELECT team, price, number, discount, `the note` FROM own WHERE team = ? AND number = ?\n\
        insert INSERT INTO own VALUES (?, ?, ?, ?, ?)\n\
        delete DELETE FROM own WHERE team = ? AND number = ?\nrecord\n";
    const COLUMNS: &'static [(usize, &'static str)] = &[(4, "the note")];
    const CUSTOM: &'static [(usize, Codecs)] = &[
        (
            1,
            Codecs::NONE
                .postgres(__private::postgres_codec!(Cents))
                .mariadb(__private::mariadb_codec!(Cents))
                .sqlite(__private::sqlite_codec!(Cents)),
        ),
        (
            3,
            Codecs::NONE
                .postgres(__private::postgres_codec!(Option<Cents>))
                .mariadb(__private::mariadb_codec!(Option<Cents>))
                .sqlite(__private::sqlite_codec!(Option<Cents>)),
        ),
    ];
    fn value(&self, field: usize) -> &dyn Any {
        [
            &self.team as &dyn Any,
            &self.price,
            &self.number,
            &self.discount,
            &self.note,
        ][field]
    }
    fn key_part(key: &Self::Key, part: usize) -> &dyn Any {
        [&key.0 as &dyn Any, &key.1][part]
    }
    fn read(reader: &mut Reader<'_>) -> colmig::Result<Self> {
        let (team, number, note) = reader.take()?;
        Ok(Self {
            team,
            price: reader.custom(1)?,
            number,
            discount: reader.custom(3)?,
            note,
        })
    }
}

/// Creates a table, with what MariaDB calls things.
async fn create(db: &Db, sql: &str) {
    let sql = match db.database() {
        Database::MariaDb => sql
            .replace('"', "`")
            .replace(" text", " varchar(255)")
            .replace(" bytea", " longblob")
            .replace(" real", " float"),
        _ => sql.to_owned(),
    };
    raw::execute(db, &sql).await.unwrap();
}

async fn known(db: &Db) {
    create(
        db,
        "CREATE TABLE known (id bigint PRIMARY KEY, small smallint, \"integer\" integer, yes boolean, \"real\" real, \
         \"double\" double precision, \"text\" text, bytes bytea, no_small smallint, no_integer integer, \
         no_big bigint, no_yes boolean, no_real real, no_double double precision, no_text text, no_bytes bytea, \
         \"type\" bigint)",
    )
    .await;
    let none = Known {
        id: 1,
        small: i16::MIN,
        integer: i32::MAX,
        yes: true,
        real: 0.5,
        double: -1e300,
        text: "naïve".to_owned(),
        bytes: vec![0, 255],
        no_small: None,
        no_integer: None,
        no_big: None,
        no_yes: None,
        no_real: None,
        no_double: None,
        no_text: None,
        no_bytes: None,
        r#type: -1,
    };
    let some = Known {
        id: 2,
        no_small: Some(-3),
        no_integer: Some(-2),
        no_big: Some(i64::MIN),
        no_yes: Some(false),
        no_real: Some(0.25),
        no_double: Some(1e-300),
        no_text: Some(String::new()),
        no_bytes: Some(Vec::new()),
        ..none.clone()
    };
    for row in [&none, &some] {
        row.insert(db).await.unwrap();
        assert_eq!(Known::find(db, row.id).await.unwrap().as_ref(), Some(row));
    }
    let all = colmig::query!(Known, db, "WHERE {type} = $1 ORDER BY {id}").bind(-1_i64);
    assert_eq!(all.fetch_all().await.unwrap(), [none.clone(), some.clone()]);
    let update = Known::update(1)
        .set(field!(Known.no_text), "text")
        .set(field!(Known.small), 7)
        .set(field!(Known.bytes), b"bytes")
        .set(field!(Known.r#type), 8)
        .set(field!(Known.no_yes), true);
    assert!(update.execute(db).await.unwrap());
    let updated = Known {
        no_text: Some("text".to_owned()),
        small: 7,
        bytes: b"bytes".to_vec(),
        r#type: 8,
        no_yes: Some(true),
        ..none
    };
    assert_eq!(Known::find(db, 1).await.unwrap(), Some(updated));
}

async fn own(db: &Db) {
    let sql = "CREATE TABLE own (team text, price bigint, number bigint, discount bigint, \"the note\" text, \
               PRIMARY KEY (team, number))";
    create(db, sql).await;
    let row = |number: i64, discount: Option<i64>| Own {
        team: "red".to_owned(),
        price: Cents(number * 100),
        number,
        discount: discount.map(Cents),
        note: discount.map(|discount| format!("less {discount}")),
    };
    for row in [row(1, None), row(2, Some(50))] {
        row.insert(db).await.unwrap();
        let key = (row.team.clone(), row.number);
        assert_eq!(Own::find(db, key).await.unwrap(), Some(row));
    }
    let key = || ("red".to_owned(), 1);
    let update = Own::update(key())
        .set(field!(Own.discount), Cents(5))
        .set(field!(Own.price), Cents(1))
        .set(field!(Own.note), "cheap");
    assert!(update.execute(db).await.unwrap());
    let cheap = colmig::query!(Own, db, "WHERE {price} < $1 AND {the note} = $2")
        .bind(2_i64)
        .bind("cheap");
    let cheap = cheap.fetch_one().await.unwrap();
    assert_eq!((cheap.price, cheap.discount), (Cents(1), Some(Cents(5))));
    let update = Own::update(key()).set(field!(Own.discount), None);
    assert!(update.execute(db).await.unwrap());
    assert_eq!(Own::find(db, key()).await.unwrap().unwrap().discount, None);
    assert!(Own::delete(db, key()).await.unwrap());
    assert_eq!(Own::find(db, key()).await.unwrap(), None);
}

mod sqlite {
    use super::*;

    #[tokio::test]
    async fn every_type() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}?mode=rwc", folder.path().join("app.db").display());
        let db = Db::connect(&url).await.unwrap();
        known(&db).await;
        own(&db).await;
        db.close().await;
    }
}

mod mariadb {
    use super::*;

    #[tokio::test]
    async fn every_type() {
        let server = shared_mariadb().unwrap();
        let name = server.create_database("types").unwrap();
        let db = Db::connect(&server.url(&name)).await.unwrap();
        known(&db).await;
        own(&db).await;
        db.close().await;
        server.drop_database(&name).unwrap();
    }
}

mod postgres {
    use super::*;

    #[tokio::test]
    async fn every_type() {
        let server = shared_postgres().unwrap();
        let name = server.create_database("types").unwrap();
        let db = Db::connect(&server.url(&name)).await.unwrap();
        known(&db).await;
        own(&db).await;
        db.close().await;
        server.drop_database(&name).unwrap();
    }
}
