//! Two branches that each added a migration, on one tree: which one stays, and what goes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use colmig_schema::migration::{self, Manifest};
use colmig_schema::snapshot::{self, Snapshot};

use crate::error::{Problem, Result};
use crate::files::read_if_there;
use crate::project::shown;

/// The texts that a file may have: its own, or those of both sides where it is in conflict.
pub(super) fn sides(text: &str) -> Vec<String> {
    let mut sides = [String::new(), String::new()];
    let (mut ours, mut theirs) = (true, true);
    let mut in_conflict = false;
    for line in text.split_inclusive('\n') {
        match line.get(..7) {
            Some("<<<<<<<") => {
                in_conflict = true;
                (ours, theirs) = (true, false);
            }
            // What both began with, as git shows it where it is asked to.
            Some("|||||||") if in_conflict => (ours, theirs) = (false, false),
            Some("=======") if in_conflict => (ours, theirs) = (false, true),
            Some(">>>>>>>") if in_conflict => (ours, theirs) = (true, true),
            _ => {
                for (side, takes) in sides.iter_mut().zip([ours, theirs]) {
                    if takes {
                        side.push_str(line);
                    }
                }
            }
        }
    }
    match in_conflict {
        true => sides.into(),
        false => vec![text.to_owned()],
    }
}

/// The newest migrations of both sides of a snapshot in conflict, if both can be read.
pub(super) fn newest(text: &str) -> Option<[String; 2]> {
    let newest: Option<Vec<String>> = sides(text)
        .iter()
        .map(|side| Snapshot::parse(side).ok()?.migration)
        .collect();
    newest?.try_into().ok()
}

/// Every migration in the folder, with the one that it follows.
pub(super) fn parents(folder: &Path) -> Result<BTreeMap<String, Option<String>>> {
    let unreadable = |error: std::io::Error| Problem::io("read", folder, &error);
    let mut parents = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path().join(migration::FILE_NAME);
        let Ok(Some(text)) = read_if_there(&file) else {
            continue;
        };
        let manifest = Manifest::parse(&text).map_err(|error| {
            Problem::error(format!("`{}` cannot be read", shown(&file))).note(error)
        })?;
        parents.insert(manifest.id, manifest.parent);
    }
    Ok(parents)
}

/// The migrations that lead to one, and that one.
fn road(parents: &BTreeMap<String, Option<String>>, last: Option<&str>) -> BTreeSet<String> {
    let mut road = BTreeSet::new();
    let mut next = last;
    while let Some(id) = next {
        // A circle has no end.
        if !road.insert(id.to_owned()) {
            break;
        }
        next = parents.get(id).and_then(Option::as_deref);
    }
    road
}

/// The snapshot of the side to which `keep` belongs, and the migrations that are not on its road.
pub(super) fn keep(text: &str, folder: &Path, keep: &str) -> Result<(Snapshot, BTreeSet<String>)> {
    let file = shown(&folder.join(snapshot::FILE_NAME));
    let parents = parents(folder)?;
    if !parents.contains_key(keep) {
        let problem = Problem::error(format!("`--keep`: there is no migration `{keep}`"));
        let known = parents.keys().map(String::as_str);
        return Err(match colmig_schema::nearest(keep, known) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("name one of the two that follow the same one"),
        }
        .into());
    }
    let mut on_road = Vec::new();
    for side in sides(text) {
        let snapshot = Snapshot::parse(&side)
            .map_err(|error| Problem::error(format!("`{file}` cannot be read")).note(error))?;
        let road = road(&parents, snapshot.migration.as_deref());
        if road.contains(keep) {
            on_road.push((snapshot, road));
        }
    }
    on_road.dedup_by(|one, other| one.0 == other.0);
    let (snapshot, road) = match (on_road.pop(), on_road.pop()) {
        (Some(only), None) => only,
        (Some(_), Some(_)) => {
            return Err(
                Problem::error(format!("`--keep`: both branches have {keep}"))
                    .help("name a migration that only one of them has")
                    .into(),
            );
        }
        (None, _) => {
            return Err(Problem::error(format!("`{file}` is not of the branch that has {keep}"))
                .note("what the other migration changed is to be found by comparing the models with the snapshot of the one that stays")
                .help(format!(
                    "take the file as that branch has it (`git checkout BRANCH -- {file}`), and run the same command again; or keep the other one"
                ))
                .into());
        }
    };
    let left_out: BTreeSet<String> = parents
        .into_keys()
        .filter(|id| !road.contains(id))
        .collect();
    if left_out.is_empty() {
        return Err(Problem::error(
            "`--keep`: there is nothing to mend: each migration follows another one",
        )
        .help("run `cargo colmig generate` without it")
        .into());
    }
    Ok((snapshot, left_out))
}

#[cfg(test)]
mod tests {
    use super::sides;

    #[test]
    fn both_sides_of_a_conflict_are_whole() {
        let text =
            "{\n<<<<<<< HEAD\n  1,\n||||||| base\n  0,\n=======\n  2,\n>>>>>>> other\n  3\n}\n";
        assert_eq!(sides(text), ["{\n  1,\n  3\n}\n", "{\n  2,\n  3\n}\n"]);
        assert_eq!(sides("{}\n"), ["{}\n"]);
        // A side that is cut off is what there is of it.
        assert_eq!(sides("a\n<<<<<<< HEAD\nb\n"), ["a\nb\n", "a\n"]);
    }
}
