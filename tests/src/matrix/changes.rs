//! The changes: what the models are before and after, and which rows are right in the end.

use std::collections::BTreeMap;

use colmig_schema::Sql;
use colmig_schema::model::{
    Check, Column, ColumnType, Dialected, Enumerated, Index, IndexPart, Indexed, Model, Naming,
    Reference, Replaces, Transition,
};

use super::columns::{column, each, model, nullable, ruled, ruled_by, sql, text};
use super::in_rust::{self, Calling};

/// The models of a project, by table.
pub type Models = BTreeMap<String, Model>;

/// A kind of change.
#[derive(Debug)]
pub struct Changing {
    /// What the docs call it, here and in `docs/changes.md`.
    pub name: &'static str,
    /// What is there beside what every table has, and was before colmig.
    pub there: fn(&mut Models, &str),
    /// SQL that makes it, or makes the rows what the change is about; empty if nothing. `{check}`
    /// and `{reference}` stand for the names of the first check of the struct and of the foreign key,
    /// `{text}` for the type of the texts.
    pub data: &'static str,
    /// What a migration has to bring first.
    pub before: fn(&mut Models, &str),
    /// What is changed in the models.
    pub change: fn(&mut Models, &str),
    /// The table in the end, `{table}` if it still is the same; empty if it is gone.
    pub becomes: &'static str,
    /// The condition that every row meets in the end.
    pub right: &'static str,
    /// What the application does, where it has a part. Builds that do not know the change are
    /// gone by then.
    pub calling: Option<Calling>,
}

fn nothing(_: &mut Models, _: &str) {}

/// A change of the table's own model.
const fn changing(
    name: &'static str,
    change: fn(&mut Models, &str),
    right: &'static str,
) -> Changing {
    Changing {
        name,
        there: nothing,
        data: "",
        before: nothing,
        change,
        becomes: "{table}",
        right,
        calling: None,
    }
}

const ALL_THERE: &str = "first_name LIKE 'first%' AND email LIKE 'mail%'";

macro_rules! mails_and {
    ($then:literal) => {
        concat!(
            "CREATE TABLE mails (address {text} PRIMARY KEY NOT NULL); INSERT INTO mails SELECT email FROM {table}; \
             INSERT INTO mails SELECT 'mail' || (count(*) + 9) FROM {table}",
            $then
        )
    };
}

