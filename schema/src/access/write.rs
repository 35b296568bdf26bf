//! Inserts and updates: every value to the side, or sides, where it belongs.

use std::fmt::{self, Display as _, Write};

use super::{Condition, Field, InFlight, Leaving, Statement, Table, list, text};
use crate::render::write_placeholder;
use crate::{Sql, Stage, Template};

/// The parameters that values go into, from 1.
struct Parameters {
    /// That of each field's value.
    fields: Vec<Option<usize>>,
    /// That of what a function of the application makes of it for legacy.
    made: Vec<Option<usize>>,
}

impl Parameters {
    /// Those of `binds`, and from the parameter `first` on those of `made`.
    fn of(fields: usize, binds: &[usize], first: usize, made: &[usize]) -> Parameters {
        let mut parameters = Parameters {
            fields: vec![None; fields],
            made: vec![None; fields],
        };
        for (position, field) in binds.iter().enumerate() {
            parameters.fields[*field] = Some(position + 1);
        }
        for (position, field) in made.iter().enumerate() {
            parameters.made[*field] = Some(first + position);
        }
        parameters
    }
}

/// A legacy column that is written, over the columns that take its place, or as a function of
/// the application has made it of a field.
struct Legacy<'a> {
    column: &'a str,
    value: &'a Template,
    made_of: Option<usize>,
}

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

    /// Whether functions of the application convert it.
    fn is_in_rust(&self) -> bool {
        self.flight.as_ref().is_some_and(|flight| flight.in_rust)
    }

    /// Whether nothing of its value can be lost on the way to legacy and back.
    fn is_exact(&self, flight: &InFlight<'_>) -> bool {
        let [(legacy, down)] = flight.legacy.as_slice() else {
            return false;
        };
        flight.fallback.as_column() == Some(legacy) && down.as_column() == Some(self.column)
    }
}

