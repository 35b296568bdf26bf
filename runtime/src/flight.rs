//! The statements of models with columns in flight: one set for each combination of stages.

use std::collections::BTreeMap;
use std::sync::{OnceLock, RwLock};

use colmig_schema::access::{Field, InFlight, Table};
use colmig_schema::{Database, Stage, Template};

use crate::error::{Error, Result};
use crate::private::{Descriptor, PlainSql, Sql};

/// A field in flight, as the derive took it from the record.
#[derive(Debug)]
pub struct Flight {
    /// The position of the field.
    pub field: usize,
    /// The migration that brings its column.
    pub migration: &'static str,
    /// Whether NULL means "older than the column".
    pub null_is_old: bool,
    /// What a row holds that is older than the column, for each database.
    pub fallback: &'static [(Database, &'static str)],
}

/// The fields of a model that are in flight, and the statements made for them so far.
#[derive(Debug)]
pub struct Flights {
    flights: &'static [Flight],
    templates: OnceLock<Vec<BTreeMap<Database, Template>>>,
    statements: RwLock<BTreeMap<Key, &'static Statements>>,
}

/// Two bits for each flight: there are four stages.
type Key = (Database, u128);

/// The statements of one model, on one database, at one combination of stages.
#[derive(Debug)]
pub(crate) struct Statements {
    /// The list of expressions that reads every field.
    pub(crate) list: &'static str,
    /// One row by its key.
    pub(crate) find: &'static str,
    /// One row in.
    pub(crate) insert: &'static str,
    /// Which field goes into which parameter of `insert`; empty: in their order.
    pub(crate) insert_binds: Vec<usize>,
    /// One row out.
    pub(crate) delete: &'static str,
    /// Tails of queries with their columns put in, by where the tail stands in the program.
    pub(crate) tails: RwLock<BTreeMap<(usize, usize), &'static str>>,
    /// The stage of each flight, in their order.
    pub(crate) stages: Vec<Stage>,
}

impl Flights {
    /// Nothing is made before it is asked for.
    pub const fn new(flights: &'static [Flight]) -> Flights {
        Flights {
            flights,
            templates: OnceLock::new(),
            statements: RwLock::new(BTreeMap::new()),
        }
    }

    pub(crate) fn flights(&self) -> &'static [Flight] {
        self.flights
    }

    /// The statements at these stages. A set that is made stays for good: there are as
    /// many as stages have been seen together, a handful in the life of a process.
    fn statements(
        &self,
        descriptor: &'static Descriptor,
        database: Database,
        stages: Vec<Stage>,
    ) -> Result<&'static Statements> {
        let packed = stages
            .iter()
            .fold(0, |packed, stage| packed << 2 | *stage as u128);
        let key = (database, packed);
        let read = self
            .statements
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(statements) = read.get(&key) {
            return Ok(statements);
        }
        drop(read);
        let table = self.table(descriptor, database, &stages)?;
        let insert = table.insert();
        let statements: &'static Statements = Box::leak(Box::new(Statements {
            list: table.select_list().leak(),
            find: table.find().leak(),
            insert: insert.sql.leak(),
            insert_binds: insert.binds,
            delete: table.delete().leak(),
            tails: RwLock::default(),
            stages,
        }));
        let mut write = self
            .statements
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(write.entry(key).or_insert(statements))
    }

    fn templates(
        &self,
        descriptor: &'static Descriptor,
    ) -> Result<&[BTreeMap<Database, Template>]> {
        if let Some(templates) = self.templates.get() {
            return Ok(templates);
        }
        let parse = |flight: &Flight| {
            flight
                .fallback
                .iter()
                .map(|(database, text)| Ok((*database, text.parse()?)))
                .collect()
        };
        let templates = self
            .flights
            .iter()
            .map(parse)
            .collect::<Result<_, colmig_schema::template::BadTemplate>>()
            .map_err(|_| Error::Mismatch {
                model: descriptor.model,
                reason: "a rule does not parse",
            })?;
        Ok(self.templates.get_or_init(|| templates))
    }

    fn table<'a>(
        &'a self,
        descriptor: &'static Descriptor,
        database: Database,
        stages: &[Stage],
    ) -> Result<Table<'a>> {
        let templates = self.templates(descriptor)?;
        let mut table = plain_table(descriptor, database);
        for ((flight, templates), stage) in self.flights.iter().zip(templates).zip(stages) {
            let not_generated = Error::NotGenerated {
                model: descriptor.model,
                database,
            };
            table.fields[flight.field].flight = Some(InFlight {
                stage: *stage,
                fallback: templates.get(&database).ok_or(not_generated)?,
                null_is_old: flight.null_is_old,
            });
        }
        Ok(table)
    }
}

/// The model's table with nothing in flight.
pub(crate) fn plain_table(descriptor: &'static Descriptor, database: Database) -> Table<'static> {
    let fields = descriptor.columns.iter().enumerate();
    Table {
        name: descriptor.table,
        database,
        fields: fields
            .map(|(position, column)| Field {
                column,
                key: descriptor.key.contains(&position),
                flight: None,
            })
            .collect(),
    }
}

/// The statements to use now.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Chosen {
    /// Nothing is in flight.
    Plain(&'static PlainSql),
    /// Those of the stages as they are now.
    InFlight(&'static Flights, &'static Statements),
}

impl Chosen {
    pub(crate) fn find(self) -> &'static str {
        match self {
            Chosen::Plain(sql) => sql.find,
            Chosen::InFlight(_, sql) => sql.find,
        }
    }

    pub(crate) fn delete(self) -> &'static str {
        match self {
            Chosen::Plain(sql) => sql.delete,
            Chosen::InFlight(_, sql) => sql.delete,
        }
    }

    pub(crate) fn list(self) -> &'static str {
        match self {
            Chosen::Plain(sql) => sql.list,
            Chosen::InFlight(_, sql) => sql.list,
        }
    }

    /// The table as the statements see it now.
    pub(crate) fn table(
        self,
        descriptor: &'static Descriptor,
        database: Database,
    ) -> Result<Table<'static>> {
        match self {
            Chosen::Plain(_) => Ok(plain_table(descriptor, database)),
            Chosen::InFlight(flights, statements) => {
                flights.table(descriptor, database, &statements.stages)
            }
        }
    }
}

/// Chooses the statements of a model; `stages` gives the stages of migrations, and is
/// asked only if something is in flight.
pub(crate) fn choose(
    descriptor: &'static Descriptor,
    database: Database,
    stages: Option<&BTreeMap<String, Stage>>,
) -> Result<Chosen> {
    match &descriptor.sql {
        Sql::Plain(each) => each
            .iter()
            .find(|sql| sql.database == database)
            .map(Chosen::Plain)
            .ok_or(Error::NotGenerated {
                model: descriptor.model,
                database,
            }),
        Sql::InFlight(flights) => {
            let stages = stages.ok_or(Error::ViewStale {
                model: descriptor.model,
            })?;
            let of = |flight: &Flight| stages.get(flight.migration).copied().unwrap_or_default();
            let stages = flights.flights.iter().map(of).collect();
            Ok(Chosen::InFlight(
                flights,
                flights.statements(descriptor, database, stages)?,
            ))
        }
    }
}