/// Every kind of change, in the order of the docs.
pub static CHANGES: [Changing; 37] = [
    changing("a new table", beside, ALL_THERE),
    changing(
        "a nullable column",
        |models, table| add(models, table, nullable("nick")),
        "nick IS NULL",
    ),
    changing(
        "a required column with a literal default",
        |models, table| {
            let plan = Column {
                default: sql("'free'"),
                ..text("plan")
            };
            add(models, table, plan);
        },
        "plan = 'free'",
    ),
    changing(
        "a required column with a rule",
        |models, table| add(models, table, ruled("shout", "upper(first_name)")),
        "shout = upper(first_name)",
    ),
    changing(
        "a required column with a rule, and a default for new rows",
        |models, table| {
            let shout = Column {
                default: sql("'?'"),
                ..ruled("shout", "upper(first_name)")
            };
            add(models, table, shout);
        },
        "shout = upper(first_name)",
    ),
    Changing {
        calling: Some(Calling::Fills),
        ..changing(
            "a required column that a function in Rust fills",
            |models, table| add(models, table, in_rust::filled()),
            "shout = upper(first_name)",
        )
    },
    Changing {
        calling: Some(Calling::Fills),
        ..changing(
            "a required column that a function in Rust fills, and a default for new rows",
            |models, table| {
                let shout = Column {
                    default: sql("'?'"),
                    ..in_rust::filled()
                };
                add(models, table, shout);
            },
            "shout = upper(first_name)",
        )
    },
    Changing {
        calling: Some(Calling::Converts),
        ..changing(
            "a column converted in Rust",
            |models, table| replace(models, table, "email", in_rust::converted()),
            "post LIKE 'MAIL%' AND post = upper(post)",
        )
    },
    changing(
        "a check on a new column",
        |models, table| {
            let shout = Column {
                check: sql("length(shout) > 1"),
                ..ruled("shout", "upper(first_name)")
            };
            add(models, table, shout);
        },
        "shout = upper(first_name)",
    ),
    changing(
        "an index on a new column",
        |models, table| {
            let nick = Column {
                index: true,
                ..nullable("nick")
            };
            add(models, table, nick);
        },
        "nick IS NULL",
    ),
    changing(
        "a unique index on a new column",
        |models, table| {
            let handle = Column {
                unique: true,
                ..ruled_by(
                    "handle",
                    each("email || '!'", "concat(email, '!')", "email || '!'"),
                )
            };
            add(models, table, handle);
        },
        "handle = email || '!'",
    ),
    changing(
        "a renamed column",
        |models, table| {
            let transition = Transition {
                renamed_from: Some("email".to_owned()),
                ..Transition::default()
            };
            let mail = Column {
                ty: type_of(models, table, "email"),
                transition,
                ..text("mail")
            };
            replace(models, table, "email", mail);
        },
        "mail LIKE 'mail%'",
    ),
    changing(
        "a column of another type",
        |models, table| {
            let replaces = Replaces {
                columns: vec!["email".to_owned()],
                up: Some(each(
                    "CAST(substr(email, 5) AS bigint)",
                    "CAST(substr(email, 5) AS signed)",
                    "CASE WHEN email GLOB 'mail[0-9]*' THEN CAST(substr(email, 5) AS bigint) END",
                )),
                down: BTreeMap::from([(
                    "email".to_owned(),
                    each(
                        "'mail' || number",
                        "concat('mail', number)",
                        "'mail' || number",
                    ),
                )]),
                up_fn: None,
                down_fn: None,
            };
            let transition = Transition {
                replaces: Some(replaces),
                ..Transition::default()
            };
            let number = Column {
                transition,
                ..column("number", ColumnType::BigInt)
            };
            replace(models, table, "email", number);
        },
        "number > 0",
    ),
    changing(
        "a primary key of a new type",
        rekeyed,
        "key_2 >= 0 AND (email = 'mail' || key_2 OR key_2 < 3)",
    ),
    changing(
        "an index on a column that is there",
        |models, table| of(models, table, |model| on(model, "email").index = true),
        ALL_THERE,
    ),
    changing(
        "an index over some rows, by a method, with other columns",
        |models, table| {
            of(models, table, |model| {
                model.indexes.push(Index {
                    using: Some(Dialected::Each(BTreeMap::from([(
                        Sql::Postgres.into(),
                        "btree".to_owned(),
                    )]))),
                    include: vec!["first_name".to_owned()],
                    only: sql("email <> ''"),
                    ..Index::over(["email"], false)
                });
            });
        },
        ALL_THERE,
    ),
    changing(
        "an index over an expression, descending",
        |models, table| of(models, table, |model| model.indexes.push(lower())),
        ALL_THERE,
    ),
    changing(
        "a unique index on a column that is there",
        |models, table| of(models, table, |model| on(model, "email").unique = true),
        ALL_THERE,
    ),
    Changing {
        before: |models, table| of(models, table, |model| on(model, "email").index = true),
        ..changing(
            "an index that goes",
            |models, table| of(models, table, |model| on(model, "email").index = false),
            ALL_THERE,
        )
    },
    changing(
        "a check on a column that is there",
        |models, table| of(models, table, checked),
        ALL_THERE,
    ),
    Changing {
        before: |models, table| of(models, table, checked),
        ..changing(
            "a check that goes, and came to a table that was there",
            |models, table| of(models, table, |model| on(model, "email").check = None),
            ALL_THERE,
        )
    },
    Changing {
        there: |models, table| {
            of(models, table, |model| {
                model.checks.push(Check {
                    condition: Dialected::Same(WITH_TABLE.to_owned()),
                    naming: Naming::default(),
                });
            });
        },
        data: "ALTER TABLE {table} ADD CONSTRAINT {check} CHECK (first_name <> email)",
        ..changing(
            "a check that goes, and came with its table",
            |models, table| of(models, table, |model| model.checks.clear()),
            ALL_THERE,
        )
    },
    Changing {
        there: mails,
        data: MAILS,
        ..changing(
            "a foreign key on a column that is there",
            |models, table| of(models, table, referring),
            ALL_THERE,
        )
    },
    Changing {
        there: |models, table| {
            mails(models, table);
            of(models, table, referring);
        },
        data: REFERRING,
        ..changing(
            "a foreign key that goes",
            |models, table| of(models, table, |model| on(model, "email").references = None),
            ALL_THERE,
        )
    },
    changing(
        "a comment on a column that is there",
        |models, table| {
            of(models, table, |model| {
                on(model, "email").comment = Some("Where letters go.".to_owned());
            });
        },
        ALL_THERE,
    ),
    Changing {
        before: |models, table| {
            of(models, table, |model| {
                on(model, "last_name").default = sql("'?'");
            });
        },
        ..changing(
            "another default of a column that is there",
            |models, table| {
                of(models, table, |model| {
                    on(model, "last_name").default = sql("'none'");
                });
            },
            ALL_THERE,
        )
    },
    changing(
        "a type whose values are listed",
        |models, table| add(models, table, mood(&["sad", "happy"])),
        "mood IS NULL",
    ),
    Changing {
        before: |models, table| add(models, table, mood(&["sad", "happy"])),
        ..changing(
            "another value of such a type",
            |models, table| {
                of(models, table, |model| {
                    *on(model, "mood") = mood(&["sad", "ok", "happy"]);
                });
            },
            "mood IS NULL",
        )
    },
    Changing {
        before: |models, table| add(models, table, mood(&["sad", "happy"])),
        ..changing(
            "another value behind those of such a type",
            |models, table| {
                of(models, table, |model| {
                    *on(model, "mood") = mood(&["sad", "happy", "ok"]);
                });
            },
            "mood IS NULL",
        )
    },
    Changing {
        before: |models, table| add(models, table, code("varchar(20)", "varchar(20)")),
        ..changing(
            "a type that is widened",
            |models, table| {
                of(models, table, |model| {
                    *on(model, "code_name") = code("varchar(100)", "varchar(60)")
                });
            },
            "code_name IS NULL",
        )
    },
    Changing {
        before: |models, table| add(models, table, code("varchar(100)", "varchar(60)")),
        ..changing(
            "a type that is narrowed",
            |models, table| {
                of(models, table, |model| {
                    *on(model, "code_name") = code("varchar(20)", "varchar(20)")
                });
            },
            "code_name IS NULL",
        )
    },
    Changing {
        becomes: "people",
        ..changing(
            "a table that gets another name",
            |models, table| {
                if let Some(model) = models.remove(table) {
                    let people = Model {
                        table: "people".to_owned(),
                        renamed_from: Some(table.to_owned()),
                        ..model
                    };
                    models.insert(people.table.clone(), people);
                }
            },
            ALL_THERE,
        )
    },
    Changing {
        data: "UPDATE {table} SET last_name = NULL WHERE email LIKE '%7'",
        ..changing(
            "a nullable column that becomes required, with a rule for NULL",
            |models, table| {
                of(models, table, |model| {
                    let last_name = on(model, "last_name");
                    *last_name = Column {
                        ty: last_name.ty.clone(),
                        ..ruled("last_name", "upper(first_name)")
                    };
                });
            },
            "last_name = CASE WHEN email LIKE '%7' THEN upper(first_name) ELSE 'last' END",
        )
    },
    changing(
        "a nullable column that becomes required, without one",
        |models, table| {
            of(models, table, |model| {
                on(model, "last_name").nullable = false
            })
        },
        "last_name = 'last'",
    ),
    changing(
        "a required column that becomes nullable",
        |models, table| {
            of(models, table, |model| {
                on(model, "first_name").nullable = true
            })
        },
        ALL_THERE,
    ),
    Changing {
        // Other models are left, so it is no mistake that this one is gone.
        before: beside,
        becomes: "",
        ..changing(
            "a table that goes",
            |models, table| {
                models.remove(table);
            },
            "",
        )
    },
    changing(
        "a column that goes",
        |models, table| {
            of(models, table, |model| {
                model.columns.retain(|column| column.name != "last_name");
            });
        },
        ALL_THERE,
    ),
];

