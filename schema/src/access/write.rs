//! Inserts and updates: every value to the side, or sides, where it belongs.

use std::fmt::{self, Display as _, Write};

use super::{Condition, Field, InFlight, Statement, Table, list, text};
use crate::render::{Ident, Literal, write_placeholder};
use crate::{Database, Stage, Template};

/// The parameter that each field's value goes into, from 1.
type Parameters = Vec<Option<usize>>;

impl<'a> Field<'a> {
    /// Whether the column itself is written.
    fn written(&self) -> bool {
        match &self.flight {
            None => true,
            Some(flight) => match flight.sides() {
                Some(sides) => sides.writes_target,
                None => flight.written(),
            },
        }
    }

    /// The legacy columns that are written in its place or beside it.
    fn legacy(&self) -> &[(&'a str, &'a Template)] {
        match &self.flight {
            Some(flight) if flight.sides().is_some_and(|sides| sides.writes_legacy) => {
                &flight.legacy
            }
            _ => &[],
        }
    }

    /// Whether nothing of its value can be lost on the way to legacy and back.
    fn is_exact(&self, flight: &InFlight<'_>) -> bool {
        let [(legacy, down)] = flight.legacy.as_slice() else {
            return false;
        };
        flight.fallback.as_column() == Some(legacy) && down.as_column() == Some(self.column)
    }
}

impl<'a> Table<'a> {
    /// Inserts one row.
    ///
    /// A field that cannot be stored yet takes part as a condition: the row goes in if
    /// the field's value is what a read will give for it, and otherwise no row is
    /// inserted. That way no accepted value is ever lost, in one statement. The same goes
    /// for a value that legacy could not hold.
    pub fn insert(&self) -> Statement {
        self.insert_if(&self.conditional())
    }

    /// The fields whose values can be refused for what they are.
    fn conditional(&self) -> Vec<usize> {
        let fields = 0..self.fields.len();
        fields.filter(|field| self.is_conditional(*field)).collect()
    }

    /// Inserts one row under the conditions of these fields.
    fn insert_if(&self, conditional: &[usize]) -> Statement {
        let (stored, held): (Vec<usize>, Vec<usize>) =
            (0..self.fields.len()).partition(|field| self.fields[*field].written());
        let binds = [stored.clone(), held].concat();
        let mut parameters = vec![None; self.fields.len()];
        for (position, field) in binds.iter().enumerate() {
            parameters[*field] = Some(position + 1);
        }
        let legacy = self.legacy_of(0..self.fields.len());
        let condition = (!conditional.is_empty()).then(|| Condition {
            sql: text(|to| {
                to.write_str("SELECT ")?;
                self.write_conditions(to, conditional, ", ", &parameters)
            }),
            fields: conditional.to_vec(),
        });
        let sql = text(|to| {
            to.write_str("INSERT INTO ")?;
            Ident(self.name).write_to(to)?;
            to.write_str(" (")?;
            list(to, &stored, |to, _, field| {
                Ident(self.fields[*field].column).write_to(to)
            })?;
            for (column, _) in &legacy {
                write!(to, ", {}", Ident(column))?;
            }
            to.write_str(if condition.is_some() {
                ") SELECT "
            } else {
                ") VALUES ("
            })?;
            list(to, &stored, |to, parameter, _| {
                write_placeholder(to, parameter)
            })?;
            for (_, down) in &legacy {
                write!(to, ", {}", self.down(down, &parameters))?;
            }
            if condition.is_none() {
                return to.write_str(")");
            }
            to.write_str(" WHERE ")?;
            self.write_conditions(to, conditional, " AND ", &parameters)
        });
        Statement {
            sql,
            binds,
            condition,
        }
    }

