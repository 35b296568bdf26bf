//! Writing: insert, update, delete, each in one statement.

use std::any::Any;
use std::fmt;

use colmig_schema::access::{Condition, Statement};

use super::read::key_values;
use super::{Access, Intent, Target, arguments, on};
use crate::BoxFuture;
use crate::backend::Backend;
use crate::error::{Error, Result};
use crate::field::{Field, Given};
use crate::flight::{Chosen, Flights, Statements};
use crate::model::Model;
use crate::private::Descriptor;
use crate::rule::{Rule, is_reversible};

/// Inserts one row.
pub(crate) fn insert<'c, M: Model>(row: &'c M, target: Target<'c>) -> BoxFuture<'c, Result<()>> {
    async fn insert_on<D: Backend, M: Model>(
        connection: &mut D::Connection,
        chosen: Chosen,
        row: &M,
    ) -> Result<u64> {
        let descriptor = M::DESCRIPTOR;
        let values = |binds: &mut dyn Iterator<Item = usize>, made: &[usize], order: &[usize]| {
            let values = binds.map(|field| (field, row.value(field)));
            with_made::<D>(descriptor, values, made, order, |field| row.value(field))
        };
        let sql = match chosen {
            Chosen::Plain(sql) => {
                let values = values(&mut (0..descriptor.fields().count()), &[], &[])?;
                return execute::<D>(connection, descriptor, sql.insert, values).await;
            }
            Chosen::InFlight(flights, sql) => {
                refuse_irreversible(descriptor, flights, &sql.insert_made, |field| {
                    row.value(field)
                })?;
                refuse_unproved(descriptor, flights, &sql.proved, |field| row.value(field))?;
                sql
            }
        };
        let once = || {
            let binds = &mut sql.insert_binds.iter().copied();
            values(binds, &sql.insert_made, &sql.insert_order)
        };
        let inserted = once()?;
        let inserted = execute::<D>(connection, descriptor, sql.insert, inserted).await;
        let Some(Statement {
            sql: beside,
            binds,
            made,
            order,
            ..
        }) = &sql.insert_beside
        else {
            return inserted;
        };
        // While contract runs, nobody can say whether a required legacy column is still
        // there: one of the two statements fits, and the other is refused as a whole.
        match inserted {
            Err(error) if error.is_kind(sqlx::error::ErrorKind::NotNullViolation) => {
                let both = values(&mut binds.iter().copied(), made, order)?;
                let beside = sqlx::AssertSqlSafe(beside.as_str());
                match execute::<D>(connection, descriptor, beside, both).await {
                    Err(gone) if gone.is_kind(sqlx::error::ErrorKind::Other) => {
                        execute::<D>(connection, descriptor, sql.insert, once()?).await
                    }
                    done => done,
                }
            }
            done => done,
        }
    }

    async fn refused_on<D: Backend, M: Model>(
        connection: &mut D::Connection,
        statements: &'static Statements,
        row: &M,
    ) -> Result<Option<usize>> {
        let binds = statements.insert_binds.iter();
        let values = binds.map(|field| (*field, row.value(*field)));
        let condition = statements.insert_condition.as_ref();
        let order = condition.map_or(&[][..], |condition| &condition.order);
        let made = &statements.insert_made;
        let values = with_made::<D>(M::DESCRIPTOR, values, made, order, |field| row.value(field))?;
        first_refused::<D>(connection, M::DESCRIPTOR, condition, values).await
    }

    Box::pin(async move {
        let (mut held, chosen, pass) = target.open(M::DESCRIPTOR, Intent::Write).await?;
        let inserted =
            on!(&mut held, D, connection => insert_on::<D, M>(connection, chosen, row).await)?;
        pass.accepted()?;
        if inserted > 0 {
            return Ok(());
        }
        // The statement inserts nothing when a value differs from what a read would give.
        let refused = match chosen {
            Chosen::InFlight(_, statements) => {
                on!(&mut held, D, connection => refused_on::<D, M>(connection, statements, row).await)?
            }
            Chosen::Plain(_) => None,
        };
        Err(match (chosen, refused) {
            (Chosen::InFlight(flights, _), Some(field)) => {
                not_writable(M::DESCRIPTOR, flights, field)
            }
            _ => Error::Mismatch {
                model: M::DESCRIPTOR.model,
                reason: "no row was inserted",
            },
        })
    })
}

/// The first field whose value kept a statement from writing; none if it was none of them.
async fn first_refused<D: Backend>(
    connection: &mut D::Connection,
    descriptor: &'static Descriptor,
    condition: Option<&Condition>,
    values: D::Arguments,
) -> Result<Option<usize>> {
    let Some(condition) = condition else {
        return Ok(None);
    };
    let sql = sqlx::SqlSafeStr::into_sql_str(sqlx::AssertSqlSafe(condition.sql.clone()));
    let failed = |source| Error::Database {
        model: descriptor.model,
        source,
    };
    let row = D::fetch_optional(connection, sql, values)
        .await
        .map_err(failed)?;
    let Some(row) = row else { return Ok(None) };
    let row = D::row(&row);
    for (column, field) in condition.fields.iter().enumerate() {
        if !row.truth(column).map_err(failed)? {
            return Ok(Some(*field));
        }
    }
    Ok(None)
}

