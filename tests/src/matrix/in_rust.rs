//! The application of changes whose rule is a function in Rust: a model for each shape of a key,
//! as the derive would write it. It reads the record of a model by the name of its table, of which
//! there is one in a crate, and tables of one name have keys of several kinds here.

use std::time::Duration;

use colmig::__private::{
    Any, Codecs, Converted, Derived, Filled, Flights, Reader, Rule, input, mariadb_codec,
    postgres_codec, sqlite_codec,
};
use colmig::{Db, Model};
use colmig_schema::model::{BackfillFn, Column, Replaces, Transition};
use sqlx::types::Uuid;
use tokio::task::JoinHandle;

use super::columns::text;
use super::{Failed, Kind, failed};

/// What the application does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calling {
    /// It fills a new column.
    Fills,
    /// It converts a column into the one that takes its place.
    Converts,
}

/// A column that a function fills.
pub(super) fn filled() -> Column {
    Column {
        transition: Transition {
            backfill_fn: Some(BackfillFn {
                function: "shout".to_owned(),
                columns: vec!["first_name".to_owned()],
            }),
            ..Transition::default()
        },
        ..text("shout")
    }
}

/// A column that functions convert.
pub(super) fn converted() -> Column {
    Column {
        transition: Transition {
            replaces: Some(Replaces {
                columns: vec!["email".to_owned()],
                up: None,
                down: std::collections::BTreeMap::new(),
                up_fn: Some("loud".to_owned()),
                down_fn: Some("quiet".to_owned()),
            }),
            ..Transition::default()
        },
        ..text("post")
    }
}

fn loud(text: String) -> String {
    text.to_uppercase()
}

#[expect(clippy::ptr_arg, reason = "a rule is called with the field as it is")]
fn quiet(text: &String) -> String {
    text.to_lowercase()
}

/// A model for a shape of key, in two versions.
macro_rules! models {
    ($module:ident: $table:literal, $whole:ty, ($keys:literal; $($key:ident: $ty:ty = $at:tt),+), custom $custom:expr, [$fill:literal, $from:literal], read $read:ident) => {
        mod $module {
            use super::*;

            const CUSTOM: &[(usize, Codecs)] = $custom;

            pub(super) struct Fills {
                $($key: $ty,)+
                first_name: String,
                last_name: Option<String>,
                email: String,
                shout: String,
            }

            impl Derived for Fills {
                type Key = $whole;
                const MODEL: &'static str = concat!(
                    "model Fills\ntable ", $table, "\nfields ", $keys, ", first_name, last_name, email, shout\nkey ", $keys,
                    "\nrecord\ncolmig 1\ntable ", $table, "\nmodel Fills\ndatabases postgres mariadb sqlite\nshape 0\n\
                     column shout 0\nflight shout 0 20260102000000_change null-is-old\nrust shout\n\
                     fallback shout postgres NULL\nfallback shout mariadb NULL\nfallback shout sqlite NULL\n"
                );
                const FLIGHTS: Option<&'static Flights> = {
                    static FLIGHTS: Flights = Flights::new();
                    Some(&FLIGHTS)
                };
                const CUSTOM: &'static [(usize, Codecs)] = CUSTOM;
                const RULES: &'static [(usize, &'static dyn Rule)] = &[(
                    $fill,
                    &Filled::<(String,), _, String>::new(&[$from], |values| {
                        let first_name = input::<String>(values, 0)?;
                        Some(loud(first_name.clone()))
                    })
                    .postgres()
                    .mariadb()
                    .sqlite(),
                )];

                fn value(&self, field: usize) -> &dyn Any {
                    [
                        $(&self.$key as &dyn Any,)+
                        &self.first_name,
                        &self.last_name,
                        &self.email,
                        &self.shout,
                    ][field]
                }

                fn key_part(key: &Self::Key, part: usize) -> &dyn Any {
                    models!(@part key, part, $($at),+)
                }

                fn read(reader: &mut Reader<'_>) -> colmig::Result<Self> {
                    let ($($key,)+) = models!(@read $read reader);
                    let (first_name, last_name, email, shout) = reader.take()?;
                    Ok(Fills { $($key,)+ first_name, last_name, email, shout })
                }
            }

            pub(super) struct Converts {
                $($key: $ty,)+
                first_name: String,
                last_name: Option<String>,
                post: String,
            }

            impl Derived for Converts {
                type Key = $whole;
                const MODEL: &'static str = concat!(
                    "model Converts\ntable ", $table, "\nfields ", $keys, ", first_name, last_name, post\nkey ", $keys,
                    "\nrecord\ncolmig 1\ntable ", $table, "\nmodel Converts\ndatabases postgres mariadb sqlite\nshape 0\n\
                     column post 0\nflight post 0 20260102000000_change always-filled\nrust post\n\
                     fallback post postgres {email}\nfallback post mariadb {email}\nfallback post sqlite {email}\n\
                     legacy post email postgres {post}\nlegacy post email mariadb {post}\nlegacy post email sqlite {post}\n"
                );
                const FLIGHTS: Option<&'static Flights> = {
                    static FLIGHTS: Flights = Flights::new();
                    Some(&FLIGHTS)
                };
                const CUSTOM: &'static [(usize, Codecs)] = CUSTOM;
                const RULES: &'static [(usize, &'static dyn Rule)] = &[(
                    $fill - 1,
                    &Converted::<_, _, String>::new(loud, quiet).postgres().mariadb().sqlite(),
                )];

                fn value(&self, field: usize) -> &dyn Any {
                    [
                        $(&self.$key as &dyn Any,)+
                        &self.first_name,
                        &self.last_name,
                        &self.post,
                    ][field]
                }

                fn key_part(key: &Self::Key, part: usize) -> &dyn Any {
                    models!(@part key, part, $($at),+)
                }

                fn read(reader: &mut Reader<'_>) -> colmig::Result<Self> {
                    let ($($key,)+) = models!(@read $read reader);
                    let (first_name, last_name, post) = reader.take()?;
                    Ok(Converts { $($key,)+ first_name, last_name, post })
                }
            }
        }
    };
    (@part $key:ident, $part:ident, $one:tt) => {{
        let _ = $part;
        $key
    }};
    (@part $key:ident, $part:ident, $first:tt, $second:tt) => {
        [&$key.$first as &dyn Any, &$key.$second][$part]
    };
    (@read known $reader:ident) => { $reader.take()? };
    (@read custom $reader:ident) => { ($reader.custom(0)?,) };
}

