//! What this process has told of its models, and whether each fits the database.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use colmig_schema::Record;
use colmig_schema::fleet::{
    self, CONSTRAINED, Columns, Misfit, Rollout, TABLE, fit, fit_altered, merged,
};

use crate::error::{Error, Result};
use crate::private::Descriptor;

/// As many models as are found again at once. More are found by a search.
const QUICK: usize = 64;

/// The models that were looked at, and what is to be told of them.
///
/// Every access asks whether its model was looked at since the database published anything,
/// so that costs two loads and a comparison.
pub(crate) struct Told {
    quick: [AtomicUsize; QUICK],
    /// Counts how often all of it was forgotten.
    round: AtomicUsize,
    models: Mutex<BTreeMap<&'static str, Columns>>,
    /// Counts the changes of `models`.
    version: AtomicU64,
}

impl Default for Told {
    fn default() -> Self {
        Told {
            quick: [const { AtomicUsize::new(0) }; QUICK],
            round: AtomicUsize::new(1),
            models: Mutex::default(),
            version: AtomicU64::new(0),
        }
    }
}

impl Told {
    /// Whether a model was looked at since something was published.
    pub(crate) fn knows(&self, descriptor: &'static Descriptor) -> bool {
        let (place, mark) = mark(descriptor, self.round.load(Ordering::Acquire));
        self.quick[place].load(Ordering::Acquire) == mark
    }

    /// Every model is looked at again by its next access.
    pub(crate) fn forget(&self) {
        self.round.fetch_add(1, Ordering::AcqRel);
    }

    /// Looks at a model: remembers what is to be told of it, and whether this build fits.
    pub(crate) fn look(
        &self,
        descriptor: &'static Descriptor,
        rollouts: impl FnOnce() -> std::sync::Arc<Vec<Rollout>>,
    ) -> Result<()> {
        // Before the migrations are looked at, so that a change meanwhile leaves no mark.
        let (place, mark) = mark(descriptor, self.round.load(Ordering::Acquire));
        let columns = understood(descriptor)?;
        let rollouts = rollouts();
        let fits = fit(descriptor.table, &columns, &rollouts)
            .and_then(|()| fit_altered(descriptor.table, &altered(descriptor), &rollouts));
        self.remember(descriptor.table, columns);
        fits.map_err(|misfit| misfits(descriptor, misfit))?;
        self.quick[place].store(mark, Ordering::Release);
        Ok(())
    }

    fn remember(&self, table: &'static str, columns: Columns) {
        let mut models = self.models.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = match models.entry(table) {
            Entry::Vacant(vacant) => {
                vacant.insert(columns);
                true
            }
            // The same model is looked at again and again.
            Entry::Occupied(mut known) => {
                let both = merged(known.get(), &columns);
                known.insert(both.clone()) != both
            }
        };
        if changed {
            self.version.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Counts the changes of what is to be told.
    pub(crate) fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// What is to be told, as JSON, and the version that it is.
    pub(crate) fn text(&self) -> (String, u64) {
        let models = self.models.lock().unwrap_or_else(PoisonError::into_inner);
        let text = serde_json::to_string(&*models).unwrap_or_else(|_| "{}".to_owned());
        (text, self.version())
    }
}

/// The place of a model, and the mark that stands there once it was looked at in a round.
fn mark(descriptor: &'static Descriptor, round: usize) -> (usize, usize) {
    let address = std::ptr::from_ref(descriptor) as usize;
    // Descriptors are larger than this, so no two share the number.
    let number = address / size_of::<usize>();
    (number % QUICK, number ^ round.rotate_right(8))
}

/// The columns that a build knows, each with the migration that it takes to be bringing it.
fn understood(descriptor: &'static Descriptor) -> Result<Columns> {
    let record = match descriptor.record {
        "" => Record::default(),
        text => text.parse().map_err(|_| Error::Mismatch {
            model: descriptor.model,
            reason: "its record does not parse",
        })?,
    };
    let flight = |name: &str| Some(record.column(name)?.flight.as_ref()?.migration.clone());
    let columns = descriptor.columns();
    let mut columns: Columns = columns
        .map(|name| (name.to_owned(), flight(name)))
        .collect();
    if let Some(version) = &record.version {
        let by = flight(&version.field);
        columns.insert(version.field.clone(), by);
        for number in 2..=version.number {
            let mut raised = version.raised.iter();
            let by = raised.find(|(to, _)| *to == number);
            let by = by.map(|(_, migration)| migration.clone());
            columns.insert(fleet::version(&version.field, number), by);
        }
    }
    for altered in &record.altered {
        if let Some(by @ None) = columns.get_mut(&altered.column) {
            *by = Some(altered.migration.clone());
        }
    }
    // Inserts may still store something in it, and nothing else knows it.
    for leaving in &record.leaving {
        columns.insert(leaving.column.clone(), Some(leaving.migration.clone()));
    }
    if let Some(renamed) = record.renamed {
        columns.insert(TABLE.to_owned(), Some(renamed.migration));
    }
    if let Some(migration) = record.constrained {
        columns.insert(CONSTRAINED.to_owned(), Some(migration));
    }
    // A build that replaces a column still knows it, for the accessors write it.
    let flights = record
        .columns
        .iter()
        .filter_map(|column| column.flight.as_ref());
    for flight in flights {
        for legacy in &flight.legacy {
            columns.insert(legacy.column.clone(), Some(flight.migration.clone()));
        }
    }
    Ok(columns)
}

/// The columns that a build takes for altered for good, each with the migration that did it.
fn altered(descriptor: &'static Descriptor) -> Columns {
    let record: Record = descriptor.record.parse().unwrap_or_default();
    let altered = record.altered.into_iter();
    altered
        .map(|altered| (altered.column, Some(altered.migration)))
        .collect()
}

fn misfits(descriptor: &'static Descriptor, misfit: Misfit) -> Error {
    let model = descriptor.model;
    match misfit {
        Misfit::TooOld { column, migration } => Error::TooOld {
            model,
            column,
            migration,
        },
        Misfit::TableTooNew { migration } => Error::TableTooNew {
            model,
            table: descriptor.table,
            migration,
        },
        Misfit::Outdated { column, migration } => Error::Outdated {
            model,
            column,
            migration,
        },
        Misfit::Unconstrained { migration } => Error::Unconstrained { model, migration },
        Misfit::TableGone { migration } => Error::TableGone {
            model,
            table: descriptor.table,
            migration,
        },
        Misfit::Gone { column, migration } => Error::ColumnGone {
            model,
            column,
            migration,
        },
        Misfit::TooNew { column, migration } => Error::TooNew {
            model,
            column,
            migration,
        },
    }
}