    /// The legacy columns whose place has been taken already, where they may still be there and
    /// require a value, which the database fills in nowhere.
    pub fn legacy_left(&self) -> Vec<&'a str> {
        let mut left = Vec::new();
        if self.database == Database::Sqlite {
            let flights = self.fields.iter().filter_map(|field| field.flight.as_ref());
            let alone = flights.filter(|flight| flight.stage == Stage::Alone);
            for (column, _) in alone.flat_map(|flight| &flight.legacy) {
                if !left.contains(column) {
                    left.push(*column);
                }
            }
        }
        left
    }

    /// Asks which of these columns are there: one row, with a yes or no for each.
    pub fn are_there(&self, columns: &[&str]) -> String {
        text(|to| {
            to.write_str("SELECT ")?;
            list(to, columns, |to, _, column| {
                write!(
                    to,
                    "EXISTS (SELECT 1 FROM pragma_table_info({}) WHERE name = {})",
                    Literal(self.name),
                    Literal(column)
                )
            })
        })
    }

    /// Inserts one row with those of the legacy columns whose place has been taken already.
    /// They go one change after the other, so some may be there and others not.
    pub fn insert_beside(&self, there: &[&str]) -> Statement {
        let mut beside = self.clone();
        let flights = beside
            .fields
            .iter_mut()
            .filter_map(|field| field.flight.as_mut());
        for flight in flights.filter(|flight| flight.stage == Stage::Alone) {
            flight.legacy.retain(|(column, _)| there.contains(column));
            if !flight.legacy.is_empty() {
                flight.stage = Stage::Filled;
            }
        }
        // What legacy cannot hold is of no interest any more: nobody reads it.
        beside.insert_if(&self.conditional())
    }

    /// Updates the fields at `set`, which has at least one, of one row by its primary
    /// key. The values of `set` are bound first, then those of the key.
    ///
    /// # Errors
    /// The position of a field that cannot be stored yet.
    pub fn update(&self, set: &[usize]) -> Result<Statement, usize> {
        let early = |field: &&usize| {
            let field = &self.fields[**field];
            !field.written() && field.legacy().is_empty()
        };
        if let Some(early) = set.iter().find(early) {
            return Err(*early);
        }
        let mut parameters = vec![None; self.fields.len()];
        for (position, field) in set.iter().enumerate() {
            parameters[*field] = Some(position + 1);
        }
        let legacy = self.legacy_of(set.iter().copied());
        let conditional: Vec<usize> = self
            .conditional()
            .into_iter()
            .filter(|field| {
                let touched =
                    |(column, _): &(&str, _)| legacy.iter().any(|(other, _)| other == column);
                self.fields[*field].legacy().iter().any(touched)
            })
            .collect();
        let key = set.len() + 1;
        let condition = (!conditional.is_empty()).then(|| Condition {
            sql: text(|to| {
                to.write_str("SELECT ")?;
                self.write_conditions(to, &conditional, ", ", &parameters)?;
                to.write_str(" FROM ")?;
                Ident(self.name).write_to(to)?;
                self.write_key_condition(to, key)
            }),
            fields: conditional.clone(),
        });
        let sql = text(|to| {
            to.write_str("UPDATE ")?;
            Ident(self.name).write_to(to)?;
            let mut before = " SET ";
            for field in set.iter().map(|field| &self.fields[*field]) {
                if field.written() {
                    write!(to, "{before}{} = ", Ident(field.column))?;
                    self.write_value(to, field.column, &parameters)?;
                    before = ", ";
                }
            }
            for (column, down) in &legacy {
                write!(
                    to,
                    "{before}{} = {}",
                    Ident(column),
                    self.down(down, &parameters)
                )?;
                before = ", ";
            }
            self.write_key_condition(to, key)?;
            if condition.is_some() {
                to.write_str(" AND ")?;
                self.write_conditions(to, &conditional, " AND ", &parameters)?;
            }
            Ok(())
        });
        Ok(Statement {
            sql,
            binds: set.iter().copied().chain(self.key()).collect(),
            condition,
        })
    }

    /// The legacy columns that are written with these fields, each once.
    fn legacy_of(&self, fields: impl Iterator<Item = usize>) -> Vec<(&'a str, &'a Template)> {
        let mut found: Vec<(&str, &Template)> = Vec::new();
        for (column, down) in fields.flat_map(|field| self.fields[field].legacy()) {
            if !found.iter().any(|(known, _)| known == column) {
                found.push((column, down));
            }
        }
        found
    }

    /// Whether a value of the field can be refused for what it is.
    fn is_conditional(&self, field: usize) -> bool {
        let field = &self.fields[field];
        match &field.flight {
            None => false,
            Some(flight) if flight.legacy.is_empty() => !flight.written(),
            Some(flight) => !field.legacy().is_empty() && !field.is_exact(flight),
        }
    }

    /// The conditions for these fields: that a read of legacy, or of a row without the
    /// column, gives the very value.
    fn write_conditions(
        &self,
        to: &mut dyn Write,
        fields: &[usize],
        between: &str,
        parameters: &Parameters,
    ) -> fmt::Result {
        let same = self.same();
        for (position, field) in fields.iter().enumerate() {
            let field = &self.fields[*field];
            let Some(flight) = &field.flight else {
                continue;
            };
            to.write_str(if position > 0 { between } else { "" })?;
            let read = flight.fallback.with(|column, f| {
                let legacy = flight.legacy.iter().find(|(name, _)| *name == column);
                match legacy {
                    Some((_, down)) => self.down(down, parameters).fmt(f),
                    None => self.write_value(f, column, parameters),
                }
            });
            write!(to, "({read}) {same} ")?;
            self.write_value(to, field.column, parameters)?;
        }
        Ok(())
    }

    /// What a legacy column is to hold.
    fn down(&self, down: &'a Template, parameters: &Parameters) -> impl fmt::Display {
        fmt::from_fn(move |f| {
            let nested = down.as_column().is_none();
            f.write_str(if nested { "(" } else { "" })?;
            down.with(|column, f| self.write_value(f, column, parameters))
                .fmt(f)?;
            f.write_str(if nested { ")" } else { "" })
        })
    }

    /// The value of a column: a parameter, or what a read of the row gives now.
    fn write_value(
        &self,
        to: &mut dyn Write,
        column: &str,
        parameters: &Parameters,
    ) -> fmt::Result {
        let position = self.fields.iter().position(|field| field.column == column);
        if let Some(parameter) = position.and_then(|position| parameters[position]) {
            return write_placeholder(to, parameter);
        }
        let flight = position.and_then(|position| self.fields[position].flight.as_ref());
        match flight {
            Some(flight) if flight.reads_rule() => write!(to, "({})", flight.fallback.bare()),
            _ => Ident(column).write_to(to),
        }
    }
}
