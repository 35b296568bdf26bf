//! From the text of a script to its steps.

use std::fmt;
use std::str::FromStr;

use super::{Backfill, Convert, DOLLAR_QUOTE, Run, Script, Step, VERSION};
use crate::comparison::Comparison;
use crate::dependents::Dependents;
use crate::precheck::Precheck;

/// A file that is no script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct BadScript {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

impl FromStr for Script {
    type Err = BadScript;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut sections: Vec<Section> = vec![Section::default()];
        for (index, line) in text.lines().enumerate() {
            if line.starts_with("-- step: ") {
                sections.push(Section::default());
            }
            if let Some(section) = sections.last_mut() {
                section.add(index + 1, line)?;
            }
        }
        let mut sections = sections.into_iter();
        let mut head = sections.next().unwrap_or_default();
        let version = head.take("colmig").map(|field| field.value);
        match version.as_deref() {
            Some(VERSION) => {}
            Some(other) => {
                return Err(head.bad(format!(
                    "the file is of version {other} and this colmig reads version {VERSION}"
                )));
            }
            None => return Err(head.bad("the first line has to be `-- colmig 1`".to_owned())),
        }
        Ok(Script {
            migration: head.required("migration")?.value,
            phase: head.parsed("phase")?,
            database: head.parsed("database")?,
            steps: sections.map(Section::into_step).collect::<Result<_, _>>()?,
        })
    }
}

/// The lines of one step, sorted by what they are.
#[derive(Default)]
struct Section {
    line: usize,
    fields: Vec<Field>,
}

/// A line `-- name: value`, and the statements below it.
struct Field {
    name: String,
    value: String,
    sql: String,
    commented: String,
}

/// The words that begin a field. Any other comment is for people only.
const FIELDS: [&str; 30] = [
    "migration",
    "phase",
    "database",
    "step",
    "lock",
    "safe",
    "one by one",
    "alone",
    "cleanup",
    "backfill",
    "convert",
    "model",
    "legacy",
    "reads",
    "target",
    "by",
    "key",
    "shows",
    "compare",
    "targets",
    "check rows",
    "check dependents",
    "constraint",
    "rule",
    "columns",
    "says",
    "statement",
    "revert",
    "colmig",
    "note",
];

impl Section {
    fn add(&mut self, number: usize, line: &str) -> Result<(), BadScript> {
        if self.line == 0 {
            self.line = number;
        }
        if let Some(version) = line.strip_prefix("-- colmig ") {
            self.push("colmig", version);
            return Ok(());
        }
        let comment = line.strip_prefix("--");
        let field = comment
            .and_then(|comment| comment.strip_prefix(' ')?.split_once(':'))
            .filter(|(name, _)| FIELDS.contains(name));
        if let Some((name, value)) = field {
            self.push(name, value.trim());
            return Ok(());
        }
        let Some(last) = self.fields.last_mut() else {
            return Err(BadScript {
                line: number,
                reason: "the first line has to be `-- colmig 1`".to_owned(),
            });
        };
        match comment {
            Some(comment) => {
                if let Some(sql) = comment.strip_prefix("   ") {
                    last.commented.push_str(sql);
                    last.commented.push('\n');
                }
            }
            None => {
                last.sql.push_str(line);
                last.sql.push('\n');
            }
        }
        Ok(())
    }

    fn push(&mut self, name: &str, value: &str) {
        self.fields.push(Field {
            name: name.to_owned(),
            value: value.to_owned(),
            sql: String::new(),
            commented: String::new(),
        });
    }

    fn take(&mut self, name: &str) -> Option<Field> {
        let at = self.fields.iter().position(|field| field.name == name)?;
        Some(self.fields.remove(at))
    }

    fn required(&mut self, name: &str) -> Result<Field, BadScript> {
        self.take(name)
            .ok_or_else(|| self.bad(format!("`-- {name}:` is missing")))
    }

    fn parsed<T: FromStr<Err: fmt::Display>>(&mut self, name: &str) -> Result<T, BadScript> {
        let value = self.required(name)?.value;
        value
            .parse()
            .map_err(|error: T::Err| self.bad(error.to_string()))
    }

    /// The statement below `-- statement: label`.
    fn labelled(&mut self, step: &str, label: &str) -> Result<String, BadScript> {
        let mut fields = self.fields.iter();
        let at = fields.position(|field| field.name == "statement" && field.value == label);
        let field = at.map(|at| self.fields.remove(at));
        field
            .and_then(|field| statements(&field.sql).pop())
            .ok_or_else(|| self.bad(format!("step `{step}` has no statement `{label}`")))
    }

    fn comparison(&mut self, step: &str, table: String) -> Result<Comparison, BadScript> {
        let [key, legacy, targets] =
            ["key", "legacy", "targets"].map(|name| self.take(name).map(|field| field.value));
        let fields = |name: &str| match name {
            "key" => key.clone(),
            "legacy" => legacy.clone(),
            _ => targets.clone(),
        };
        let line = self.line.max(1);
        let missing = |name: &str| BadScript {
            line,
            reason: format!("`-- {name}:` is missing"),
        };
        Comparison::read(table, fields, |label| self.labelled(step, label), missing)
    }

