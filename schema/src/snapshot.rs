//! The snapshot: every model as of the newest migration, and which changes are in flight.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use crate::model::{fingerprint_word, not_empty};
use crate::record::{Alteration, Altered, Flight, Leaving, Legacy, RecordedVersion, Renamed};
use crate::{Database, Model, Record, Template};

/// The name of the file in the folder of the migrations.
pub const FILE_NAME: &str = "schema.json";

/// The version of the format that this build writes and reads.
const VERSION: u32 = 1;

/// Every model as of the newest migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    version: u32,
    /// The newest migration.
    pub migration: Option<String>,
    /// The models, by table.
    pub models: BTreeMap<String, Entry>,
    /// The columns in flight, in the order of their migrations.
    pub in_flight: Vec<InFlight>,
    /// The migrations that bring or take no column, and that `contract` has to end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
    /// The tables that are on their way to another name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renames: Vec<Rename>,
    /// The indexes that migrations are about to drop, which no model has any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leaving_indexes: Vec<LeavingIndex>,
    /// The columns that were altered for good, each with the last migration that did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub altered: Vec<AlteredColumn>,
    /// The constraints that migrations are about to drop, which no model has any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leaving_constraints: Vec<LeavingConstraint>,
    /// The tables of which builds have to know that rows satisfy something else than before, each
    /// with the last migration that saw to it.
    #[serde(
        default,
        deserialize_with = "named",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub constrained: BTreeMap<String, String>,
    /// The columns whose type was widened in place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub widened: Vec<WidenedColumn>,
    /// The collections whose documents say which version of the model they satisfy, where that is above
    /// the first.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub versions: BTreeMap<String, Versioned>,
}

/// The version of a model that documents are to satisfy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Versioned {
    /// The number.
    pub number: u32,
    /// The migrations that are under way to a number, the last of them to this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub raised: Vec<Raising>,
}

/// A migration that is under way to a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raising {
    /// The migration.
    #[serde(deserialize_with = "not_empty")]
    pub migration: String,
    /// The number that the version becomes.
    pub to: u32,
}

/// A column whose type was widened in place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WidenedColumn {
    /// The table.
    #[serde(deserialize_with = "not_empty")]
    pub table: String,
    /// The column.
    #[serde(deserialize_with = "not_empty")]
    pub column: String,
}

/// A table on its way to another name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    /// The migration that renames it.
    pub migration: String,
    /// The name that it had.
    pub from: String,
    /// The name that it gets, under which its model stands.
    pub table: String,
}

/// An index on its way out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeavingIndex {
    /// The migration that drops it.
    pub migration: String,
    /// Its name.
    pub name: String,
}

/// A check or foreign key on its way out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeavingConstraint {
    /// The migration that drops it.
    pub migration: String,
    /// Its table.
    pub table: String,
    /// Its name, without that of the table in front.
    pub ending: String,
}

/// A column that was altered for good: builds from before take it for what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlteredColumn {
    /// The table.
    #[serde(deserialize_with = "not_empty")]
    pub table: String,
    /// The column.
    #[serde(deserialize_with = "not_empty")]
    pub column: String,
    /// The migration.
    #[serde(deserialize_with = "not_empty")]
    pub migration: String,
}

/// One model, and where it lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The folder of the crate, relative to that of `colmig.toml`, with `/` between.
    pub package: String,
    /// The model.
    pub model: Model,
}

/// One column in flight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InFlight {
    /// The migration that brings it.
    #[serde(deserialize_with = "not_empty")]
    pub migration: String,
    /// The table.
    #[serde(deserialize_with = "not_empty")]
    pub table: String,
    /// The column.
    #[serde(deserialize_with = "not_empty")]
    pub column: String,
    /// The fingerprint of how it comes to be.
    #[serde(deserialize_with = "fingerprint_word")]
    pub transition: String,
    /// Whether NULL means "older than the column".
    pub null_is_old: bool,
    /// What a row holds that is older than the column.
    pub fallback: BTreeMap<Database, String>,
    /// The columns whose place it takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legacy: Vec<InFlightLegacy>,
    /// Whether functions of the application convert between the two sides.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_rust: bool,
    /// Whether the one legacy column stands for it wherever values are held against each other.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub alike: bool,
    /// Whether the column is on its way out, and the model has it no more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub leaves: bool,
    /// What becomes of NULL in it, where it is there all along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alters: Option<Alteration>,
}

/// A column whose place others take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InFlightLegacy {
    /// The column.
    #[serde(deserialize_with = "not_empty")]
    pub column: String,
    /// What it holds, over the columns that take its place.
    pub down: BTreeMap<Database, String>,
}

/// A snapshot that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadSnapshot {
    /// The text is no JSON, or not of this shape. The message names line and column.
    #[error("{0}; take the file back from version control, or resolve the merge in it")]
    Syntax(String),
    /// The file was written by another version.
    #[error(
        "the snapshot is of version {0}, and this colmig reads version {VERSION}: install a newer cargo-colmig"
    )]
    Version(u64),
}

