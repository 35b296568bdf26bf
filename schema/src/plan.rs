//! From changes to a migration: its scripts, its manifest and the snapshot after it.

use std::collections::BTreeMap;

use crate::capability::NotNullForm;
use crate::change::{Change, DECLARE_ENUM, Refusal, nowhere, precheck};
use crate::migration::{ChangeEntry, Manifest};
use crate::record::Flight;
use crate::render::render;
use crate::script::{Run, Script, Step};
use crate::step::{Action, Going, PlannedStep, Rekeyed};
use crate::{Database, Phase};

/// A migration as it will be written.
#[derive(Debug)]
pub struct Plan {
    /// What it is, with the checksum of every file.
    pub manifest: Manifest,
    /// The files, by their path in the migration's folder.
    pub files: BTreeMap<String, String>,
    /// The columns that depart with it: table, column, flight.
    pub flights: Vec<(String, String, Flight)>,
    /// Whether `contract` has something to do.
    pub contracts: bool,
}

pub use crate::script::script_path;

/// The name of a migration: `stamp`, which sorts by time, and a few words.
pub fn name(stamp: &str, changes: &[Box<dyn Change>], words: Option<&str>) -> String {
    // A type comes for the sake of a column, which says more.
    let others = changes
        .iter()
        .filter(|change| change.kind() != DECLARE_ENUM);
    let others: Vec<_> = others.collect();
    let named = match others.is_empty() {
        true => changes.iter().collect(),
        false => others,
    };
    let words = match (words, named.as_slice()) {
        (Some(words), _) => words.to_owned(),
        (None, [only]) => only.slug(),
        (None, [first, ..]) => format!("{}_and_{}_more", first.slug(), named.len() - 1),
        (None, []) => "nothing".to_owned(),
    };
    // The name is a folder's, so it is kept to letters that every file system takes.
    let words: String = words
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || c == '_' {
                c
            } else {
                '_'
            }
        })
        .take(80)
        .collect();
    format!("{stamp}_{words}")
}