    fn precheck(&mut self, step: &str, table: String) -> Result<Precheck, BadScript> {
        let rule = self.parsed("rule")?;
        let names = ["key", "constraint", "columns", "says"];
        let mut fields = names.map(|name| (name, self.take(name).map(|field| field.value)));
        let field = |wanted: &str| {
            let mut fields = fields.iter_mut();
            fields.find(|(name, _)| *name == wanted)?.1.take()
        };
        let line = self.line.max(1);
        let missing = |name: &str| BadScript {
            line,
            reason: format!("`-- {name}:` is missing"),
        };
        let statement = |label: &str| self.labelled(step, label);
        Precheck::read(table, rule, field, statement, missing)
    }

    fn bad(&self, reason: String) -> BadScript {
        BadScript {
            line: self.line.max(1),
            reason,
        }
    }

    fn into_step(mut self) -> Result<Step, BadScript> {
        let id = self.required("step")?.value;
        let lock = self.required("lock")?.value;
        let safe = self.required("safe")?;
        let revert = self
            .take("revert")
            .map(|field| statements(&field.commented))
            .unwrap_or_default();
        let run = if let Some(each) = self.take("one by one") {
            let found = statements(&each.sql);
            if found.is_empty() {
                return Err(self.bad(format!("step `{id}` has no statement")));
            }
            Run::OneByOne(found)
        } else if let Some(alone) = self.take("alone") {
            let cleanup = self.take("cleanup");
            let sql = format!(
                "{}{}",
                alone.sql,
                cleanup.as_ref().map_or("", |field| &field.sql)
            );
            let mut found = statements(&sql);
            match (found.pop(), found.pop()) {
                (Some(statement), None) => Run::Alone {
                    cleanup: cleanup
                        .map(|field| statements(&field.commented))
                        .unwrap_or_default(),
                    statement,
                },
                _ => {
                    return Err(self.bad(format!(
                        "step `{id}` stands alone and needs exactly one statement"
                    )));
                }
            }
        } else if let Some(convert) = self.take("convert") {
            let reads = self.take("reads");
            let fills = reads.is_some();
            let read = match reads {
                Some(reads) => reads.value.split(", ").map(str::to_owned).collect(),
                None => vec![self.required("legacy")?.value],
            };
            Run::Convert(Convert {
                table: convert.value,
                model: self.required("model")?.value,
                read,
                fills,
                target: self.required("target")?.value,
                up: self.required("by")?.value,
            })
        } else if let Some(backfill) = self.take("backfill") {
            let key = self.required("key")?.value;
            let shown = self.take("shows").map(|field| field.value);
            let bounds = self.labelled(&id, "bounds").ok();
            let mut required = |label: &str| self.labelled(&id, label);
            Run::Backfill(Backfill {
                table: backfill.value,
                first: required("first")?,
                boundary: required("boundary")?,
                bounds,
                batch: required("batch")?,
                last: required("last")?,
                pending: required("pending")?,
                key: key.split(", ").map(str::to_owned).collect(),
                shown: shown
                    .iter()
                    .flat_map(|shown| shown.split(", "))
                    .map(str::to_owned)
                    .collect(),
            })
        } else if let Some(compare) = self.take("compare") {
            Run::Compare(Box::new(self.comparison(&id, compare.value)?))
        } else if let Some(table) = self.take("check rows") {
            Run::CheckRows(Box::new(self.precheck(&id, table.value)?))
        } else if let Some(table) = self.take("check dependents") {
            let columns = self.take("columns").map(|field| field.value);
            let check = Dependents::read(table.value, columns, |label| self.labelled(&id, label))?;
            Run::CheckDependents(Box::new(check))
        } else {
            let found = statements(&safe.sql);
            if found.is_empty() {
                return Err(self.bad(format!("step `{id}` has no statement")));
            }
            Run::Transaction(found)
        };
        Ok(Step {
            id,
            lock,
            safe: safe.value,
            run,
            revert,
        })
    }
}

/// Cuts text into statements: one ends where a line ends in `;`, except inside the
/// body of a function or trigger, where the line is indented or a dollar quote is open.
fn statements(sql: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current = String::new();
    let mut quoted = false;
    for line in sql.lines() {
        if line.trim().is_empty() && current.is_empty() {
            continue;
        }
        if !current.is_empty() {
            current.push('\n');
        }
        if line.matches(DOLLAR_QUOTE).count() % 2 == 1 {
            quoted = !quoted;
        }
        let body = quoted || line.starts_with(' ');
        match line.strip_suffix(';') {
            Some(end) if !body => {
                current.push_str(end);
                found.push(std::mem::take(&mut current));
            }
            _ => current.push_str(line),
        }
    }
    let rest = current.trim();
    if !rest.is_empty() {
        found.push(rest.to_owned());
    }
    found
}
