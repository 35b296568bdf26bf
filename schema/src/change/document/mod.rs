//! Changes of collections: fields that come, take the place of others, or go, and indexes.
//!
//! The validator of a collection says everything at once, so all changes of one migration agree on what it says in
//! each phase: [`Passage`]. The plan has such a step once, whichever of them asked for it.

mod add_field;
mod create_collection;
mod drop_collection;
mod drop_field;
mod index;
mod raise_version;
mod replace_fields;

use crate::collection::{Before, CollectionAction, Coming, Raised, Rewrite, Rewritten, Shape};
use crate::model::{Column, Dialected, Model};
use crate::step::{Action, Conversion, PlannedStep};
use crate::{Database, Phase, Template, aggregation};

use super::Refusal;
pub use add_field::AddField;
pub use create_collection::CreateCollection;
pub use drop_collection::DropCollection;
pub use drop_field::DropField;
pub use index::{AddDocumentIndex, DropDocumentIndex};
pub use raise_version::RaiseVersion;
pub use replace_fields::ReplaceFields;

/// The way from one state of a collection to another, on which all changes of a migration agree.
#[derive(Clone, Debug)]
pub struct Passage {
    /// What it was.
    pub old: Model,
    /// What it becomes.
    pub new: Model,
    /// The version that its documents are to satisfy, where it is raised.
    pub raised: Option<Raised>,
}

impl Passage {
    /// The steps about the validator, for one change that brings these fields, or is about them.
    fn steps(&self, coming: &[Coming], fields: &[&str]) -> Vec<PlannedStep> {
        let Passage { old, new, raised } = self;
        let reached = Shape::between(old, new, true);
        let expected = Shape::between(old, new, false);
        let mut steps = vec![
            planned(
                Phase::Expand,
                CollectionAction::Expect {
                    shape: expected.clone(),
                    before: Some(Shape::of(old)),
                    coming: coming.to_vec(),
                    raised: raised.clone(),
                },
            ),
            planned(
                Phase::Constrain,
                CollectionAction::Prove {
                    shape: reached.clone(),
                    fields: fields.iter().map(|field| (*field).to_owned()).collect(),
                },
            ),
            planned(
                Phase::Constrain,
                CollectionAction::Enforce {
                    shape: reached.clone(),
                    step: "enforce",
                    before: Before::Warned(expected),
                },
            ),
        ];
        let last = Shape::of(new);
        if last != reached {
            steps.push(planned(
                Phase::Contract,
                CollectionAction::Enforce {
                    shape: last,
                    step: "settle",
                    before: Before::Past,
                },
            ));
        }
        steps
    }
}

fn planned(phase: Phase, action: CollectionAction) -> PlannedStep {
    PlannedStep {
        phase,
        action: Action::Collection(action),
    }
}

/// Documents that are written, and once more before anything is refused: whoever replaces whole documents
/// erases what it does not know.
fn rewritten(collection: &str, name: &str, how: &Rewritten) -> Vec<PlannedStep> {
    [(Phase::Backfill, "backfill"), (Phase::Constrain, "sweep")]
        .map(|(phase, verb)| {
            planned(
                phase,
                CollectionAction::Rewrite(Rewrite {
                    collection: collection.to_owned(),
                    step: format!("{verb}_{collection}_{name}"),
                    how: how.clone(),
                }),
            )
        })
        .to_vec()
}

/// What the application converts, and once more before anything is refused: nothing but the function
/// knows what old builds have left behind.
fn converted(conversion: &Conversion) -> Vec<PlannedStep> {
    let Conversion { table, target, .. } = conversion;
    [(Phase::Backfill, "convert"), (Phase::Constrain, "sweep")]
        .map(|(phase, verb)| {
            planned(
                phase,
                CollectionAction::Convert {
                    conversion: conversion.clone(),
                    step: format!("{verb}_{table}_{target}"),
                },
            )
        })
        .to_vec()
}

/// Fields that go, in batches.
fn unset(collection: &str, fields: &[&str]) -> PlannedStep {
    planned(
        Phase::Contract,
        CollectionAction::Rewrite(Rewrite {
            collection: collection.to_owned(),
            step: format!("unset_{collection}_{}", fields.join("_")),
            how: Rewritten::Unset {
                fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            },
        }),
    )
}

/// Reads a rule over these fields.
///
/// # Errors
/// Why it is none, and the way out.
fn rule(attribute: &str, text: &Dialected, fields: &[&str]) -> Result<Template, (String, String)> {
    let text = text.get(Database::MongoDb).ok_or_else(|| {
        (
            format!("`{attribute}` says nothing for MongoDB"),
            format!("write `{attribute} = \"...\"`: a collection is nowhere else"),
        )
    })?;
    let read = aggregation::expression(text, fields);
    read.map(|read| read.template).map_err(|error| {
        (
            format!("`{attribute}` {error}"),
            format!(
                "write an aggregation expression as JSON over {}, such as {attribute} = r#\"{{ \"$toLower\": \"$name\" }}\"#",
                named(fields)
            ),
        )
    })
}

/// Fields as people read them.
fn named(fields: &[&str]) -> String {
    let fields: Vec<String> = fields.iter().map(|field| format!("`${field}`")).collect();
    match fields.as_slice() {
        [] => "no field".to_owned(),
        several => several.join(", "),
    }
}

/// A refusal about a field.
fn refuse(
    collection: &str,
    column: Option<&Column>,
    what: String,
    (why, remedy): (impl Into<String>, impl Into<String>),
) -> Refusal {
    Refusal {
        table: Some(collection.to_owned()),
        column: column.map(|column| column.name.clone()),
        what,
        why: why.into(),
        remedy: remedy.into(),
    }
}
