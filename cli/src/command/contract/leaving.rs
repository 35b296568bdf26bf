//! What may leave the structs, because the columns have arrived that it was for.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::PathBuf;

use colmig_schema::Model;
use colmig_schema::model::{Column, Transition};
use colmig_schema::snapshot::Snapshot;
use serde::{Serialize, Serializer};

use crate::discover::{Discovered, Models};
use crate::edit::{self, Arrived};
use crate::error::{Place, Result};
use crate::files::Changeset;
use crate::report::Report;

/// The columns that are looked at.
#[derive(Debug)]
pub(super) enum Scope {
    /// Those that a migration brought, by table and name.
    Brought(BTreeSet<(String, String)>),
    /// All that are there for good.
    All,
}

/// What may leave, and how.
#[derive(Debug, Default)]
pub(super) struct Leaving {
    edits: Vec<Edit>,
    by_hand: Vec<ByHand>,
    /// The files as they were read, and how they read after the edits.
    files: Vec<(Place, String)>,
}

/// One attribute that reads otherwise, for programs.
#[derive(Debug, Serialize)]
pub(super) struct Edit {
    #[serde(flatten)]
    at: At,
    before: String,
    after: String,
    made: bool,
    #[serde(skip)]
    comments: bool,
}

/// One that is left to people, for programs.
#[derive(Debug, Serialize)]
pub(super) struct ByHand {
    #[serde(flatten)]
    at: At,
    why: &'static str,
}

/// Which attribute it is.
#[derive(Debug, Serialize)]
struct At {
    /// Where it stands, if that is known.
    #[serde(flatten, serialize_with = "file_and_line")]
    place: Option<Place>,
    model: String,
    field: String,
    /// The words that should go; none if nobody knows how the struct is written.
    words: Vec<String>,
}

impl At {
    fn new(found: &Discovered, field: String, words: Vec<String>, span: Range<usize>) -> Self {
        At {
            place: Some(Place {
                span,
                ..found.place.clone()
            }),
            model: found.model.name.clone(),
            field,
            words,
        }
    }
}

/// `src/user.rs:7: `backfill` on `nick` in `User``.
impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{}:{}: ", place.file.display(), place.position().0)?;
        }
        match self.words.as_slice() {
            [] => f.write_str("what was for the migration only")?,
            words => write!(f, "`{}`", words.join("`, `"))?,
        }
        write!(f, " on `{}` in `{}`", self.field, self.model)
    }
}

