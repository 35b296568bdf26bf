//! The version of the model that documents satisfy: when it goes up.

use std::collections::BTreeSet;

use super::Diff;
use crate::Model;
use crate::change::Refusal;
use crate::collection::Raised;
use crate::fleet;
use crate::snapshot::Snapshot;

/// What builds know of the versions up to this one, beside the field.
pub(super) fn known(field: &str, number: u32) -> Vec<String> {
    (2..=number)
        .map(|number| fleet::version(field, number))
        .collect()
}

/// To what the version of a collection is raised whose fields change, where it has one.
pub(super) fn raised(
    old: &Model,
    new: &Model,
    snapshot: &Snapshot,
    diff: &mut Diff,
) -> Option<Raised> {
    let collection = new.table.as_str();
    let refuse = |what: String, why: &str, remedy: String| Refusal {
        table: Some(collection.to_owned()),
        column: None,
        what,
        why: why.to_owned(),
        remedy,
    };
    let (was, is) = (old.version(), new.version()?);
    let name = &is.name;
    let Some(was) = was else {
        if fields(old) != fields(new) {
            diff.refused.push(refuse(
                format!("`{name}` comes to `{collection}` together with other fields"),
                "documents are to say from then on that they satisfy the first version, which every document does if nothing \
                 else of it changes",
                "take the other changes of the struct back, generate the migration of `schema_version` alone, bring it to its \
                 end, and change the struct then"
                    .to_owned(),
            ));
        }
        return None;
    };
    if was.name != *name {
        diff.refused.push(refuse(
            format!("`{}` of `{collection}` is called `{name}`", was.name),
            "whoever reads the collection knows the version of its documents by that name",
            format!("keep the name: schema_version = \"{}\"", was.name),
        ));
        return None;
    }
    if fields(old) == fields(new) {
        return None;
    }
    if let Some(flight) = snapshot.flight(collection, name) {
        let migration = &flight.migration;
        diff.refused.push(refuse(
            format!("the fields of `{collection}` change"),
            &format!(
                "its documents do not all have `{name}` yet, which migration {migration} brings"
            ),
            format!("bring that to its end first: `cargo colmig contract {migration}`"),
        ));
        return None;
    }
    Some(Raised {
        field: name.clone(),
        to: snapshot.version(collection) + 1,
    })
}

/// The fields of the struct, by the names that documents have them by.
fn fields(model: &Model) -> BTreeSet<&str> {
    let fields = model.columns.iter().filter(|column| !column.version);
    fields.map(|column| column.name.as_str()).collect()
}
