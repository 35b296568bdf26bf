//! The record of a model: the small file beside a crate's sources that its build reads.
//!
//! The snapshot holds every model of a project and stands outside most crates. A
//! crate has to build on its own, also when it is packaged, from a read-only source,
//! offline; so `generate` writes, into the folder `colmig/` of the crate, one file for
//! each model with what the derive needs and no more. One small file for each model
//! also keeps builds fast: a struct depends on its own file only.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::escape::{percent, unpercent};
use crate::{Database, Model, Template};

/// The folder, inside a crate, in which the records stand.
pub const FOLDER: &str = "colmig";

/// The version of the format that this build writes and reads.
const VERSION: &str = "1";

/// What the newest migration knows of one model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// The table.
    pub table: String,
    /// The struct.
    pub model: String,
    /// The databases for which accessors are generated, in their fixed order.
    pub databases: Vec<Database>,
    /// What the struct declares beside its fields.
    pub shape: String,
    /// The columns, in the order of the fields.
    pub columns: Vec<RecordedColumn>,
    /// The columns that are on their way out: the struct has them no more.
    pub leaving: Vec<Leaving>,
    /// Present while the table is on its way to its name.
    pub renamed: Option<Renamed>,
    /// The columns that were altered for good, which tells this build from older ones.
    pub altered: Vec<Altered>,
    /// The last migration by which checks or foreign keys came to the table or went, which tells
    /// this build from older ones.
    pub constrained: Option<String>,
    /// The columns whose type was widened in place, which are read as what they became: the
    /// build may be asked before they have.
    pub widened: Vec<String>,
    /// The version of the model, where documents are to say which they satisfy.
    pub version: Option<RecordedVersion>,
}

/// A table on its way to another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// The name that it had.
    pub from: String,
    /// The migration that renames it.
    pub migration: String,
}

/// A column on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// The column.
    pub column: String,
    /// The migration that drops it.
    pub migration: String,
    /// What inserts store in it for as long as older builds may read it, for each database; none
    /// where they may leave it out.
    pub filling: Vec<(Database, Template)>,
}

/// What the newest migration knows of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedColumn {
    /// The name of the column.
    pub name: String,
    /// [`Column::fingerprint`](crate::model::Column::fingerprint).
    pub fingerprint: String,
    /// Present while a migration that brings the column is under way.
    pub flight: Option<Flight>,
}

/// A column on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flight {
    /// The migration that brings it.
    pub migration: String,
    /// [`Column::transition_fingerprint`](crate::model::Column::transition_fingerprint).
    pub fingerprint: String,
    /// What a row holds that is older than the column, for each database.
    pub fallback: Vec<(Database, Template)>,
    /// Whether NULL means "older than the column". Otherwise the column, once it is
    /// there, always holds what it should, and is read as it is.
    pub null_is_old: bool,
    /// The columns whose place it takes; none if the column is new.
    pub legacy: Vec<Legacy>,
    /// Whether functions of the application convert between the two sides. `fallback` and
    /// `legacy` name the one column on each side then, and no rule.
    pub in_rust: bool,
    /// Whether the one legacy column stands for it wherever values are held against each other:
    /// it is an integer of a lesser type.
    pub alike: bool,
    /// Whether the column is on its way out. `legacy` is the column itself then, with what inserts
    /// store in it, or empty.
    pub leaves: bool,
    /// What becomes of NULL, where the column is there all along.
    pub alters: Option<Alteration>,
}

/// What becomes of NULL in a column that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alteration {
    /// It becomes required.
    Required,
    /// It may be NULL when the migration is finished.
    Nullable,
}

impl Alteration {
    const fn name(self) -> &'static str {
        match self {
            Alteration::Required => "required",
            Alteration::Nullable => "nullable",
        }
    }
}

/// A column that was altered for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Altered {
    /// The column.
    pub column: String,
    /// The last migration that did.
    pub migration: String,
}

