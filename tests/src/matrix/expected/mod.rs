//! What becomes of each change on each kind of table, where it is not simply rolled out.

mod mariadb;

use colmig::Phase;
use colmig_schema::Sql;

use super::Expected;

/// What is expected; none if there can be no such table.
pub(super) fn of(change: &str, kind: &str, database: Sql) -> Option<Expected> {
    Some(match database {
        Sql::Sqlite => sqlite(change, kind),
        Sql::MariaDb => return mariadb::of(change, kind),
        _ => postgres(change, kind),
    })
}

const fn held(phase: Phase, says: &'static str, mend: &'static str) -> Expected {
    let until = None;
    Expected::Held {
        phase,
        says,
        mend,
        until,
    }
}

fn postgres(change: &str, kind: &str) -> Expected {
    match (change, kind) {
        (
            RENAMED | RETYPED | CONVERTED | "a column that goes" | "a table that goes",
            "a view of every column",
        ) => held(
            Phase::Contract,
            "view everybody depends on",
            "DROP VIEW everybody",
        ),
        ("a table that goes", "a view of columns that stay") => {
            held(Phase::Contract, "view keys depends on", "DROP VIEW keys")
        }
        ("a table that goes", "other tables refer to it") => held(
            Phase::Contract,
            "constraint orders_user_id_fkey on table orders depends on",
            "ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey",
        ),
        (
            RENAMED | RETYPED | CONVERTED | "a column that goes",
            "an index that no model mentions",
        ) => held(
            Phase::Contract,
            "index by_mail depends on",
            "DROP INDEX by_mail",
        ),
        (
            "a unique index on a new column" | "a unique index on a column that is there",
            "partitions, by ranges of the key",
        ) => held(Phase::Expand, "has partitions by `id`", ""),
        ("a foreign key on a column that is there", "partitions, by ranges of the key") => {
            Expected::Held {
                phase: Phase::Expand,
                says: "PostgreSQL before 18 adds a foreign key to such a table only",
                mend: "",
                until: Some(18),
            }
        }
        ("a type that is narrowed", _) => {
            Expected::Refused("the whole table would be written anew")
        }
        (REKEYED, kind) => postgres_key(kind),
        _ => Expected::Works,
    }
}

fn postgres_key(kind: &str) -> Expected {
    let contract = |says, mend| held(Phase::Contract, says, mend);
    match kind {
        "a key of text" | "a key of uuid" => Expected::Refused("only a greater integer type"),
        "partitions, by ranges of the key" => held(
            Phase::Expand,
            "no index that is there becomes the primary key",
            "",
        ),
        "other tables refer to it" => contract(
            "constraint orders_user_id_fkey on table orders depends on",
            "ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey",
        ),
        "row-level security, for its owner" => contract(
            "policy own on table users depends on",
            "DROP POLICY own ON users",
        ),
        "a view of columns that stay" => contract("view keys depends on", "DROP VIEW keys"),
        "a view of every column" => contract("view everybody depends on", "DROP VIEW everybody"),
        "a rule" => contract(
            "rule noted on table users depends on",
            "DROP RULE noted ON users",
        ),
        _ => Expected::Works,
    }
}

const REKEYED: &str = "a primary key of a new type";
const RENAMED: &str = "a renamed column";
const RETYPED: &str = "a column of another type";
const CONVERTED: &str = "a column converted in Rust";

fn sqlite(change: &str, kind: &str) -> Expected {
    match (change, kind) {
        (REKEYED, _) => Expected::Refused("SQLite cannot alter the key of a table"),
        ("an index over some rows, by a method, with other columns", _) => {
            Expected::Refused("SQLite stores no other columns in an index")
        }
        (
            "another default of a column that is there" | "a required column that becomes nullable",
            _,
        ) => Expected::Refused("SQLite cannot alter a column"),
        ("a check that goes, and came with its table", _) => Expected::Refused("SQLite"),
        ("a foreign key on a column that is there" | "a foreign key that goes", _) => {
            Expected::Refused("SQLite")
        }
        ("a table that gets another name", _) => {
            Expected::Refused("on SQLite no view takes the place of a table")
        }
        (
            RENAMED | RETYPED | CONVERTED | "a column that goes" | "a table that goes",
            "a view of every column",
        ) => held(
            Phase::Contract,
            "view everybody depends on",
            "DROP VIEW everybody",
        ),
        ("a table that goes", "a view of columns that stay") => {
            held(Phase::Contract, "view keys depends on", "DROP VIEW keys")
        }
        ("a table that goes", "other tables refer to it") => held(
            Phase::Contract,
            "table orders depends on",
            "DROP TABLE orders",
        ),
        (
            RENAMED | RETYPED | CONVERTED | "a column that goes",
            "an index that no model mentions",
        ) => held(
            Phase::Contract,
            "index by_mail depends on",
            "DROP INDEX by_mail",
        ),
        _ => Expected::Works,
    }
}