/// What the check says that came with its table.
const WITH_TABLE: &str = "first_name <> email";

fn checked(model: &mut Model) {
    on(model, "email").check = sql("length(email) > 1");
}

/// A table of which every row of the other is about one, and that which is written meanwhile.
const MAILS: &str = mails_and!("");
const REFERRING: &str = mails_and!(
    "; ALTER TABLE {table} ADD CONSTRAINT {reference} FOREIGN KEY (email) REFERENCES mails (address)"
);

fn mails(models: &mut Models, table: &str) {
    let address = Column {
        primary_key: true,
        ty: type_of(models, table, "email"),
        ..text("address")
    };
    let mails = model("mails", vec![address]);
    models.insert(mails.table.clone(), mails);
}

fn referring(model: &mut Model) {
    on(model, "email").references = Some(Reference {
        table: "mails".to_owned(),
        column: "address".to_owned(),
        naming: Naming::default(),
    });
}

/// A column of a type of which the values are listed.
fn mood(values: &[&str]) -> Column {
    let listed = format!("enum('{}')", values.join("', '"));
    let sql_type = each("mood", &listed, "TEXT");
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    Column {
        nullable: true,
        ..column("mood", ColumnType::Enum(Enumerated { sql_type, values }))
    }
}

/// A text of a size, which SQLite does not know.
fn code(postgres: &str, mariadb: &str) -> Column {
    let ty = each(postgres, mariadb, "TEXT");
    Column {
        nullable: true,
        ..column("code_name", ColumnType::Custom(ty))
    }
}

