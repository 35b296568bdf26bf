//! What of PostgreSQL's may hold a backfill: one file for each brake.

mod archive;
mod checkpoint;
mod dead_rows;
mod growth;
mod replica_lag;
mod sessions;
mod strain;
mod vacuum;
mod wal_rate;

use colmig_schema::render::{Ident, Literal};

use crate::migrate::backfill::Gauge;
use crate::migrate::driver::{Row, Value};

/// Each brake, in the order in which they are looked at.
pub(super) fn all() -> Vec<Box<dyn Gauge>> {
    vec![
        Box::new(replica_lag::ReplicaLag),
        Box::new(archive::Archive),
        Box::<wal_rate::WalRate>::default(),
        Box::new(checkpoint::Checkpoint),
        Box::new(vacuum::Vacuum),
        Box::<growth::Growth>::default(),
        Box::new(dead_rows::DeadRows),
        Box::new(sessions::Sessions),
        Box::<strain::Strain>::default(),
    ]
}

/// The table as `regclass`, which is NULL where there is none of that name.
fn class(table: &str) -> String {
    let quoted = Ident(table).to_string();
    format!("to_regclass({})", Literal(&quoted))
}

/// The columns of one row, as numbers and texts.
struct Fields(std::vec::IntoIter<Value>);

impl Fields {
    fn of(row: Row) -> Self {
        Fields(row.into_iter())
    }

    fn first(rows: Vec<Row>) -> Option<Self> {
        rows.into_iter().next().map(Fields::of)
    }

    fn number(&mut self) -> Option<f64> {
        match self.0.next() {
            Some(Value::Int(number)) => Some(number as f64),
            _ => None,
        }
    }

    fn text(&mut self) -> Option<String> {
        match self.0.next() {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    fn truth(&mut self) -> bool {
        self.number().is_some_and(|number| number != 0.0)
    }
}

/// What a role lacks that is kept from looking.
fn hidden(what: &str) -> String {
    format!("this role may not see {what}: `GRANT pg_monitor` to it")
}
