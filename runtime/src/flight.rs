//! The statements of models with columns in flight: one set for each combination of stages.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{OnceLock, RwLock};

use colmig_schema::access::{self, Condition, Field, InFlight, Statement, Table};
use colmig_schema::reads::{Reads, Share};
use colmig_schema::record::{Alteration, Legacy};
use colmig_schema::{Database, Record, Side, Sql, Stage, Template};

#[cfg(feature = "mongodb")]
use crate::document::DocumentRule;
use crate::error::{Error, Result};
use crate::private::{Descriptor, PlainSql, index_of};
use crate::rule::Rule;
use crate::view::{Stand, View, Views};

/// A field in flight.
#[derive(Debug)]
pub(crate) struct Flight {
    /// The position of the field.
    pub(crate) field: usize,
    /// The migration that brings its column.
    pub(crate) migration: &'static str,
    /// Whether NULL means "older than the column".
    pub(crate) null_is_old: bool,
    /// Whether legacy stands for it wherever values are held against each other.
    alike: bool,
    /// What a row holds that is older than the column, for each database.
    fallback: Vec<(Database, Template)>,
    /// The columns whose place it takes.
    pub(crate) legacy: Vec<Legacy>,
    /// The functions that convert, where a rule in Rust does.
    pub(crate) rule: Option<&'static dyn Rule>,
    /// Those of a field of documents.
    #[cfg(feature = "mongodb")]
    pub(crate) document_rule: Option<&'static dyn DocumentRule>,
    /// Whether there are any.
    in_rust: bool,
    /// What becomes of NULL, where the column is there all along.
    pub(crate) alters: Option<Alteration>,
}