impl Flight {
    /// That of a column which goes, where inserts go on storing `filling` in it.
    pub fn out(column: &str, migration: &str, filling: Vec<(Database, Template)>) -> Flight {
        let legacy = Legacy {
            column: column.to_owned(),
            down: filling,
        };
        Flight {
            migration: migration.to_owned(),
            fingerprint: String::new(),
            fallback: Vec::new(),
            null_is_old: false,
            legacy: Some(legacy)
                .filter(|legacy| !legacy.down.is_empty())
                .into_iter()
                .collect(),
            in_rust: false,
            alike: false,
            leaves: true,
            alters: None,
        }
    }
}

/// The version of the model that documents are to satisfy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedVersion {
    /// The field in which they say so.
    pub field: String,
    /// The number.
    pub number: u32,
    /// The migrations that are under way, each with the number to which it raises.
    pub raised: Vec<(u32, String)>,
}

/// A column whose place others take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Legacy {
    /// The column.
    pub column: String,
    /// What it holds, over the columns that take its place, for each database.
    pub down: Vec<(Database, Template)>,
}

impl Record {
    /// The record of `model`, with the columns that are in flight.
    pub fn new(
        model: &Model,
        databases: &[Database],
        mut flight: impl FnMut(&str) -> Option<Flight>,
    ) -> Record {
        let mut databases = databases.to_vec();
        databases.sort_unstable();
        Record {
            table: model.table.clone(),
            model: model.name.clone(),
            databases,
            shape: model.shape_fingerprint(),
            columns: model
                .columns
                .iter()
                .map(|column| RecordedColumn {
                    name: column.name.clone(),
                    fingerprint: column.fingerprint(),
                    flight: flight(&column.name),
                })
                .collect(),
            leaving: Vec::new(),
            renamed: None,
            altered: Vec::new(),
            constrained: None,
            widened: Vec::new(),
            version: None,
        }
    }

    /// Whether the type of a column was widened in place.
    pub fn was_widened(&self, column: &str) -> bool {
        self.widened.iter().any(|widened| widened == column)
    }

    /// The name of the file in [`FOLDER`].
    pub fn file_name(table: &str) -> String {
        // What file systems forbid, and the dot, so that the ending stays the ending.
        format!(
            "{}.model",
            percent(table, &['/', '\\', ':', '*', '?', '"', '<', '>', '|', '.'])
        )
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&RecordedColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The line that stands for a column. The build looks for it, letter by letter.
    pub fn column_line(name: &str, fingerprint: &str) -> String {
        format!("column {} {fingerprint}", word(name))
    }

    /// The line that stands for the transition of a column in flight.
    pub fn flight_line(&self, name: &str) -> Option<String> {
        let flight = self.column(name)?.flight.as_ref()?;
        self.flight_line_of(name, &flight.fingerprint)
    }

    /// The line that would stand for a column in flight if its transition had that fingerprint.
    pub fn flight_line_of(&self, name: &str, fingerprint: &str) -> Option<String> {
        let flight = self.column(name)?.flight.as_ref()?;
        Some(format!(
            "flight {} {fingerprint} {} {}",
            word(name),
            word(&flight.migration),
            if flight.null_is_old {
                "null-is-old"
            } else {
                "always-filled"
            },
        ))
    }

    /// The line that stands for what the struct declares beside its fields.
    pub fn shape_line(fingerprint: &str) -> String {
        format!("shape {fingerprint}")
    }
}

fn word(text: &str) -> String {
    percent(text, &[' '])
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# Written by `cargo colmig generate`. Commit it, and do not edit it."
        )?;
        writeln!(
            f,
            "# The build compares the struct `{}` with it.",
            self.model
        )?;
        writeln!(f, "colmig {VERSION}")?;
        writeln!(f, "table {}", word(&self.table))?;
        writeln!(f, "model {}", word(&self.model))?;
        f.write_str("databases")?;
        for database in &self.databases {
            write!(f, " {database}")?;
        }
        writeln!(f, "\n{}", Record::shape_line(&self.shape))?;
        if let Some(renamed) = &self.renamed {
            writeln!(f, "renamed {} {}", word(&renamed.from), renamed.migration)?;
        }
        for column in &self.columns {
            writeln!(
                f,
                "{}",
                Record::column_line(&column.name, &column.fingerprint)
            )?;
        }
        for column in &self.columns {
            let (Some(flight), Some(line)) = (&column.flight, self.flight_line(&column.name))
            else {
                continue;
            };
            writeln!(f, "{line}")?;
            if flight.in_rust {
                writeln!(f, "rust {}", word(&column.name))?;
            }
            if flight.alike {
                writeln!(f, "alike {}", word(&column.name))?;
            }
            if let Some(alters) = flight.alters {
                writeln!(f, "alters {} {}", word(&column.name), alters.name())?;
            }
            for (database, fallback) in &flight.fallback {
                let fallback = percent(&fallback.to_string(), &[]);
                writeln!(f, "fallback {} {database} {fallback}", word(&column.name))?;
            }
            for legacy in &flight.legacy {
                for (database, down) in &legacy.down {
                    let down = percent(&down.to_string(), &[]);
                    let (target, legacy) = (word(&column.name), word(&legacy.column));
                    writeln!(f, "legacy {target} {legacy} {database} {down}")?;
                }
            }
        }
        for leaving in &self.leaving {
            let column = word(&leaving.column);
            writeln!(f, "leaving {column} {}", word(&leaving.migration))?;
            for (database, filling) in &leaving.filling {
                let filling = percent(&filling.to_string(), &[]);
                writeln!(f, "filling {column} {database} {filling}")?;
            }
        }
        for altered in &self.altered {
            writeln!(f, "altered {} {}", word(&altered.column), altered.migration)?;
        }
        if let Some(migration) = &self.constrained {
            writeln!(f, "constrained {}", word(migration))?;
        }
        for widened in &self.widened {
            writeln!(f, "widened {}", word(widened))?;
        }
        if let Some(version) = &self.version {
            writeln!(f, "version {} {}", word(&version.field), version.number)?;
            for (number, migration) in &version.raised {
                writeln!(f, "raised {number} {}", word(migration))?;
            }
        }
        Ok(())
    }
}