/// The migration that rolls out `changes` on `databases`.
///
/// # Errors
/// Every [`Refusal`], not only the first.
pub fn plan(
    id: &str,
    parent: Option<&str>,
    changes: &[Box<dyn Change>],
    databases: &[Database],
) -> Result<Plan, Vec<Refusal>> {
    let mut refused = Vec::new();
    let mut files = BTreeMap::new();
    let mut flights = Vec::new();
    let mut contracts = false;
    for database in databases {
        let mut scripts: BTreeMap<Phase, Script> = Phase::ALL
            .into_iter()
            .map(|phase| {
                let script = Script {
                    migration: id.to_owned(),
                    phase,
                    database: *database,
                    steps: Vec::new(),
                };
                (phase, script)
            })
            .collect();
        let mut steps: Vec<(&dyn Change, PlannedStep)> = Vec::new();
        // Behind every backfill, so that rows are filled while people mend others.
        let mut prechecks: Vec<(&dyn Change, PlannedStep)> = Vec::new();
        for change in changes {
            let change = &**change;
            if !fits(change, *database) {
                // A project may have tables in one database, and collections in another.
                if !databases.iter().any(|other| fits(change, *other)) {
                    refused.push(nowhere(change));
                }
                continue;
            }
            match change.steps(*database) {
                Ok(of_change) => {
                    let ahead = precheck::before(&of_change, &change.row_key());
                    prechecks.extend(ahead.into_iter().map(|step| (change, step)));
                    for step in of_change {
                        dropped_together(&mut steps, change, step);
                    }
                }
                Err(refusal) => refused.push(refusal),
            }
        }
        // Ahead of everything in `contract`, so that nothing is undone of what cannot be ended.
        let going = steps.iter().filter_map(|(change, step)| {
            let action = Action::CheckDependents(Going::of(&step.action)?);
            let phase = step.phase;
            Some((*change, PlannedStep { phase, action }))
        });
        let going: Vec<_> = going.collect();
        // Nothing of contract is tried, or taken away, as long as rows resist something in it.
        let searches = |(_, step): &(&dyn Change, PlannedStep)| {
            step.phase == Phase::Contract && matches!(step.action, Action::CheckRows(_))
        };
        let (ahead, steps): (Vec<_>, Vec<_>) = steps.into_iter().partition(searches);
        let (late, prechecks): (Vec<_>, Vec<_>) = prechecks.into_iter().partition(searches);
        let ahead = going.into_iter().chain(ahead).chain(late);
        let steps = rebuilt_together(steps, *database);
        let (mut steps, circle) = referring_in_order(steps);
        refused.extend(circle.map(in_a_circle));
        // Those of all changes of a collection are one passage.
        steps.sort_by_key(|(_, step)| match &step.action {
            Action::Collection(action) => action.rank(),
            _ => 0,
        });
        for (change, step) in ahead.chain(steps).chain(prechecks) {
            match (scripts.get_mut(&step.phase), render(&step, *database, id)) {
                // What several changes of a collection have in common is one step.
                (Some(script), Some(rendered)) if is_shared(&step.action) => {
                    together(&mut script.steps, rendered);
                }
                (Some(script), Some(rendered)) => script.steps.push(rendered),
                _ => refused.push(cannot(change, *database)),
            }
        }
        for (phase, script) in scripts {
            contracts |= phase == Phase::Contract && !script.steps.is_empty();
            let text = script.to_string();
            // What the executor reads back has to be what was planned, to the letter.
            if text.parse().ok() != Some(script) {
                refused.push(unprintable(id, *database, phase));
            }
            files.insert(script_path(*database, phase), text);
        }
    }
    for change in changes {
        let of_change = databases.iter().copied();
        let of_change: Vec<Database> = of_change
            .filter(|database| fits(&**change, *database))
            .collect();
        match change.flights(id, &of_change) {
            Ok(columns) => {
                let table = change.table();
                let columns = columns.into_iter();
                flights.extend(columns.map(|(column, flight)| (table.to_owned(), column, flight)));
            }
            Err(refusal) => refused.push(refusal),
        }
    }
    if !refused.is_empty() {
        refused.dedup();
        return Err(dedup(refused));
    }
    let entries = changes
        .iter()
        .map(|change| ChangeEntry {
            kind: change.kind().to_owned(),
            table: change.table().to_owned(),
            columns: owned(change.columns()),
            replaces: owned(change.replaces()),
            drops: owned(change.drops()),
            alters: owned(change.alters()),
            constrains: owned(change.constrains()),
            drops_table: change.drops_table(),
            becomes: change.becomes().map(str::to_owned),
            uncovered: !change.is_covered(),
            summary: change.summary(),
        })
        .collect();
    let mut manifest = Manifest::new(id.to_owned(), parent.map(str::to_owned), entries);
    for (path, text) in &files {
        manifest.seal(path, text);
    }
    Ok(Plan {
        manifest,
        files,
        flights,
        contracts,
    })
}

/// Whether a change can be rolled out on a database at all.
fn fits(change: &dyn Change, database: Database) -> bool {
    change.is_of_collection() == (database == Database::MongoDb)
}

/// Whether a step says everything about a collection, and so the same for each change of it.
fn is_shared(action: &Action) -> bool {
    use crate::collection::CollectionAction::{Enforce, Expect, Prove};
    matches!(
        action,
        Action::Collection(Expect { .. } | Prove { .. } | Enforce { .. })
    )
}

/// Adds a step, or takes what it undoes and names to the one of the same name that is there.
fn together(steps: &mut Vec<Step>, step: Step) {
    let Some(there) = steps.iter_mut().find(|there| there.id == step.id) else {
        return steps.push(step);
    };
    // The last statement puts the validator back, and is the same.
    let back = there.revert.pop();
    let more = step.revert.into_iter();
    let more = more.filter(|undo| Some(undo) != back.as_ref() && !there.revert.contains(undo));
    let more: Vec<String> = more.collect();
    there.revert.extend(more);
    there.revert.extend(back);
    if let (Run::CheckRows(all), Run::CheckRows(one)) = (&mut there.run, step.run) {
        let more = one.columns.into_iter();
        let more: Vec<String> = more.filter(|name| !all.columns.contains(name)).collect();
        all.columns.extend(more);
    }
}

/// A step, with the change that it belongs to.
type Planned<'a> = (&'a dyn Change, PlannedStep);

