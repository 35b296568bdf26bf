//! Models and columns in few words.

use std::collections::BTreeMap;

use colmig_schema::Sql;
use colmig_schema::model::{Column, ColumnType, Dialected, Model, Transition};

pub(super) fn model(table: &str, columns: Vec<Column>) -> Model {
    Model {
        name: "Model".to_owned(),
        table: table.to_owned(),
        collection: false,
        renamed_from: None,
        columns,
        indexes: Vec::new(),
        checks: Vec::new(),
    }
}

pub(super) fn text(name: &str) -> Column {
    column(name, ColumnType::Text)
}

pub(super) fn nullable(name: &str) -> Column {
    Column {
        nullable: true,
        ..text(name)
    }
}

/// A required column that a rule fills.
pub(super) fn ruled(name: &str, rule: &str) -> Column {
    ruled_by(name, Dialected::Same(rule.to_owned()))
}

pub(super) fn ruled_by(name: &str, rule: Dialected) -> Column {
    let transition = Transition {
        backfill: Some(rule),
        ..Transition::default()
    };
    Column {
        transition,
        ..text(name)
    }
}

pub(super) fn column(name: &str, ty: ColumnType) -> Column {
    Column::new(name, ty)
}

pub(super) fn sql(text: &str) -> Option<Dialected> {
    Some(Dialected::Same(text.to_owned()))
}

/// What is not the same everywhere.
pub(super) fn each(postgres: &str, mariadb: &str, sqlite: &str) -> Dialected {
    Dialected::Each(BTreeMap::from([
        (Sql::Postgres.into(), postgres.to_owned()),
        (Sql::MariaDb.into(), mariadb.to_owned()),
        (Sql::Sqlite.into(), sqlite.to_owned()),
    ]))
}