/// A record that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}; write the file anew with `cargo colmig generate`")]
pub struct BadRecord {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

impl FromStr for Record {
    type Err = BadRecord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut record = Record::default();
        let mut versioned = false;
        let mut lines = 0;
        for (index, line) in text.lines().enumerate() {
            lines = index + 1;
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (key, rest) = line.split_once(' ').unwrap_or((line, ""));
            if key == "colmig" {
                // What another version says may mean nothing to this one.
                if rest != VERSION {
                    return Err(BadRecord {
                        line: index + 1,
                        reason: format!(
                            "it is of version {rest} and this build of colmig reads version {VERSION}"
                        ),
                    });
                }
                versioned = true;
            }
            read_line(&mut record, key, rest).map_err(|reason| BadRecord {
                line: index + 1,
                reason,
            })?;
        }
        let missing = |what: &str| BadRecord {
            line: lines,
            reason: format!("the line `{what}` is missing"),
        };
        if !versioned {
            return Err(missing("colmig 1"));
        }
        let needed = [
            ("table", &record.table),
            ("model", &record.model),
            ("shape", &record.shape),
        ];
        // A file that was cut short ends before one of them.
        match needed.iter().find(|(_, text)| text.is_empty()) {
            Some((what, _)) => Err(missing(what)),
            None => Ok(record),
        }
    }
}