/// The columns of a model that are in flight.
#[derive(Debug)]
struct Recorded {
    flights: Vec<Flight>,
    /// Those that are on their way out, and that inserts have to give a value until then.
    leaving: Vec<Leaving>,
    /// The name that the table has until contract, and the migration that renames it.
    renamed: Option<(String, &'static str)>,
}

/// A column that no field has any more.
#[derive(Debug)]
struct Leaving {
    column: String,
    /// The migration that drops it.
    migration: &'static str,
    /// What inserts store in it, for each database where they have to.
    filling: Vec<(Database, Template)>,
}

/// The columns of a model that are in flight, and the statements made for them so far.
#[derive(Debug)]
pub struct Flights {
    recorded: OnceLock<Recorded>,
    statements: RwLock<BTreeMap<Key, &'static Statements>>,
    /// The statements that the fast way finds, in the order in which they were made.
    quick: [OnceLock<&'static Statements>; QUICK],
    /// Under which view which of `quick` is right: the view's number, and a byte for the place.
    chosen: AtomicU64,
    /// What is sent for documents, by where each flight stands.
    #[cfg(feature = "mongodb")]
    pub(crate) shapes: RwLock<BTreeMap<Vec<Stand>, &'static crate::document::Shape>>,
}

/// As many sets of statements as a model needs on one database, with a few flights.
const QUICK: usize = 32;

/// What a set of statements follows from: where each flight stands.
type Key = (Sql, Vec<Stand>);

/// The whole text of a query, and which of the values that were bound each of its parameters is,
/// where parameters have no numbers.
pub(crate) type Tailed = (&'static str, &'static [usize]);

/// Updates by what they set. There are as many as the program has ways to set fields.
pub(crate) type Updates = RwLock<BTreeMap<Vec<usize>, Result<&'static Statement, usize>>>;

/// Updates of models with nothing in flight, by model and database.
static PLAIN_UPDATES: RwLock<BTreeMap<(usize, Sql), &'static Updates>> =
    RwLock::new(BTreeMap::new());

/// What is found in a table that is read often and written rarely, or made and kept.
pub(crate) fn kept<K, Q, V: Clone>(
    table: &RwLock<BTreeMap<K, V>>,
    key: &Q,
    make: impl FnOnce() -> Result<V>,
) -> Result<V>
where
    K: Ord + std::borrow::Borrow<Q>,
    Q: Ord + ToOwned<Owned = K> + ?Sized,
{
    let read = table
        .read()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(value) = read.get(key) {
        return Ok(value.clone());
    }
    drop(read);
    let value = make()?;
    let mut write = table
        .write()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok(write.entry(key.to_owned()).or_insert(value).clone())
}

/// The statements of one model, on one database, at one combination of stages.
#[derive(Debug)]
pub(crate) struct Statements {
    /// The list of expressions that reads every field.
    pub(crate) list: &'static str,
    /// One row by its key.
    pub(crate) find: &'static str,
    /// One row in.
    pub(crate) insert: &'static str,
    /// Which field goes into which parameter of `insert`.
    pub(crate) insert_binds: Vec<usize>,
    /// The fields whose legacy column, made in Rust, goes into the parameters behind those.
    pub(crate) insert_made: Vec<usize>,
    /// Which of those each parameter is, where parameters have no numbers.
    pub(crate) insert_order: Vec<usize>,
    /// Under which condition `insert` inserts.
    pub(crate) insert_condition: Option<Condition>,
    /// The same with the legacy columns, for a database that can neither let go of their
    /// NOT NULL nor fill them in.
    pub(crate) insert_beside: Option<Statement>,
    /// One row out.
    pub(crate) delete: &'static str,
    /// Tails of queries with their columns put in, by where the tail stands in the program.
    pub(crate) tails: RwLock<BTreeMap<(usize, usize), Tailed>>,
    /// Updates, by the positions of the fields that are set; or the one that is early.
    pub(crate) updates: Updates,
    /// Where each flight stands, in their order.
    pub(crate) stands: Vec<Stand>,
    /// Whether rows are told apart by their buckets.
    pub(crate) by_bucket: bool,
    /// The fields that are read as legacy holds them and converted then, with their rules.
    pub(crate) converted: Vec<(usize, &'static dyn Rule)>,
    /// The fields that `insert` leaves out, with the rules that have to give their values.
    pub(crate) proved: Vec<(usize, &'static dyn Rule)>,
}

impl Default for Flights {
    fn default() -> Self {
        Flights::new()
    }
}

impl Flights {
    /// Nothing is read or made before it is asked for.
    pub const fn new() -> Flights {
        Flights {
            recorded: OnceLock::new(),
            statements: RwLock::new(BTreeMap::new()),
            quick: [const { OnceLock::new() }; QUICK],
            chosen: AtomicU64::new(0),
            #[cfg(feature = "mongodb")]
            shapes: RwLock::new(BTreeMap::new()),
        }
    }

    /// The flights that the record names, in the order of the fields.
    pub(crate) fn of(&self, descriptor: &'static Descriptor) -> Result<&[Flight]> {
        Ok(&self.recorded(descriptor)?.flights)
    }

    /// What the record names.
    fn recorded(&self, descriptor: &'static Descriptor) -> Result<&Recorded> {
        if let Some(recorded) = self.recorded.get() {
            return Ok(recorded);
        }
        let record: Record = descriptor.record.parse().map_err(|_| Error::Mismatch {
            model: descriptor.model,
            reason: "its record does not parse",
        })?;
        let mut flights = Vec::new();
        for (field, column) in descriptor.columns().enumerate() {
            let recorded = record.column(column);
            let Some(flight) = recorded.and_then(|recorded| recorded.flight.clone()) else {
                continue;
            };
            let rule = descriptor.rule(field).filter(|_| flight.in_rust);
            let has_rule = rule.is_some();
            #[cfg(feature = "mongodb")]
            let document_rule = descriptor.document_rule(field).filter(|_| flight.in_rust);
            #[cfg(feature = "mongodb")]
            let has_rule = has_rule || document_rule.is_some();
            if flight.in_rust && !has_rule {
                return Err(Error::Mismatch {
                    model: descriptor.model,
                    reason: "a field has no rule in Rust, where its record says that it has one",
                });
            }
            flights.push(Flight {
                rule,
                #[cfg(feature = "mongodb")]
                document_rule,
                in_rust: flight.in_rust,
                field,
                migration: flight.migration.leak(),
                null_is_old: flight.null_is_old,
                alike: flight.alike,
                fallback: flight.fallback,
                legacy: flight.legacy,
                alters: flight.alters,
            });
        }
        let leaving = record.leaving.into_iter();
        let leaving = leaving.filter(|leaving| !leaving.filling.is_empty());
        let leaving = leaving.map(|leaving| Leaving {
            column: leaving.column,
            migration: leaving.migration.leak(),
            filling: leaving.filling,
        });
        let leaving = leaving.collect();
        let renamed = record.renamed;
        let renamed = renamed.map(|renamed| (renamed.from, &*renamed.migration.leak()));
        Ok(self.recorded.get_or_init(|| Recorded {
            flights,
            leaving,
            renamed,
        }))
    }

    /// The statements under a view, if they were the last that were asked for.
    fn quick(&self, view: View) -> Option<&'static Statements> {
        let chosen = self.chosen.load(Ordering::Acquire);
        if chosen >> 8 != view.0 {
            return None;
        }
        let place = usize::try_from(chosen & 0xff).ok()?;
        self.quick.get(place)?.get().copied()
    }

    /// Remembers the statements under a view.
    fn remember(&self, view: View, statements: &'static Statements) {
        for (place, quick) in self.quick.iter().enumerate() {
            // A place that is empty is taken; with every place taken, accesses go the slow way.
            if std::ptr::eq(*quick.get_or_init(|| statements), statements) {
                let chosen = view.0 << 8 | place as u64;
                self.chosen.store(chosen, Ordering::Release);
                return;
            }
        }
    }

    /// The statements at these stages. A set that is made stays for good: there are as
    /// many as stages have been seen together, a handful in the life of a process.
    fn statements(
        &self,
        descriptor: &'static Descriptor,
        database: Sql,
        stands: Vec<Stand>,
    ) -> Result<&'static Statements> {
        let key = (database, stands.clone());
        kept(&self.statements, &key, || {
            let table = self.table(descriptor, database, &stands)?;
            let mut flights = self.of(descriptor)?.iter().zip(&stands);
            let by_bucket = flights
                .any(|(flight, stand)| !flight.legacy.is_empty() && stand.reads.is_by_bucket());
            let insert = table.insert();
            Ok(&*Box::leak(Box::new(Statements {
                list: table.select_list().leak(),
                find: table.find().leak(),
                insert: insert.sql.leak(),
                insert_binds: insert.binds,
                insert_made: insert.made,
                insert_order: insert.order,
                insert_condition: insert.condition,
                insert_beside: table.insert_beside(),
                delete: table.delete().leak(),
                tails: RwLock::default(),
                updates: RwLock::default(),
                by_bucket,
                converted: table
                    .converted()
                    .filter_map(|field| Some((field, descriptor.rule(field)?)))
                    .collect(),
                proved: table
                    .proved()
                    .filter_map(|field| Some((field, descriptor.rule(field)?)))
                    .collect(),
                stands: stands.clone(),
            })))
        })
    }