impl Default for Snapshot {
    fn default() -> Self {
        Snapshot {
            version: VERSION,
            migration: None,
            models: BTreeMap::new(),
            in_flight: Vec::new(),
            open: Vec::new(),
            renames: Vec::new(),
            leaving_indexes: Vec::new(),
            altered: Vec::new(),
            leaving_constraints: Vec::new(),
            constrained: BTreeMap::new(),
            widened: Vec::new(),
            versions: BTreeMap::new(),
        }
    }
}

impl Snapshot {
    /// Reads the text of the file.
    ///
    /// # Errors
    /// A [`BadSnapshot`] that names the line.
    pub fn parse(text: &str) -> Result<Self, BadSnapshot> {
        /// The version goes first: what another version holds may have another shape.
        #[derive(Deserialize)]
        struct Head {
            version: u64,
        }
        let syntax = |error: serde_json::Error| BadSnapshot::Syntax(error.to_string());
        let head: Head = serde_json::from_str(text).map_err(syntax)?;
        if head.version != u64::from(VERSION) {
            return Err(BadSnapshot::Version(head.version));
        }
        serde_json::from_str(text).map_err(syntax)
    }

    /// The text of the file.
    ///
    /// # Errors
    /// None that a snapshot of this shape can meet; JSON's writer has a type for them.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(format!("{}\n", serde_json::to_string_pretty(self)?))
    }

    /// The column's flight, if it is in one.
    pub fn flight(&self, table: &str, column: &str) -> Option<&InFlight> {
        self.in_flight
            .iter()
            .find(|flight| flight.table == table && flight.column == column)
    }

    /// Takes down that a column is in flight.
    pub fn depart(&mut self, table: &str, column: &str, flight: &Flight) {
        self.in_flight.push(InFlight {
            migration: flight.migration.clone(),
            table: table.to_owned(),
            column: column.to_owned(),
            transition: flight.fingerprint.clone(),
            null_is_old: flight.null_is_old,
            fallback: texts(&flight.fallback),
            legacy: flight
                .legacy
                .iter()
                .map(|legacy| InFlightLegacy {
                    column: legacy.column.clone(),
                    down: texts(&legacy.down),
                })
                .collect(),
            in_rust: flight.in_rust,
            alike: flight.alike,
            leaves: flight.leaves,
            alters: flight.alters,
        });
    }

    /// The table's way to that name, if it is on one.
    pub fn rename(&self, table: &str) -> Option<&Rename> {
        self.renames.iter().find(|rename| rename.table == table)
    }

    /// The number of the newest version of a model.
    pub fn version(&self, collection: &str) -> u32 {
        self.versions
            .get(collection)
            .map_or(1, |version| version.number)
    }

    /// Takes down that a migration raises the version of a model.
    pub fn raise(&mut self, collection: &str, migration: &str, to: u32) {
        let version = self.versions.entry(collection.to_owned()).or_default();
        version.number = to;
        version.raised.push(Raising {
            migration: migration.to_owned(),
            to,
        });
    }

    /// Whether `contract` has not ended a migration yet.
    pub fn is_open(&self, migration: &str) -> bool {
        let mut flights = self.in_flight.iter();
        flights.any(|flight| flight.migration == migration)
            || (self.renames.iter()).any(|rename| rename.migration == migration)
            || self.open.iter().any(|open| open == migration)
            || self
                .raisings()
                .any(|raising| raising.migration == migration)
    }

    fn raisings(&self) -> impl Iterator<Item = &Raising> {
        self.versions.values().flat_map(|version| &version.raised)
    }

    /// Takes down that a migration is finished everywhere. Whether it was not.
    pub fn arrive(&mut self, migration: &str) -> bool {
        let was_open = self.is_open(migration);
        let flights = self.in_flight.iter();
        let altered = flights
            .filter(|flight| flight.migration == migration && flight.alters.is_some())
            .map(|flight| AlteredColumn {
                table: flight.table.clone(),
                column: flight.column.clone(),
                migration: migration.to_owned(),
            });
        for altered in altered.collect::<Vec<_>>() {
            self.altered
                .retain(|old| old.table != altered.table || old.column != altered.column);
            self.altered.push(altered);
        }
        self.in_flight
            .retain(|flight| flight.migration != migration);
        self.open.retain(|open| open != migration);
        for version in self.versions.values_mut() {
            version
                .raised
                .retain(|raising| raising.migration != migration);
        }
        self.renames.retain(|rename| rename.migration != migration);
        self.leaving_indexes
            .retain(|index| index.migration != migration);
        self.leaving_constraints
            .retain(|constraint| constraint.migration != migration);
        was_open
    }

    /// Takes down that the type of a column is widened in place.
    pub fn widen(&mut self, table: &str, column: &str) {
        let widened = WidenedColumn {
            table: table.to_owned(),
            column: column.to_owned(),
        };
        if !self.widened.contains(&widened) {
            self.widened.push(widened);
        }
    }

    /// Forgets of columns that the models have no more that they were altered or widened.
    pub fn forget_altered(&mut self) {
        let models = &self.models;
        self.constrained
            .retain(|table, _| models.contains_key(table));
        self.versions.retain(|table, _| {
            let entry = models.get(table);
            entry.is_some_and(|entry| entry.model.version().is_some())
        });
        let is_there = |table: &str, column: &str| {
            let entry = models.get(table);
            entry.is_some_and(|entry| entry.model.column(column).is_some())
        };
        self.altered
            .retain(|altered| is_there(&altered.table, &altered.column));
        // A table that gets another name keeps what it is read as.
        for widened in &mut self.widened {
            let mut renamed = models.values().map(|entry| &entry.model);
            let to = renamed.find(|model| model.renamed_from.as_ref() == Some(&widened.table));
            if let Some(to) = to.filter(|_| !models.contains_key(&widened.table)) {
                widened.table.clone_from(&to.table);
            }
        }
        self.widened
            .retain(|widened| is_there(&widened.table, &widened.column));
    }

    /// The record of one model, for the crate that it lives in.
    ///
    /// # Errors
    /// A fallback that is no template, in a snapshot edited by hand.
    pub fn record(
        &self,
        table: &str,
        databases: &[Database],
    ) -> Result<Option<Record>, crate::template::BadTemplate> {
        let Some(entry) = self.models.get(table) else {
            return Ok(None);
        };
        let mut flights = BTreeMap::new();
        for flight in self.in_flight.iter().filter(|flight| flight.table == table) {
            let legacy = flight.legacy.iter().map(|legacy| {
                Ok(Legacy {
                    column: legacy.column.clone(),
                    down: templates(&legacy.down)?,
                })
            });
            let departed = Flight {
                migration: flight.migration.clone(),
                fingerprint: flight.transition.clone(),
                null_is_old: flight.null_is_old,
                fallback: templates(&flight.fallback)?,
                legacy: legacy.collect::<Result<_, _>>()?,
                in_rust: flight.in_rust,
                alike: flight.alike,
                leaves: flight.leaves,
                alters: flight.alters,
            };
            flights.insert(flight.column.clone(), departed);
        }
        // What leaves is no column of the model's, even if a damaged file has it in both.
        // A project may have tables in one database, and collections in another.
        let mut of_model = databases.to_vec();
        of_model.retain(|database| entry.model.collection == (*database == Database::MongoDb));
        let mut record = Record::new(&entry.model, &of_model, |column| {
            let comes = flights.get(column).is_some_and(|flight| !flight.leaves);
            comes.then(|| flights.remove(column)).flatten()
        });
        record.renamed = self.rename(table).map(|rename| Renamed {
            from: rename.from.clone(),
            migration: rename.migration.clone(),
        });
        let altered = self.altered.iter().filter(|altered| altered.table == table);
        record.altered = altered
            .map(|altered| Altered {
                column: altered.column.clone(),
                migration: altered.migration.clone(),
            })
            .collect();
        record.constrained = self.constrained.get(table).cloned();
        record.version = entry.model.version().map(|version| RecordedVersion {
            field: version.name.clone(),
            number: self.version(table),
            raised: self
                .versions
                .get(table)
                .into_iter()
                .flat_map(|version| &version.raised)
                .map(|raising| (raising.to, raising.migration.clone()))
                .collect(),
        });
        let widened = self.widened.iter().filter(|widened| widened.table == table);
        record.widened = widened.map(|widened| widened.column.clone()).collect();
        // What no field of the model took is on its way out.
        let leaving = flights.into_iter().filter(|(_, flight)| flight.leaves);
        record.leaving = leaving
            .map(|(column, flight)| Leaving {
                column,
                migration: flight.migration,
                filling: flight
                    .legacy
                    .into_iter()
                    .flat_map(|legacy| legacy.down)
                    .collect(),
            })
            .collect();
        Ok(Some(record))
    }
}

/// Reads migrations by what they are about; each has a name.
fn named<'de, D: Deserializer<'de>>(input: D) -> Result<BTreeMap<String, String>, D::Error> {
    let named = BTreeMap::<String, String>::deserialize(input)?;
    match named.values().any(String::is_empty) {
        true => Err(serde::de::Error::custom("a name is empty")),
        false => Ok(named),
    }
}

fn texts(rules: &[(Database, Template)]) -> BTreeMap<Database, String> {
    rules
        .iter()
        .map(|(database, template)| (*database, template.to_string()))
        .collect()
}

fn templates(
    texts: &BTreeMap<Database, String>,
) -> Result<Vec<(Database, Template)>, crate::template::BadTemplate> {
    texts
        .iter()
        .map(|(database, text)| Ok((*database, text.parse()?)))
        .collect()
}