/// Deletes the row with this key. Whether there was one.
pub(crate) fn delete<M: Model>(target: Target<'_>, key: M::Key) -> BoxFuture<'_, Result<bool>> {
    async fn delete_on<D: Backend, M: Model>(
        connection: &mut D::Connection,
        sql: &'static str,
        key: M::Key,
    ) -> Result<u64> {
        let arguments = arguments::<D>(M::DESCRIPTOR, key_values::<M>(&key))?;
        execute::<D>(connection, M::DESCRIPTOR, sql, arguments).await
    }

    Box::pin(async move {
        let (mut held, chosen, pass) = target.open(M::DESCRIPTOR, Intent::Write).await?;
        let deleted = on!(&mut held, D, connection => delete_on::<D, M>(connection, chosen.delete(), key).await)?;
        pass.accepted()?;
        Ok(deleted > 0)
    })
}

/// An update of one row, by its key: some fields are set, and the others left alone.
#[must_use = "nothing is written before `execute` is awaited"]
pub struct Update<M: Model> {
    key: M::Key,
    set: Vec<(usize, Box<dyn Any + Send + Sync>)>,
}

impl<M: Model> fmt::Debug for Update<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = self.set.iter();
        let set: Vec<_> = set.map(|(field, _)| M::DESCRIPTOR.column(*field)).collect();
        f.debug_struct("Update")
            .field("model", &M::DESCRIPTOR.model)
            .field("set", &set)
            .finish()
    }
}

/// Begins an update of the row with this key.
pub(crate) fn update<M: Model>(key: M::Key) -> Update<M> {
    Update {
        key,
        set: Vec::new(),
    }
}

impl<M: Model> Update<M> {
    /// Sets a field, named by [`field!`](crate::field). Set twice, the last value holds.
    ///
    /// ```ignore
    /// use colmig::{Model, field};
    ///
    /// let mut update = User::update(42).set(field!(User.display_name), "Ada L.");
    /// if let Some(bio) = new_bio {
    ///     update = update.set(field!(User.bio), bio);
    /// }
    /// let was_there = update.execute(&db).await?;
    /// ```
    pub fn set<T: Any + Send + Sync>(mut self, field: Field<M, T>, value: impl Given<T>) -> Self {
        // In their order, so that the same fields are the same statement.
        let at = self.set.partition_point(|(set, _)| *set < field.position);
        if self
            .set
            .get(at)
            .is_some_and(|(set, _)| *set == field.position)
        {
            self.set.remove(at);
        }
        self.set
            .insert(at, (field.position, Box::new(value.give())));
        self
    }

    /// Executes the update. Whether there was such a row.
    ///
    /// # Errors
    /// No field is set, a field cannot be written yet, or the database refuses.
    pub fn execute<'c>(self, on: impl Access<'c>) -> BoxFuture<'c, Result<bool>> {
        async fn update_on<D: Backend, M: Model>(
            connection: &mut D::Connection,
            chosen: Chosen,
            update: Update<M>,
        ) -> Result<u64> {
            let descriptor = M::DESCRIPTOR;
            let fields: Vec<usize> = update.set.iter().map(|(field, _)| *field).collect();
            let statement = chosen.update(descriptor, D::DATABASE, &fields)?;
            let statement = statement.map_err(|early| match chosen {
                Chosen::InFlight(flights, _) => not_writable(descriptor, flights, early),
                Chosen::Plain(_) => Error::Mismatch {
                    model: descriptor.model,
                    reason: "a field is not written",
                },
            })?;
            let set = |field: usize| {
                let (_, value) = update.set.iter().find(|(set, _)| *set == field)?;
                Some(&**value as &dyn Any)
            };
            // What is not set is not made of anything either.
            let of = |field| set(field).unwrap_or(&());
            if let Chosen::InFlight(flights, _) = chosen {
                refuse_irreversible(descriptor, flights, &statement.made, of)?;
            }
            let values = |order: &[usize]| {
                let binds = statement.binds.iter();
                let set = binds.filter_map(|field| Some((*field, set(*field)?)));
                let values = set.chain(key_values::<M>(&update.key));
                with_made::<D>(descriptor, values, &statement.made, order, of)
            };
            let placed = values(&statement.order)?;
            let updated =
                execute::<D>(connection, descriptor, statement.sql.as_str(), placed).await?;
            let (Chosen::InFlight(flights, _), true) = (chosen, updated == 0) else {
                return Ok(updated);
            };
            // No row, or a value for which there is no place yet.
            let condition = statement.condition.as_ref();
            let order = condition.map_or(&[][..], |condition| &condition.order);
            match first_refused::<D>(connection, descriptor, condition, values(order)?).await? {
                Some(field) => Err(not_writable(descriptor, flights, field)),
                None => Ok(0),
            }
        }

        let target = on.target();
        Box::pin(async move {
            if self.set.is_empty() {
                return Err(Error::NothingSet {
                    model: M::DESCRIPTOR.model,
                });
            }
            let (mut held, chosen, pass) = target.open(M::DESCRIPTOR, Intent::Write).await?;
            let updated =
                on!(&mut held, D, connection => update_on::<D, M>(connection, chosen, self).await)?;
            pass.accepted()?;
            Ok(updated > 0)
        })
    }
}

