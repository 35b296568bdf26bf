//! What becomes of each change on each kind of table on MariaDB, where it is not simply rolled out.

use colmig::Phase;

use super::{CONVERTED, Expected, REKEYED, RENAMED, RETYPED, held};

/// What is expected; none if there can be no such table.
pub(super) fn of(change: &str, kind: &str) -> Option<Expected> {
    let refused = match change {
        REKEYED => Some("gives a table another key by writing it anew"),
        "an index over some rows, by a method, with other columns" => {
            Some("MariaDB stores no other columns in an index")
        }
        "an index over an expression, descending" => Some("MariaDB has no `expr` in an index"),
        "another value of such a type" => Some("others may come behind those that are there only"),
        "a type that is narrowed" => Some("most types become another by a copy of the whole table"),
        "a table that gets another name" => Some("on MariaDB no view takes the place of a table"),
        _ => None,
    };
    if let Some(why) = refused {
        return Some(Expected::Refused(why));
    }
    if change == "a foreign key that goes" && (kind == PARTITIONED || kind == ENGINE) {
        return None;
    }
    // The column that it is about could not come to such a table.
    let prepared = matches!(change, WIDENED | LISTED);
    if prepared
        && matches!(
            kind,
            "a virtual column with an index" | "a full-text index" | "compressed rows"
        )
    {
        return None;
    }
    Some(of_possible(change, kind))
}

const PARTITIONED: &str = "partitions, by ranges of the key";
const ENGINE: &str = "an engine without transactions";
const DROPS: &str = "a column that goes";
const WIDENED: &str = "a type that is widened";
const LISTED: &str = "another value behind those of such a type";
const DROPS_TABLE: &str = "a table that goes";

fn of_possible(change: &str, kind: &str) -> Expected {
    let does = Does::of(change);
    let replaces = matches!(change, RENAMED | RETYPED | CONVERTED);
    let expand = |says, mend| held(Phase::Expand, says, mend);
    let contract = |says, mend| held(Phase::Contract, says, mend);
    match kind {
        "a view of every column" if replaces || matches!(change, DROPS | DROPS_TABLE) => {
            contract("view everybody depends on", "DROP VIEW everybody")
        }
        "a view of columns that stay" if change == DROPS_TABLE => {
            contract("view keys depends on", "DROP VIEW `keys`")
        }
        "other tables refer to it" if change == DROPS_TABLE => contract(
            "foreign key orders_user_id_fkey of orders depends on",
            "ALTER TABLE orders DROP FOREIGN KEY orders_user_id_fkey",
        ),
        "an index that no model mentions" if replaces || change == DROPS => contract(
            "index by_mail depends on",
            "ALTER TABLE {table} DROP INDEX by_mail",
        ),
        "a trigger that keeps a time" if change == "a check on a column that is there" => contract(
            "`touch` on `users` would fire for every row",
            "DROP TRIGGER touch",
        ),
        "a trigger that keeps a time" if does.fills => held(
            Phase::Backfill,
            "`touch` on `users` would fire for every row",
            "DROP TRIGGER touch",
        ),
        PARTITIONED if change.starts_with("a unique index on") => {
            expand("has partitions by `id`", "")
        }
        PARTITIONED if change == "a foreign key on a column that is there" => {
            expand("no table that has any takes a foreign key", "")
        }
        "a generated column" if does.not_null => expand(
            "`loud` of `users` is a generated column that is stored",
            "ALTER TABLE {table} DROP COLUMN loud, ADD COLUMN loud varchar(255) AS (upper(first_name)) VIRTUAL",
        ),
        "a virtual column with an index" if does.columns || does.rewrites => expand(
            "`users_loud` of `users` is over a virtual column",
            "ALTER TABLE {table} DROP INDEX users_loud",
        ),
        "a full-text index" if does.columns || does.rewrites => expand(
            "`users_words` of `users` is a full-text index",
            "ALTER TABLE {table} DROP INDEX users_words; ALTER TABLE {table} FORCE, ALGORITHM=INPLACE, LOCK=NONE",
        ),
        "a spatial index" if does.rewrites => expand(
            "`users_place` of `users` is a spatial index",
            "ALTER TABLE {table} DROP INDEX users_place",
        ),
        "a unique index over more text than an index can hold" if does.alters() => expand(
            "`users_body` of `users` is unique over more than an index can hold",
            "ALTER TABLE {table} DROP INDEX users_body",
        ),
        "compressed rows" if does.columns => expand(
            "the rows of `users` are compressed",
            "ALTER TABLE {table} ROW_FORMAT=DYNAMIC, ALGORITHM=INPLACE, LOCK=NONE",
        ),
        "system versioning" if does.not_null => expand(
            "no column becomes NOT NULL while rows of its history hold NULL",
            "ALTER TABLE {table} DROP SYSTEM VERSIONING",
        ),
        ENGINE if does.columns || does.rewrites || does.indexes || change == WIDENED => expand(
            "the table `users` is kept by Aria",
            "ALTER TABLE {table} ENGINE=InnoDB",
        ),
        _ => Expected::Works,
    }
}

/// What a change does to its table.
#[derive(Clone, Copy, Default)]
struct Does {
    /// A column comes or goes.
    columns: bool,
    /// The table is written anew beside readers and writers.
    rewrites: bool,
    /// So that a column refuses NULL.
    not_null: bool,
    /// An index or a foreign key comes or goes.
    indexes: bool,
    /// What is said of a column alone is altered.
    defines: bool,
    /// Rows are filled, by triggers' leave.
    fills: bool,
}

impl Does {
    fn of(change: &str) -> Does {
        let none = Does::default();
        let columns = Does {
            columns: true,
            ..none
        };
        let required = Does {
            rewrites: true,
            not_null: true,
            ..columns
        };
        let filled = Does {
            fills: true,
            ..required
        };
        match change {
            "a nullable column"
            | "a required column with a literal default"
            | "an index on a new column"
            | "a type whose values are listed"
            | DROPS => columns,
            "a required column that a function in Rust fills"
            | "a required column that a function in Rust fills, and a default for new rows"
            | CONVERTED => required,
            "a required column with a rule"
            | "a required column with a rule, and a default for new rows"
            | "a check on a new column"
            | "a unique index on a new column"
            | RENAMED
            | RETYPED => filled,
            "a nullable column that becomes required, with a rule for NULL"
            | "a nullable column that becomes required, without one" => Does {
                columns: false,
                ..filled
            },
            "a required column that becomes nullable" => Does {
                rewrites: true,
                ..none
            },
            "an index on a column that is there"
            | "a unique index on a column that is there"
            | "an index that goes"
            | "a foreign key on a column that is there"
            | "a foreign key that goes" => Does {
                indexes: true,
                ..none
            },
            "another default of a column that is there"
            | WIDENED
            | LISTED
            | "a check that goes, and came with its table" => Does {
                defines: true,
                ..none
            },
            _ => none,
        }
    }

    /// Whether it alters the table at all.
    fn alters(self) -> bool {
        self.columns || self.rewrites || self.indexes || self.defines
    }
}