/// The text without the mark that some editors begin a file with, as it was read.
fn unmarked(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn file_and_line<S: Serializer>(place: &Option<Place>, out: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Flat {
        file: String,
        line: usize,
    }
    let flat = place.as_ref().map(|place| Flat {
        file: place.file.display().to_string(),
        line: place.position().0,
    });
    flat.serialize(out)
}

impl Scope {
    fn contains(&self, table: &str, column: &str) -> bool {
        match self {
            Scope::All => true,
            Scope::Brought(columns) => columns.contains(&(table.to_owned(), column.to_owned())),
        }
    }
}

/// The column as it is once it is there.
fn arrived(column: &Column) -> Column {
    Column {
        transition: Transition::default(),
        // The snapshot has none where the project keeps none, and no attribute says it.
        comment: None,
        ..column.clone()
    }
}

impl Leaving {
    /// Looks through the models; through none, if they could not be read.
    pub(super) fn find(
        models: Option<&Models>,
        before: &Snapshot,
        after: &Snapshot,
        scope: &Scope,
    ) -> Self {
        let mut leaving = Leaving::default();
        let found: BTreeMap<&str, &Discovered> = models
            .iter()
            .flat_map(|models| models.iter())
            .map(|found| (found.model.table.as_str(), found))
            .collect();
        let mut files: BTreeMap<PathBuf, Vec<(&Discovered, Arrived)>> = BTreeMap::new();
        for (table, entry) in &after.models {
            let columns = entry.model.columns.iter();
            let columns = columns.filter(|column| {
                // The version of a document is no field of a struct.
                !column.version
                    && scope.contains(table, &column.name)
                    && after.flight(table, &column.name).is_none()
            });
            match found.get(table.as_str()) {
                Some(found) => {
                    let arrived = leaving.compare(found, columns, scope);
                    if !arrived.fields.is_empty() {
                        let file = files.entry(found.place.file.clone()).or_default();
                        file.push((found, arrived));
                    }
                }
                None => {
                    let before = before.models.get(table).map(|entry| &entry.model);
                    let why = match models {
                        Some(_) => "no source declares the struct; a macro may",
                        None => "the sources could not be read",
                    };
                    leaving.unseen(&entry.model.name, columns, before, why);
                }
            }
        }
        for structs in files.into_values() {
            leaving.look_into(&structs);
        }
        leaving
    }

    /// The fields whose columns are as the snapshot holds them.
    fn compare<'a>(
        &mut self,
        found: &Discovered,
        columns: impl Iterator<Item = &'a Column>,
        scope: &Scope,
    ) -> Arrived {
        let of = |fields| Arrived {
            item: found.item.clone(),
            fields,
        };
        let (mut same, mut others) = (BTreeSet::new(), BTreeSet::new());
        for column in columns {
            match found.model.column(&column.name) {
                Some(there) if arrived(there) == arrived(column) => {
                    same.insert(there.field.clone())
                }
                Some(there) => others.insert(there.field.clone()),
                None => false,
            };
        }
        // A change to come may need the very words that the last one needed.
        if let Scope::Brought(_) = scope
            && !others.is_empty()
        {
            let edited = edit::without_transition(&found.place.source, &[of(others)]);
            let edits = edited.edits.into_iter();
            let edits = edits.map(|edit| (edit.field, edit.words, edit.span));
            let left = edited.left.into_iter();
            let left = left.map(|left| (left.field, left.words, left.span));
            self.by_hand
                .extend(edits.chain(left).map(|(field, words, span)| ByHand {
                    at: At::new(found, field, words, span),
                    why: "the field is not what the snapshot holds",
                }));
        }
        of(same)
    }

    /// Takes down the columns of a struct that was not found.
    fn unseen<'a>(
        &mut self,
        model: &str,
        columns: impl Iterator<Item = &'a Column>,
        before: Option<&Model>,
        why: &'static str,
    ) {
        let was_on_its_way = |column: &&Column| {
            let before = before.and_then(|model| model.column(&column.name));
            before.is_some_and(|column| !column.transition.is_empty())
        };
        self.by_hand
            .extend(columns.filter(was_on_its_way).map(|column| ByHand {
                at: At {
                    place: None,
                    model: model.to_owned(),
                    field: column.field.clone(),
                    words: Vec::new(),
                },
                why,
            }));
    }

    /// Looks into the structs of one file.
    fn look_into(&mut self, structs: &[(&Discovered, Arrived)]) {
        let Some((first, _)) = structs.first() else {
            return;
        };
        let source = &first.place.source;
        let arrived: Vec<Arrived> = structs.iter().map(|(_, arrived)| arrived.clone()).collect();
        let edited = edit::without_transition(source, &arrived);
        let at = |field, words, span: Range<usize>| {
            let holds = |(found, _): &&(&Discovered, Arrived)| found.item.contains(&span.start);
            let found = structs.iter().find(holds).map_or(first, |(found, _)| found);
            At::new(found, field, words, span)
        };
        for edit in edited.edits {
            let before = source.get(edit.span.clone()).unwrap_or_default();
            self.edits.push(Edit {
                before: before.to_owned(),
                at: at(edit.field, edit.words, edit.span),
                after: edit.after,
                made: false,
                comments: edit.comments,
            });
        }
        for left in edited.left {
            self.by_hand.push(ByHand {
                at: at(left.field, left.words, left.span),
                why: left.why.words(),
            });
        }
        if edited.text != **source {
            self.files.push((first.place.clone(), edited.text));
        }
    }

    /// Takes down that the files are to be written. One that was changed while the database
    /// was at work is left to whoever changed it.
    pub(super) fn stage(&mut self, changes: &mut Changeset) -> Result<()> {
        for (place, text) in std::mem::take(&mut self.files) {
            // A link stays one: what it leads to is written.
            let path = place.file.canonicalize();
            let there = path.and_then(|path| Ok((fs::read_to_string(&path)?, path)));
            let is_in = |at: &At| at.place.as_ref().is_some_and(|at| at.file == place.file);
            match there {
                Ok((there, path)) if unmarked(&there) == &*place.source => {
                    let mark = &there[..there.len() - place.source.len()];
                    changes.file(path, format!("{mark}{text}"))?;
                    let made = self.edits.iter_mut().filter(|edit| is_in(&edit.at));
                    made.for_each(|edit| edit.made = true);
                }
                _ => {
                    let changed = self.edits.extract_if(.., |edit| is_in(&edit.at));
                    self.by_hand.extend(changed.map(|edit| ByHand {
                        at: edit.at,
                        why: "the file was changed in the meantime",
                    }));
                }
            }
        }
        Ok(())
    }

    /// The attributes that read otherwise.
    pub(super) fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// Those that are left to people.
    pub(super) fn by_hand(&self) -> &[ByHand] {
        &self.by_hand
    }

    /// Tells how each attribute reads, and how it could, or does now.
    pub(super) fn tell(&self, report: Report) {
        for edit in &self.edits {
            let verb = if edit.made { "Edited" } else { "Edit" };
            let mut lines = vec![edit.at.to_string()];
            let place = edit.at.place.as_ref();
            let indent = " ".repeat(place.map_or(0, |place| place.position().1 - 1));
            for (sign, text) in [('-', &edit.before), ('+', &edit.after)] {
                let from_its_start =
                    |line: &str| format!("{sign} {}", line.strip_prefix(&indent).unwrap_or(line));
                lines.extend(text.lines().map(from_its_start));
            }
            if edit.comments {
                lines.push("a comment stays there: see whether it still holds".to_owned());
            }
            report.done(verb, lines.join("\n"));
        }
        for left in &self.by_hand {
            report.held("By hand", format_args!("{}: {}", left.at, left.why));
        }
    }
}