    fn table<'a>(
        &'a self,
        descriptor: &'static Descriptor,
        database: Sql,
        stands: &[Stand],
    ) -> Result<Table<'a>> {
        let mut table = plain_table(descriptor, database);
        let Recorded {
            flights, renamed, ..
        } = self.recorded(descriptor)?;
        // Where the table stands comes last. By the time that it is renamed, everybody calls it
        // by the new name, under which a view stands for it until then.
        if let (Some((from, _)), Some(stand)) = (renamed, stands.last())
            && stand.stage < Stage::Alone
        {
            table.stored_as = Some(from);
        }
        let under_way = self.under_way(descriptor, database.into(), stands)?;
        for (flight, of_field) in flights.iter().zip(under_way.coming) {
            table.fields[flight.field].flight = Some(of_field);
        }
        table.leaving = under_way.leaving;
        Ok(table)
    }

    /// What is under way where the flights stand like this.
    pub(crate) fn under_way<'a>(
        &'a self,
        descriptor: &'static Descriptor,
        database: Database,
        stands: &[Stand],
    ) -> Result<UnderWay<'a>> {
        let missing = || Error::NotGenerated {
            model: descriptor.model,
            database,
        };
        let Recorded {
            flights, leaving, ..
        } = self.recorded(descriptor)?;
        // Where those stand that go comes after where those stand that come.
        let leaving = leaving.iter().zip(&stands[flights.len()..]);
        let leaving = leaving.filter_map(|(leaving, stand)| {
            Some(access::Leaving {
                column: &leaving.column,
                filling: of(&leaving.filling, database)?,
                stage: stand.stage,
                ending: stand.ending,
            })
        });
        let coming = flights.iter().zip(stands).map(|(flight, stand)| {
            let legacy = flight.legacy.iter().map(|legacy| {
                let down = of(&legacy.down, database).ok_or_else(missing)?;
                Ok((legacy.column.as_str(), down))
            });
            Ok(InFlight {
                // A column that is altered is there, and written, from the start.
                stage: match flight.alters {
                    Some(_) => stand.stage.max(Stage::Written),
                    None => stand.stage,
                },
                refuses_null: flight.alters == Some(Alteration::Nullable)
                    && (stand.stage < Stage::Alone || stand.ending),
                fallback: of(&flight.fallback, database).ok_or_else(missing)?,
                null_is_old: flight.null_is_old,
                alike: flight.alike,
                legacy: legacy.collect::<Result<_>>()?,
                reads: stand.reads.side(Share::NOBODY),
                ending: stand.ending,
                in_rust: flight.in_rust,
            })
        });
        Ok(UnderWay {
            coming: coming.collect::<Result<_>>()?,
            leaving: leaving.collect(),
        })
    }

    /// Where each flight stands by what is known, and the view that this is.
    pub(crate) fn stands(
        &self,
        descriptor: &'static Descriptor,
        views: &Views,
    ) -> Result<(Option<View>, Vec<Stand>)> {
        let (view, stages) = views.stages();
        let of = |migration: &str| stages.get(migration).copied().unwrap_or_default();
        let recorded = self.recorded(descriptor)?;
        let coming = recorded.flights.iter().map(|flight| of(flight.migration));
        let leaving = recorded.leaving.iter().map(|leaving| of(leaving.migration));
        let renamed = recorded.renamed.iter().map(|(_, migration)| of(migration));
        Ok((view, coming.chain(leaving).chain(renamed).collect()))
    }
}

