//! The names by which databases know checks and foreign keys.
//!
//! A constraint that stays keeps its name, wherever it stands in the struct by now: nothing
//! renames what is live. One that comes to a table which is there takes a name that no other
//! has, not even one on its way out.

use std::collections::{BTreeMap, BTreeSet};

use super::renamed::Renames;
use crate::model::{Dialected, Model, Naming, Reference};
use crate::model::{check_ending, numbered_ending, reference_ending};
use crate::snapshot::Snapshot;

/// Gives the constraints of the models, by table, their names: those that the snapshot has, and
/// new ones to what is new. What the models have for names already makes no difference.
pub fn name_constraints(snapshot: &Snapshot, models: &mut BTreeMap<String, Model>) {
    let before = models.clone();
    let renames = Renames::of(snapshot, &before);
    let followed = renames.followed(snapshot, &before);
    for (table, model) in models {
        let was = renames.from(table).unwrap_or(table);
        let leaving = followed.leaving_constraints.iter();
        let leaving = leaving.filter(|leaving| leaving.table == was || leaving.table == *table);
        let leaving = leaving.map(|leaving| leaving.ending.clone());
        match followed.models.get(was) {
            Some(entry) => name(&entry.model, model, leaving.collect()),
            None => forget(model),
        }
    }
}

/// They come with their table, each by where it stands.
fn forget(model: &mut Model) {
    for column in &mut model.columns {
        column.check_naming = Naming::default();
        if let Some(reference) = &mut column.references {
            reference.naming = Naming::default();
        }
    }
    for check in &mut model.checks {
        check.naming = Naming::default();
    }
}

fn name(old: &Model, new: &mut Model, leaving: BTreeSet<String>) {
    let mut taken = leaving;
    taken.extend(old.all_checks().into_iter().map(|check| check.ending));
    let references = old.reference_endings().into_iter();
    taken.extend(references.map(|(_, ending)| ending));
    for column in &mut new.columns {
        let before = old.column(&column.name);
        let name = &column.name;
        column.check_naming = match (&column.check, before) {
            (None, _) => Naming::default(),
            (Some(check), Some(before)) if before.check.as_ref() == Some(check) => {
                before.check_naming.clone()
            }
            (Some(check), _) => {
                let own = check_ending(name);
                fresh(&own, &mut taken, |again| {
                    format!("{name}_{}{again}_check", short(check))
                })
            }
        };
        if let Some(reference) = &mut column.references {
            let before = before.and_then(|before| before.references.as_ref());
            reference.naming = match before.filter(|before| before.leads_as(reference)) {
                Some(before) => before.naming.clone(),
                None => {
                    let own = reference_ending(name);
                    let to = Dialected::Same(format!("{}({})", reference.table, reference.column));
                    fresh(&own, &mut taken, |again| {
                        format!("{name}_{}{again}_fkey", short(&to))
                    })
                }
            };
        }
    }
    let mut free: Vec<(String, &_)> = old
        .checks
        .iter()
        .enumerate()
        .map(|(position, check)| {
            let ending = check.naming.ending.clone();
            (ending.unwrap_or_else(|| numbered_ending(position)), check)
        })
        .collect();
    for (position, check) in new.checks.iter_mut().enumerate() {
        let own = numbered_ending(position);
        let known = free
            .iter()
            .position(|(_, known)| known.condition == check.condition);
        check.naming = match known.map(|known| free.remove(known)) {
            Some((ending, known)) => Naming {
                ending: Some(ending).filter(|ending| *ending != own),
                later: known.naming.later,
            },
            None => {
                let print = short(&check.condition);
                let called = |again: &str| format!("{print}{again}_check");
                let first = called("");
                let naming = fresh(&first, &mut taken, called);
                // A number says how many there were before, and that is no name for good.
                Naming {
                    ending: naming.ending.or(Some(first)),
                    ..naming
                }
            }
        };
    }
}

/// The naming of a constraint that comes to a table which is there: its `own` name if that is
/// free, and another one else.
fn fresh(own: &str, taken: &mut BTreeSet<String>, other: impl Fn(&str) -> String) -> Naming {
    let is_own = taken.insert(own.to_owned());
    let mut others = (1_u32..).map(|number| match number {
        1 => other(""),
        more => other(&format!("_{more}")),
    });
    let ending = (!is_own).then(|| others.find(|name| taken.insert(name.clone())));
    Naming {
        ending: ending.flatten(),
        later: true,
    }
}

/// What tells conditions apart.
fn short(text: &Dialected) -> String {
    text.fingerprint()[..8].to_owned()
}

impl Reference {
    /// Whether it leads to the same column, by whichever name.
    fn leads_as(&self, other: &Reference) -> bool {
        self.table == other.table && self.column == other.column
    }
}