/// The fields of which something is made for legacy.
fn made_of(legacy: &[Legacy<'_>]) -> Vec<usize> {
    legacy.iter().filter_map(|legacy| legacy.made_of).collect()
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

    /// The columns on their way out that are still given a value.
    fn filled(&self) -> impl Iterator<Item = &Leaving<'a>> {
        let leaving = self.leaving.iter();
        leaving.filter(|leaving| leaving.stage < Stage::Alone)
    }

    /// The fields whose values can be refused for what they are.
    fn conditional(&self) -> Vec<usize> {
        let fields = 0..self.fields.len();
        fields.filter(|field| self.is_conditional(*field)).collect()
    }

    /// Inserts one row under the conditions of these fields.
    fn insert_if(&self, conditional: &[usize]) -> Statement {
        let (stored, mut held): (Vec<usize>, Vec<usize>) =
            (0..self.fields.len()).partition(|field| self.fields[*field].written());
        // Of these the statement knows what was made of them, and no more.
        held.retain(|field| !self.fields[*field].is_in_rust());
        let binds = [stored.clone(), held].concat();
        let legacy = self.legacy_of(0..self.fields.len());
        let made = made_of(&legacy);
        let parameters = Parameters::of(self.fields.len(), &binds, binds.len() + 1, &made);
        let condition = (!conditional.is_empty()).then(|| {
            let (sql, order) = self.said(|to| {
                to.write_str("SELECT ")?;
                self.write_conditions(to, conditional, ", ", &parameters)
            });
            Condition {
                sql,
                order,
                fields: conditional.to_vec(),
            }
        });
        let (sql, order) = self.said(|to| {
            to.write_str("INSERT INTO ")?;
            self.write_name(to)?;
            to.write_str(" (")?;
            list(to, &stored, |to, _, field| {
                self.database.ident(self.fields[*field].column).write_to(to)
            })?;
            for legacy in &legacy {
                write!(to, ", {}", self.database.ident(legacy.column))?;
            }
            for leaving in self.filled() {
                write!(to, ", {}", self.database.ident(leaving.column))?;
            }
            to.write_str(if condition.is_some() {
                ") SELECT "
            } else {
                ") VALUES ("
            })?;
            list(to, &stored, |to, parameter, _| {
                write_placeholder(to, parameter)
            })?;
            for legacy in &legacy {
                to.write_str(", ")?;
                self.write_legacy(to, legacy, &parameters)?;
            }
            for leaving in self.filled() {
                write!(to, ", {}", leaving.filling.bare(self.database))?;
            }
            if condition.is_none() {
                return to.write_str(")");
            }
            to.write_str(match self.database {
                Sql::Postgres | Sql::Sqlite => " WHERE ",
                Sql::MariaDb => " FROM DUAL WHERE ",
            })?;
            self.write_conditions(to, conditional, " AND ", &parameters)
        });
        Statement {
            sql,
            binds,
            made,
            condition,
            order,
        }
    }

    /// Inserts one row with the columns whose place has been taken already, or that go; none if
    /// there are none, or if the database fills them in as long as they are there.
    pub fn insert_beside(&self) -> Option<Statement> {
        if self.database == Sql::Postgres {
            return None;
        }
        let mut beside = self.clone();
        let flights = beside
            .fields
            .iter_mut()
            .filter_map(|field| field.flight.as_mut());
        let mut any = false;
        for flight in flights.filter(|flight| !flight.legacy.is_empty()) {
            if flight.stage == Stage::Alone && flight.ending {
                flight.stage = Stage::Filled;
                any = true;
            }
        }
        for leaving in &mut beside.leaving {
            if leaving.stage == Stage::Alone && leaving.ending {
                leaving.stage = Stage::Filled;
                any = true;
            }
        }
        // What legacy cannot hold is of no interest any more: nobody reads it.
        any.then(|| beside.insert_if(&self.conditional()))
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
        // Of one that is not written yet the statement knows what was made of it, and no more.
        let bound: Vec<usize> = set
            .iter()
            .copied()
            .filter(|field| self.fields[*field].written() || !self.fields[*field].is_in_rust())
            .collect();
        let legacy = self.legacy_of(set.iter().copied());
        let made = made_of(&legacy);
        let key = bound.len() + 1;
        let parameters = Parameters::of(self.fields.len(), &bound, key + self.key().count(), &made);
        let conditional: Vec<usize> = self
            .conditional()
            .into_iter()
            .filter(|field| {
                let touched =
                    |(column, _): &(&str, _)| legacy.iter().any(|other| other.column == *column);
                let refuses_null =
                    |flight: &InFlight<'_>| flight.refuses_null && set.contains(field);
                let field = &self.fields[*field];
                field.flight.as_ref().is_some_and(refuses_null)
                    || field.legacy().iter().any(touched)
            })
            .collect();
        let condition = (!conditional.is_empty()).then(|| {
            let (sql, order) = self.said(|to| {
                to.write_str("SELECT ")?;
                self.write_conditions(to, &conditional, ", ", &parameters)?;
                to.write_str(" FROM ")?;
                self.write_name(to)?;
                self.write_key_condition(to, key)
            });
            Condition {
                sql,
                order,
                fields: conditional.clone(),
            }
        });
        let (sql, order) = self.said(|to| {
            to.write_str("UPDATE ")?;
            self.write_name(to)?;
            let mut before = " SET ";
            for field in set.iter().map(|field| &self.fields[*field]) {
                if field.written() {
                    write!(to, "{before}{} = ", self.database.ident(field.column))?;
                    self.write_value(to, field.column, &parameters)?;
                    before = ", ";
                }
            }
            for legacy in &legacy {
                write!(to, "{before}{} = ", self.database.ident(legacy.column))?;
                self.write_legacy(to, legacy, &parameters)?;
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
            binds: bound.into_iter().chain(self.key()).collect(),
            made,
            condition,
            order,
        })
    }

    /// The legacy columns that are written with these fields, each once.
    fn legacy_of(&self, fields: impl Iterator<Item = usize>) -> Vec<Legacy<'a>> {
        let mut found: Vec<Legacy<'a>> = Vec::new();
        for field in fields {
            for (column, value) in self.fields[field].legacy() {
                if !found.iter().any(|known| known.column == *column) {
                    found.push(Legacy {
                        column,
                        value,
                        made_of: self.fields[field].is_in_rust().then_some(field),
                    });
                }
            }
        }
        found
    }

    /// Writes what a legacy column is to hold.
    fn write_legacy(
        &self,
        to: &mut dyn Write,
        legacy: &Legacy<'a>,
        parameters: &Parameters,
    ) -> fmt::Result {
        match legacy.made_of.and_then(|field| parameters.made[field]) {
            Some(parameter) => write_placeholder(to, parameter),
            None => write!(to, "{}", self.down(legacy.value, parameters)),
        }
    }

    /// Whether a value of the field can be refused for what it is.
    fn is_conditional(&self, field: usize) -> bool {
        let field = &self.fields[field];
        match &field.flight {
            None => false,
            Some(flight) if flight.refuses_null => true,
            // The application proves it before it sends the statement.
            Some(flight) if flight.legacy.is_empty() => !flight.written() && !flight.in_rust,
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
        for (position, field) in fields.iter().enumerate() {
            let field = &self.fields[*field];
            let Some(flight) = &field.flight else {
                continue;
            };
            to.write_str(if position > 0 { between } else { "" })?;
            if flight.refuses_null {
                to.write_str("(")?;
                self.write_value(to, field.column, parameters)?;
                to.write_str(" IS NOT NULL)")?;
                continue;
            }
            let read = flight.fallback.with(|column, f| {
                let legacy = flight.legacy.iter().find(|(name, _)| *name == column);
                match legacy {
                    Some((_, down)) => self.down(down, parameters).fmt(f),
                    None => self.write_value(f, column, parameters),
                }
            });
            let value = text(|to| self.write_value(to, field.column, parameters));
            self.write_same(to, &format!("({read})"), &value)?;
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
        if let Some(parameter) = position.and_then(|position| parameters.fields[position]) {
            return write_placeholder(to, parameter);
        }
        let flight = position.and_then(|position| self.fields[position].flight.as_ref());
        match flight {
            Some(flight) if flight.reads_rule() => {
                write!(to, "({})", flight.fallback.bare(self.database))
            }
            _ => self.database.ident(column).write_to(to),
        }
    }
}