fn read_line(record: &mut Record, key: &str, rest: &str) -> Result<(), String> {
    let mut words = rest.split(' ');
    let mut next = || {
        words
            .next()
            .filter(|word| !word.is_empty())
            .ok_or("it is cut short")
    };
    match key {
        "colmig" => {}
        "table" => record.table = unpercent(next()?),
        "model" => record.model = unpercent(next()?),
        "shape" => record.shape = next()?.to_owned(),
        "databases" => {
            record.databases = rest
                .split_whitespace()
                .map(|name| {
                    name.parse()
                        .map_err(|error: crate::UnknownDatabase| error.to_string())
                })
                .collect::<Result<_, _>>()?;
        }
        "column" => record.columns.push(RecordedColumn {
            name: unpercent(next()?),
            fingerprint: next()?.to_owned(),
            flight: None,
        }),
        "flight" => {
            let column = unpercent(next()?);
            let flight = Flight {
                fingerprint: next()?.to_owned(),
                migration: unpercent(next()?),
                null_is_old: match next()? {
                    "null-is-old" => true,
                    "always-filled" => false,
                    other => return Err(format!("`{other}` says nothing of a column in flight")),
                },
                fallback: Vec::new(),
                legacy: Vec::new(),
                in_rust: false,
                alike: false,
                leaves: false,
                alters: None,
            };
            recorded(record, &column)?.flight = Some(flight);
        }
        "rust" => {
            let column = unpercent(next()?);
            in_flight(record, &column)?.in_rust = true;
        }
        "alike" => {
            let column = unpercent(next()?);
            in_flight(record, &column)?.alike = true;
        }
        "alters" => {
            let column = unpercent(next()?);
            in_flight(record, &column)?.alters = Some(match next()? {
                "required" => Alteration::Required,
                "nullable" => Alteration::Nullable,
                other => return Err(format!("`{other}` says nothing of what becomes of NULL")),
            });
        }
        "widened" => record.widened.push(unpercent(next()?)),
        "version" => {
            record.version = Some(RecordedVersion {
                field: unpercent(next()?),
                number: number(next()?)?,
                raised: Vec::new(),
            });
        }
        "raised" => {
            let raised = (number(next()?)?, unpercent(next()?));
            let version = record.version.as_mut();
            let version = version.ok_or("there is no version to raise")?;
            version.raised.push(raised);
        }
        "altered" => record.altered.push(Altered {
            column: unpercent(next()?),
            migration: unpercent(next()?),
        }),
        "constrained" => record.constrained = Some(unpercent(next()?)),
        "fallback" => {
            let column = unpercent(next()?);
            let rule = read_rule(next()?, rest, 2)?;
            in_flight(record, &column)?.fallback.push(rule);
        }
        "legacy" => {
            let (column, name) = (unpercent(next()?), unpercent(next()?));
            let down = read_rule(next()?, rest, 3)?;
            let legacy = &mut in_flight(record, &column)?.legacy;
            match legacy.iter_mut().find(|legacy| legacy.column == name) {
                Some(known) => known.down.push(down),
                None => legacy.push(Legacy {
                    column: name,
                    down: vec![down],
                }),
            }
        }
        "renamed" => {
            record.renamed = Some(Renamed {
                from: unpercent(next()?),
                migration: unpercent(next()?),
            });
        }
        "leaving" => record.leaving.push(Leaving {
            column: unpercent(next()?),
            migration: unpercent(next()?),
            filling: Vec::new(),
        }),
        "filling" => {
            let column = unpercent(next()?);
            let rule = read_rule(next()?, rest, 2)?;
            let mut leaving = record.leaving.iter_mut();
            let leaving = leaving.find(|leaving| leaving.column == column);
            let leaving = leaving.ok_or_else(|| format!("`{column}` is not on its way out"))?;
            leaving.filling.push(rule);
        }
        other => return Err(format!("`{other}` is not known")),
    }
    Ok(())
}

fn number(word: &str) -> Result<u32, String> {
    word.parse()
        .map_err(|_| format!("`{word}` is no number of a version"))
}

/// A database, and the template behind `words` words.
fn read_rule(database: &str, rest: &str, words: usize) -> Result<(Database, Template), String> {
    let database = database
        .parse()
        .map_err(|error: crate::UnknownDatabase| error.to_string())?;
    let text = rest.splitn(words + 1, ' ').nth(words).unwrap_or_default();
    let template = unpercent(text)
        .parse()
        .map_err(|error: crate::template::BadTemplate| error.to_string())?;
    Ok((database, template))
}

fn in_flight<'a>(record: &'a mut Record, name: &str) -> Result<&'a mut Flight, String> {
    let flight = recorded(record, name)?.flight.as_mut();
    flight.ok_or_else(|| format!("`{name}` is not in flight"))
}

fn recorded<'a>(record: &'a mut Record, name: &str) -> Result<&'a mut RecordedColumn, String> {
    record
        .columns
        .iter_mut()
        .find(|column| column.name == name)
        .ok_or_else(|| format!("`{name}` is no column of it"))
}

#[cfg(test)]
mod tests;