models!(counted: "users", i64, ("id"; id: i64 = 0), custom &[], [4, 1], read known);
models!(
    unsigned: "users",
    u32,
    ("id"; id: u32 = 0),
    custom &[(0, Codecs::NONE.mariadb(mariadb_codec!(u32)))],
    [4, 1],
    read custom
);
models!(composite: "users", (i32, String), ("tenant, code"; tenant: i32 = 0, code: String = 1), custom &[], [5, 2], read known);
models!(by_text: "users", String, ("code"; code: String = 0), custom &[], [4, 1], read known);
models!(
    by_uuid: "users",
    Uuid,
    ("code"; code: Uuid = 0),
    custom &[(0, Codecs::NONE.postgres(postgres_codec!(Uuid)).mariadb(mariadb_codec!(Uuid)).sqlite(sqlite_codec!(Uuid)))],
    [4, 1],
    read custom
);
models!(long: "Größe \"order\" of_63_bytes_that_are_as_many_as_fit_into_a_name", i64, ("id"; id: i64 = 0), custom &[], [4, 1], read known);

/// An instance of the application, until it is dropped.
pub(super) struct App {
    working: JoinHandle<()>,
}

impl Drop for App {
    fn drop(&mut self) {
        self.working.abort();
    }
}

impl App {
    /// One that calls the function whenever there is something to be done.
    pub(super) async fn start(
        calling: Calling,
        kind: &Kind,
        url: &str,
        rows: u64,
    ) -> Result<App, Failed> {
        // So that tests have several ranges, and a large table no more than it needs.
        let range = if rows > 10_000 { 2_000 } else { 100 };
        let options = Db::options()
            .lease(Duration::from_secs(5))
            .poll(Duration::from_millis(50));
        let db = options.connect(url).await.map_err(failed("connect"))?;
        let working = match (calling, kind.key_names().as_slice(), kind.table) {
            (Calling::Fills, ["id"], _) if kind.is_unsigned() => work::<unsigned::Fills>(db, range),
            (Calling::Converts, ["id"], _) if kind.is_unsigned() => {
                work::<unsigned::Converts>(db, range)
            }
            (Calling::Fills, ["id"], "users") => work::<counted::Fills>(db, range),
            (Calling::Converts, ["id"], "users") => work::<counted::Converts>(db, range),
            (Calling::Fills, ["id"], _) => work::<long::Fills>(db, range),
            (Calling::Converts, ["id"], _) => work::<long::Converts>(db, range),
            (Calling::Fills, ["tenant", "code"], _) => work::<composite::Fills>(db, range),
            (Calling::Converts, ["tenant", "code"], _) => work::<composite::Converts>(db, range),
            (Calling::Fills, _, _) if kind.is_by_uuid() => work::<by_uuid::Fills>(db, range),
            (Calling::Converts, _, _) if kind.is_by_uuid() => work::<by_uuid::Converts>(db, range),
            (Calling::Fills, _, _) => work::<by_text::Fills>(db, range),
            (Calling::Converts, _, _) => work::<by_text::Converts>(db, range),
        };
        Ok(App { working })
    }
}

fn work<M: Model>(db: Db, range: u32) -> JoinHandle<()> {
    tokio::spawn(async move {
        // What is taken back and begun anew is done anew.
        while colmig::convert::<M>(&db)
            .rows(range)
            .duty(1.0)
            .await
            .is_ok()
        {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
}
