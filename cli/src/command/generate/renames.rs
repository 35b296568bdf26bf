//! Asking whether a field that is new is one that is gone, by another name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use colmig_schema::diff::{Ambiguous, ambiguous};
use colmig_schema::snapshot::Snapshot;
use serde::Serialize;

use crate::confirm::{can_ask, choose};
use crate::discover::{Discovered, Models, Texts};
use crate::edit::{self, Addition, Renamed};
use crate::error::{Error, Place, Problem, Result};
use crate::files::Changeset;
use crate::report::Report;

/// The answers, as files that read otherwise.
#[derive(Debug, Default)]
pub(super) struct Renames {
    files: BTreeMap<PathBuf, File>,
    /// The columns that are no new field by another name, by table.
    dropped: BTreeSet<(String, String)>,
}

/// A file in which fields say now what they were called.
#[derive(Debug)]
struct File {
    before: Place,
    after: String,
    edits: Vec<Edit>,
}

/// One attribute, for programs.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Edit {
    file: String,
    line: usize,
    model: String,
    field: String,
    /// The attribute as it was; nothing where there was none.
    before: String,
    after: String,
}

impl Renames {
    /// Asks about each field that may be renamed, if somebody is here to answer. Nothing is
    /// written yet.
    pub(super) fn ask(
        report: Report,
        before: &Snapshot,
        models: &Models,
        dropped: &BTreeSet<(String, String)>,
    ) -> Result<Self> {
        let mut renames = Renames::default();
        if !can_ask(report) {
            return Ok(renames);
        }
        let entries = models.entries().into_iter();
        let by_table = entries.map(|(table, entry)| (table, entry.model)).collect();
        let mut by_file: BTreeMap<PathBuf, Vec<(&Discovered, Renamed)>> = BTreeMap::new();
        let questions = ambiguous(before, &by_table);
        let mut taken = dropped.clone();
        for question in &questions {
            let Some(found) = models.of(&question.table) else {
                continue;
            };
            let Some(column) = ask(report, found, question, &mut taken)? else {
                continue;
            };
            let file = by_file.entry(found.place.file.clone()).or_default();
            let at = file.iter().position(|(other, _)| other.item == found.item);
            let at = at.unwrap_or_else(|| {
                let item = found.item.clone();
                let fields = BTreeMap::new();
                file.push((found, Renamed { item, fields }));
                file.len() - 1
            });
            if let Some((_, renamed)) = file.get_mut(at) {
                renamed.fields.insert(question.field.clone(), column);
            }
        }
        // Another field may have been what this one was not.
        for question in &questions {
            let gone = question.gone.iter();
            let gone = gone.map(|gone| (question.table.clone(), gone.column.clone()));
            renames
                .dropped
                .extend(gone.filter(|column| !taken.contains(column)));
        }
        for structs in by_file.into_values() {
            renames.edit(&structs)?;
        }
        Ok(renames)
    }

    fn edit(&mut self, structs: &[(&Discovered, Renamed)]) -> Result<()> {
        let Some((first, _)) = structs.first() else {
            return Ok(());
        };
        let place = &first.place;
        let renamed: Vec<Renamed> = structs.iter().map(|(_, renamed)| renamed.clone()).collect();
        let Some((after, additions)) = edit::with_renamed_from(&place.source, &renamed) else {
            return Err(by_hand(structs));
        };
        let path = place.file.canonicalize();
        let path = path.map_err(|error| Problem::io("read", &place.file, &error))?;
        let shown = |addition: Addition| {
            let Addition { field, span, after } = addition;
            let holds = |(found, _): &&(&Discovered, Renamed)| found.item.contains(&span.start);
            let model = structs.iter().find(holds).map_or(first, |(found, _)| found);
            let before = place.source.get(span.clone()).unwrap_or_default();
            let at = Place {
                span,
                ..place.clone()
            };
            Edit {
                file: at.file.display().to_string(),
                line: at.position().0,
                model: model.model.name.clone(),
                field,
                before: before.to_owned(),
                after,
            }
        };
        let edits = additions.into_iter().map(shown).collect();
        let before = place.clone();
        let file = File {
            before,
            after,
            edits,
        };
        self.files.insert(path, file);
        Ok(())
    }