/// A table beside the one.
fn beside(models: &mut Models, _: &str) {
    let id = Column {
        primary_key: true,
        ..column("id", ColumnType::BigInt)
    };
    let new = model("beside", vec![id, text("name")]);
    models.insert(new.table.clone(), new);
}

fn add(models: &mut Models, table: &str, column: Column) {
    of(models, table, |model| model.columns.push(column));
}

fn replace(models: &mut Models, table: &str, old: &str, new: Column) {
    of(models, table, |model| {
        model.columns.retain(|column| column.name != old);
        model.columns.push(new);
    });
}

/// The first column of the key becomes one of 64 bits.
fn rekeyed(models: &mut Models, table: &str) {
    of(models, table, |model| {
        let Some(key) = model.columns.first_mut() else {
            return;
        };
        let replaces = Replaces {
            columns: vec![key.name.clone()],
            up: None,
            down: BTreeMap::new(),
            up_fn: None,
            down_fn: None,
        };
        *key = Column {
            primary_key: true,
            transition: Transition {
                replaces: Some(replaces),
                ..Transition::default()
            },
            ..column("key_2", ColumnType::BigInt)
        };
    });
}

/// The type that a column has, or any where there is no such table.
fn type_of(models: &Models, table: &str, name: &str) -> ColumnType {
    let columns = models.get(table).map(|model| &model.columns);
    let found = columns.and_then(|columns| columns.iter().find(|column| column.name == name));
    found.map_or(ColumnType::Text, |column| column.ty.clone())
}

fn of(models: &mut Models, table: &str, change: impl FnOnce(&mut Model)) {
    if let Some(model) = models.get_mut(table) {
        change(model);
    }
}

/// The column of that name, which every table has.
fn on<'m>(model: &'m mut Model, name: &str) -> &'m mut Column {
    let mut columns = model.columns.iter_mut();
    match columns.position(|column| column.name == name) {
        Some(at) => &mut model.columns[at],
        None => unreachable!("every table has `{name}`"),
    }
}

fn lower() -> Index {
    Index {
        parts: vec![IndexPart {
            on: Indexed::Expression(Dialected::Same("lower(email)".to_owned())),
            descending: true,
            ..IndexPart::column("")
        }],
        ..Index::over([], false)
    }
}