/// What is under way of a model on one database.
pub(crate) struct UnderWay<'a> {
    /// The flights, in their order.
    pub(crate) coming: Vec<InFlight<'a>>,
    /// What goes and is still given a value.
    pub(crate) leaving: Vec<access::Leaving<'a>>,
}

/// The rule for a database.
fn of(rules: &[(Database, Template)], database: Database) -> Option<&Template> {
    let rule = rules.iter().find(|(of, _)| *of == database);
    rule.map(|(_, rule)| rule)
}

/// The model's table with nothing in flight.
pub(crate) fn plain_table(descriptor: &'static Descriptor, database: Sql) -> Table<'static> {
    Table {
        name: descriptor.table,
        stored_as: None,
        database,
        leaving: Vec::new(),
        fields: descriptor
            .fields()
            .zip(descriptor.columns())
            .map(|(field, column)| Field {
                column,
                key: index_of(descriptor.key, field).is_some(),
                read_as: descriptor.read_as(field, database),
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

    /// The list of expressions that reads every field. It goes into texts that are kept,
    /// so that of a model with nothing in flight is made when it is asked for.
    pub(crate) fn list(self, descriptor: &'static Descriptor, database: Sql) -> String {
        match self {
            Chosen::Plain(_) => plain_table(descriptor, database).select_list(),
            Chosen::InFlight(_, sql) => sql.list.to_owned(),
        }
    }

    /// The fields that are read as legacy holds them and converted then, with their rules.
    pub(crate) fn converted(self) -> &'static [(usize, &'static dyn Rule)] {
        match self {
            Chosen::Plain(_) => &[],
            Chosen::InFlight(_, sql) => &sql.converted,
        }
    }

    /// Whether rows are told apart by their buckets.
    pub(crate) fn is_by_bucket(self) -> bool {
        match self {
            Chosen::Plain(_) => false,
            Chosen::InFlight(_, sql) => sql.by_bucket,
        }
    }

    /// The statements for a row in this bucket.
    pub(crate) fn of_bucket(
        self,
        descriptor: &'static Descriptor,
        database: Sql,
        bucket: u16,
    ) -> Result<Chosen> {
        let Chosen::InFlight(flights, sql) = self else {
            return Ok(self);
        };
        let stands = sql.stands.iter().map(|stand| Stand {
            reads: match stand.reads.side(bucket) {
                Side::Legacy => Reads::Legacy,
                Side::Target => Reads::Target,
            },
            ..*stand
        });
        let statements = flights.statements(descriptor, database, stands.collect())?;
        Ok(Chosen::InFlight(flights, statements))
    }

    /// The fields of which both sides are compared when a row in this bucket is read, each
    /// with its flight and where that stands.
    pub(crate) fn compared(
        self,
        descriptor: &'static Descriptor,
        bucket: u16,
    ) -> Result<Vec<(&'static Flight, Stand)>> {
        let Chosen::InFlight(flights, sql) = self else {
            return Ok(Vec::new());
        };
        let flights: &'static [Flight] = flights.of(descriptor)?;
        let stands = flights.iter().zip(sql.stands.iter().copied());
        Ok(stands
            .filter(|(flight, stand)| !flight.legacy.is_empty() && stand.reads.compares(bucket))
            .collect())
    }

    /// The update that sets these fields, which are in their order; or the field that cannot
    /// be stored yet. Its text is made once.
    pub(crate) fn update(
        self,
        descriptor: &'static Descriptor,
        database: Sql,
        set: &[usize],
    ) -> Result<Result<&'static Statement, usize>> {
        let updates = match self {
            Chosen::InFlight(_, statements) => &statements.updates,
            Chosen::Plain(_) => {
                let model = std::ptr::from_ref(descriptor) as usize;
                kept(&PLAIN_UPDATES, &(model, database), || {
                    Ok(&*Box::leak(Box::default()))
                })?
            }
        };
        kept(updates, set, || {
            let statement = self.table(descriptor, database)?.update(set);
            Ok(statement.map(|statement| &*Box::leak(Box::new(statement))))
        })
    }

    /// The table as the statements see it now.
    pub(crate) fn table(
        self,
        descriptor: &'static Descriptor,
        database: Sql,
    ) -> Result<Table<'static>> {
        match self {
            Chosen::Plain(_) => Ok(plain_table(descriptor, database)),
            Chosen::InFlight(flights, statements) => {
                flights.table(descriptor, database, &statements.stands)
            }
        }
    }
}

/// Chooses the statements of a model under a view, which is asked only if something is in
/// flight.
pub(crate) fn choose(
    descriptor: &'static Descriptor,
    database: Sql,
    views: &Views,
    view: Option<View>,
) -> Result<Chosen> {
    let Some(flights) = descriptor.flights else {
        let all = Sql::ALL.iter().zip(&descriptor.plain);
        let mut found = all.filter(|(of, _)| **of == database);
        let plain = found.next().and_then(|(_, plain)| plain.as_ref());
        return plain.map(Chosen::Plain).ok_or(Error::NotGenerated {
            model: descriptor.model,
            database: database.into(),
        });
    };
    let view = view.ok_or(Error::ViewStale {
        model: descriptor.model,
    })?;
    if let Some(statements) = flights.quick(view) {
        return Ok(Chosen::InFlight(flights, statements));
    }
    let (view, stands) = flights.stands(descriptor, views)?;
    let statements = flights.statements(descriptor, database, stands)?;
    if let Some(view) = view {
        flights.remember(view, statements);
    }
    Ok(Chosen::InFlight(flights, statements))
}