    /// The files as they will read; nothing if nothing was asked.
    pub(super) fn texts(&self) -> Option<Texts> {
        let texts = self.files.iter();
        let texts: Texts = texts
            .map(|(path, file)| (path.clone(), file.after.clone()))
            .collect();
        (!texts.is_empty()).then_some(texts)
    }

    /// Takes down that the files are to be written. A file that somebody saved while the
    /// question stood there is an error: the answer was about another text.
    pub(super) fn stage(&self, changes: &mut Changeset) -> Result<()> {
        for (path, file) in &self.files {
            let there = fs::read_to_string(path);
            let there = there.map_err(|error| Problem::io("read", path, &error))?;
            let Some(mark) = there.strip_suffix(&*file.before.source) else {
                let name = file.before.file.display();
                let problem = Problem::error(format!("`{name}` was changed in the meantime"));
                return Err(problem.help("nothing was written: run it again").into());
            };
            changes.file(path.clone(), format!("{mark}{}", file.after))?;
        }
        Ok(())
    }

    /// The columns that are no new field by another name, by table.
    pub(super) fn dropped(&self) -> impl Iterator<Item = &(String, String)> {
        self.dropped.iter()
    }

    /// The attributes, in the order of their files.
    pub(super) fn edits(&self) -> impl Iterator<Item = &Edit> {
        self.files.values().flat_map(|file| &file.edits)
    }

    /// Shows how each attribute reads.
    pub(super) fn tell(&self, report: Report) {
        for edit in self.edits() {
            let Edit {
                file,
                line,
                model,
                field,
                ..
            } = edit;
            let mut lines = vec![format!("{file}:{line}: `{field}` in `{model}`")];
            for (sign, text) in [('-', &edit.before), ('+', &edit.after)] {
                lines.extend(text.lines().map(|line| format!("{sign} {}", line.trim())));
            }
            report.done("Edit", lines.join("\n"));
        }
    }
}

/// Asks about one field. Which column it was; nothing where it is another one, or all that it
/// may have been are taken by other answers.
fn ask(
    report: Report,
    found: &Discovered,
    question: &Ambiguous,
    taken: &mut BTreeSet<(String, String)>,
) -> Result<Option<String>> {
    let Ambiguous { table, field, .. } = question;
    let free = |column: &str| !taken.contains(&(table.clone(), column.to_owned()));
    let gone: Vec<_> = question
        .gone
        .iter()
        .filter(|gone| free(&gone.column))
        .collect();
    if gone.is_empty() {
        return Ok(None);
    }
    let mut answers: Vec<String> = gone
        .iter()
        .map(|gone| {
            let column = &gone.column;
            format!("it is `{column}`, renamed: add #[colmig(renamed_from = {column:?})]")
        })
        .collect();
    answers
        .push("it is another column: one goes, with all that is in it, and one comes".to_owned());
    let names: Vec<String> = gone
        .iter()
        .map(|gone| format!("`{}`", gone.column))
        .collect();
    let (is, are) = (
        names.join(" and "),
        if names.len() > 1 { "are" } else { "is" },
    );
    let words = format!(
        "{is} of `{table}` {are} gone from the struct, and `{field}` of `{}` is new",
        found.model.name
    );
    let chosen = choose(report, &words, &answers)?;
    let Some(gone) = gone.get(chosen) else {
        return Ok(None);
    };
    taken.insert((table.clone(), gone.column.clone()));
    Ok(Some(gone.column.clone()))
}

/// The attributes that only a person can write.
fn by_hand(structs: &[(&Discovered, Renamed)]) -> Error {
    let problems = structs.iter().flat_map(|(found, renamed)| {
        renamed.fields.iter().map(|(field, column)| {
            let title = format!("`{field}` of `{}` cannot be edited here", found.model.name);
            Problem::error(title)
                .at(found.place.clone())
                .note("the struct would not read as the same model but for the attribute")
                .help(format!(
                    "add #[colmig(renamed_from = {column:?})] to `{field}`"
                ))
        })
    });
    Error::wrong(problems)
}