async fn execute<D: Backend>(
    connection: &mut D::Connection,
    descriptor: &'static Descriptor,
    sql: impl sqlx::SqlSafeStr,
    arguments: D::Arguments,
) -> Result<u64> {
    D::execute(connection, sql.into_sql_str(), arguments)
        .await
        .map_err(|source| Error::Database {
            model: descriptor.model,
            source,
        })
}

/// The arguments of a statement: values of fields, and behind them what rules in Rust make of
/// these fields for legacy. `order` says which of them goes into which parameter, where
/// parameters have no numbers; empty where they have.
fn with_made<'v, D: Backend>(
    descriptor: &'static Descriptor,
    values: impl IntoIterator<Item = (usize, &'v dyn Any)>,
    made: &[usize],
    order: &[usize],
    value: impl Fn(usize) -> &'v dyn Any,
) -> Result<D::Arguments> {
    if made.is_empty() && order.is_empty() {
        return arguments::<D>(descriptor, values);
    }
    let values: Vec<(usize, &dyn Any)> = values.into_iter().collect();
    let all: Vec<usize> = match order {
        [] => (0..values.len() + made.len()).collect(),
        order => order.to_vec(),
    };
    let mut arguments = D::Arguments::default();
    for at in all {
        if let Some((field, value)) = values.get(at) {
            super::add::<D>(descriptor, *field, *value, &mut arguments)?;
            continue;
        }
        let field = made.get(at - values.len());
        let encoded = field.and_then(|field| {
            let rule = descriptor.rule(*field)?;
            let legacy = rule.down(value(*field))?;
            let both = rule.sides().of::<D>()?;
            Some((both.legacy.encode)(&*legacy, &mut arguments))
        });
        let encoded = encoded.ok_or(Error::Mismatch {
            model: descriptor.model,
            reason: "a rule in Rust is of another type than its field",
        })?;
        encoded.map_err(|source| Error::Database {
            model: descriptor.model,
            source: sqlx::Error::Encode(source),
        })?;
    }
    Ok(arguments)
}

/// Refuses values that would read back as others from legacy, before anything is sent: the
/// condition that a rule in SQL is part of the statement.
fn refuse_irreversible<'v>(
    descriptor: &'static Descriptor,
    flights: &Flights,
    made: &[usize],
    value: impl Fn(usize) -> &'v dyn Any,
) -> Result<()> {
    for field in made {
        let rule = descriptor.rule(*field);
        if !rule.is_some_and(|rule| is_reversible(rule, value(*field))) {
            return Err(not_writable(descriptor, flights, *field));
        }
    }
    Ok(())
}

/// Refuses values that are left out and that a read would not make of the other fields, before
/// anything is sent.
fn refuse_unproved<'v>(
    descriptor: &'static Descriptor,
    flights: &Flights,
    proved: &[(usize, &'static dyn Rule)],
    value: impl Fn(usize) -> &'v dyn Any,
) -> Result<()> {
    for (field, rule) in proved {
        let inputs: Vec<&dyn Any> = rule.made_of().iter().map(|field| value(*field)).collect();
        if !rule.gives(&inputs, value(*field)) {
            return Err(not_writable(descriptor, flights, *field));
        }
    }
    Ok(())
}

pub(crate) fn not_writable(
    descriptor: &'static Descriptor,
    flights: &Flights,
    field: usize,
) -> Error {
    let flights = flights.of(descriptor).unwrap_or_default();
    let flight = flights.iter().find(|flight| flight.field == field);
    let (model, column) = (descriptor.model, descriptor.column(field));
    let migration = flight.map(|flight| flight.migration).unwrap_or_default();
    match flight.map(|flight| flight.legacy.as_slice()) {
        Some(legacy @ [_, ..]) => {
            let names = legacy.iter().map(|legacy| format!("`{}`", legacy.column));
            Error::NotReversible {
                model,
                column,
                legacy: names.collect::<Vec<_>>().join(" and "),
                migration,
            }
        }
        _ if flight.is_some_and(|flight| flight.alters.is_some()) => Error::NotNullable {
            model,
            column,
            migration,
        },
        _ => Error::NotWritable {
            model,
            column,
            migration,
        },
    }
}