/// The steps, with those about foreign keys where what they refer to is there: they come behind all
/// else in `constrain`, and go before the key that they refer to in `contract`. Beside them a key
/// that refers to another which refers to it in turn, if there is one.
fn referring_in_order<'a>(steps: Vec<Planned<'a>>) -> (Vec<Planned<'a>>, Option<&'a dyn Change>) {
    let mut circle = None;
    let refers = |(_, step): &Planned<'_>| match &step.action {
        Action::CarryReference { .. } | Action::ValidateReference(_) | Action::CheckRows(_) => {
            step.phase == Phase::Constrain
        }
        _ => false,
    };
    let (behind, mut steps): (Vec<_>, Vec<_>) = steps.into_iter().partition(refers);
    steps.extend(behind);
    let (mut keys, mut steps): (Vec<_>, Vec<_>) = steps
        .into_iter()
        .partition(|(_, step)| rekeyed(&step.action).is_some());
    while !keys.is_empty() {
        // One to which no other of these tables refers.
        let free = keys.iter().position(|(_, step)| {
            let key = rekeyed(&step.action);
            keys.iter().all(|(_, other)| {
                let table = rekeyed(&other.action).map(|other| &other.table);
                let mut referring = key.iter().flat_map(|key| &key.referring);
                table == key.map(|key| &key.table) || referring.all(|(of, _)| Some(of) != table)
            })
        });
        let next = keys.remove(free.unwrap_or(0));
        circle = circle.or(free.is_none().then_some(next.0));
        steps.push(next);
    }
    (steps, circle)
}

fn in_a_circle(change: &dyn Change) -> Refusal {
    Refusal {
        table: Some(change.table().to_owned()),
        column: change.columns().first().map(|column| (*column).to_owned()),
        what: format!("cannot {}", change.summary()),
        why: "this key refers to another one that is replaced, and that one refers to this in turn: neither can go first".to_owned(),
        remedy: "take `references` of one of them away, in a migration of its own, and bring that to its end first".to_owned(),
    }
}

/// The primary key that goes over to another column with a step, if one does.
fn rekeyed(action: &Action) -> Option<&Rekeyed> {
    match action {
        Action::DropLegacy(mirrors) => mirrors.iter().find_map(|mirror| mirror.rekeyed.as_ref()),
        _ => None,
    }
}

/// Takes along what is dropped from a table already, so that it goes in one step, behind
/// all that takes over.
fn dropped_together<'a>(
    steps: &mut Vec<(&'a dyn Change, PlannedStep)>,
    change: &'a dyn Change,
    mut step: PlannedStep,
) {
    if let Action::DropLegacy(mirrors) = &mut step.action {
        let table = mirrors.first().map(|mirror| mirror.table.clone());
        let earlier = steps.iter().position(|(_, earlier)| match &earlier.action {
            Action::DropLegacy(earlier) => {
                earlier.first().map(|mirror| &mirror.table) == table.as_ref()
            }
            _ => false,
        });
        if let Some(at) = earlier
            && let Action::DropLegacy(mut all) = steps.remove(at).1.action
        {
            all.append(mirrors);
            *mirrors = all;
        }
    }
    steps.push((change, step));
}

/// Takes together what each would write the whole table anew, where the first of it stands: what
/// fills the columns meanwhile goes behind all of it.
fn rebuilt_together(steps: Vec<Planned<'_>>, database: Database) -> Vec<Planned<'_>> {
    let form = database.sql().map(|sql| sql.capabilities().not_null);
    if form != Some(NotNullForm::Rebuilt) {
        return steps;
    }
    let mut together: Vec<Planned<'_>> = Vec::new();
    for (change, step) in steps {
        let PlannedStep { phase, action } = &step;
        let first = together
            .iter_mut()
            .find_map(|(_, first)| match (&mut first.action, action) {
                (
                    Action::SetNotNull { table, columns },
                    Action::SetNotNull {
                        table: of,
                        columns: more,
                    },
                ) if table == of && first.phase == *phase => Some((columns, more)),
                _ => None,
            });
        match first {
            Some((columns, more)) => columns.extend(more.iter().cloned()),
            None => together.push((change, step)),
        }
    }
    together
}

fn owned(names: Vec<&str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

fn dedup(refused: Vec<Refusal>) -> Vec<Refusal> {
    let mut once: Vec<Refusal> = Vec::new();
    for refusal in refused {
        if !once.contains(&refusal) {
            once.push(refusal);
        }
    }
    once
}

fn cannot(change: &dyn Change, database: Database) -> Refusal {
    Refusal {
        table: Some(change.table().to_owned()),
        column: change.columns().first().map(|column| (*column).to_owned()),
        what: format!("cannot {}", change.summary()),
        why: format!("{} has no form of one of its steps", database.title()),
        remedy: "this is a mistake of colmig's: please report it".to_owned(),
    }
}

fn unprintable(id: &str, database: Database, phase: Phase) -> Refusal {
    Refusal {
        table: None,
        column: None,
        what: format!("cannot write {} of {id}", script_path(database, phase)),
        why:
            "an expression in it does not read back as it was written, because of a line that ends \
              in `;`, begins with `--`, or holds `$colmig$`"
                .to_owned(),
        remedy: "write the expression on one line".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{AddColumn, AddField, DropIndex, Passage};
    use crate::model::{Column, ColumnType, Dialected, Index, Model, Transition};

    #[test]
    fn a_table_is_refused_where_there_are_none() {
        let changes: [Box<dyn Change>; 1] = [Box::new(DropIndex::new(
            "users".to_owned(),
            Index::over(["name"], false),
        ))];
        assert!(plan("1_drop", None, &changes, &Database::ALL).is_ok());
        let refused = plan("1_drop", None, &changes, &[Database::MongoDb]).unwrap_err();
        let [only] = refused.as_slice() else {
            panic!("{refused:?}");
        };
        assert!(only.why.contains("the project has none"), "{only}");
        assert!(only.remedy.contains("collection"), "{only}");
    }

    #[test]
    fn tables_and_collections_stand_side_by_side_in_one_project() {
        let text = ColumnType::Custom(Dialected::Same("string".to_owned()));
        let [key, name] = [("id", true), ("name", false)].map(|(name, primary_key)| Column {
            primary_key,
            ..Column::new(name, ColumnType::Text)
        });
        let model = |collection: bool, columns: Vec<Column>| Model {
            name: "Thing".to_owned(),
            table: if collection { "documents" } else { "rows" }.to_owned(),
            collection,
            renamed_from: None,
            columns,
            indexes: Vec::new(),
            checks: Vec::new(),
        };
        let filled = |column: &Column, rule: &str| Column {
            transition: Transition {
                backfill: Some(Dialected::Same(rule.to_owned())),
                ..Transition::default()
            },
            ..column.clone()
        };
        let column = filled(&name, "'x'");
        let table = model(false, vec![key.clone(), column.clone()]);
        let [key, field] = [("_id", key), ("name", name)].map(|(name, column)| Column {
            name: name.to_owned(),
            ty: text.clone(),
            ..column
        });
        let field = filled(&field, r#""x""#);
        let passage = Passage {
            old: model(true, vec![key.clone()]),
            new: model(true, vec![key, field.clone()]),
            raised: None,
        };
        let changes: [Box<dyn Change>; 2] = [
            Box::new(AddColumn::new(table, column)),
            Box::new(AddField::new(passage, field, Vec::new())),
        ];
        let databases = [Database::Sqlite, Database::MongoDb];
        let plan = plan("1_both", None, &changes, &databases).unwrap();
        let of = |(table, _, flight): &(String, String, Flight)| {
            let databases = flight.fallback.iter().map(|(database, _)| *database);
            (table.clone(), databases.collect::<Vec<_>>())
        };
        assert_eq!(
            plan.flights.iter().map(of).collect::<Vec<_>>(),
            [
                ("rows".to_owned(), vec![Database::Sqlite]),
                ("documents".to_owned(), vec![Database::MongoDb]),
            ]
        );
        let backfill = |path: &str| plan.files[path].contains("-- step: backfill_");
        assert!(backfill("sqlite/3_backfill.sql"));
        assert!(backfill("mongodb/3_backfill.mongodb"));
        assert!(!plan.files["sqlite/3_backfill.sql"].contains("documents"));
    }
}
