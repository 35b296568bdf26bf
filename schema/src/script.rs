//! The SQL files of a migration: what is executed, to the letter, and read by people first.
//!
//! A file holds the steps of one phase on one database. Lines that begin with `-- word:`
//! are for both readers; the SQL between them is what the executor sends. A revert is
//! written as comments, so that a file sent through `psql` or `sqlite3` by hand does the
//! phase and does not undo it.
//!
//! ```
//! use colmig_schema::script::Script;
//! let text = "\
//! -- colmig 1
//! -- migration: 20261122064500_users_nick
//! -- phase: expand
//! -- database: postgres
//!
//! -- step: add_column_users_nick
//! -- lock: ACCESS EXCLUSIVE on \"users\", for an instant
//! -- safe: only the catalogue changes
//! ALTER TABLE \"users\" ADD COLUMN \"nick\" text;
//! -- revert:
//! --   ALTER TABLE \"users\" DROP COLUMN \"nick\";
//! ";
//! let script: Script = text.parse()?;
//! assert_eq!(script.steps[0].id, "add_column_users_nick");
//! assert_eq!(script.to_string().parse::<Script>()?, script);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;
use std::str::FromStr;

use crate::comparison::Comparison;
use crate::{Database, Phase};

/// The version of the format that this build writes and reads.
const VERSION: &str = "1";

/// The path of a script in the folder of its migration.
pub fn script_path(database: Database, phase: Phase) -> String {
    format!("{database}/{}", phase.file_name())
}

/// The steps of one phase on one database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The migration.
    pub migration: String,
    /// The phase.
    pub phase: Phase,
    /// The database.
    pub database: Database,
    /// The steps, in the order of execution.
    pub steps: Vec<Step>,
}

/// One statement, or one loop of statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Stable and unique within the migration.
    pub id: String,
    /// The strongest lock that it takes, on what, and for how long.
    pub lock: String,
    /// Why that is safe while the application runs.
    pub safe: String,
    /// How it is executed.
    pub run: Run,
    /// The statements that undo it, in order.
    pub revert: Vec<String>,
}

/// How a step is executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// Statements in one transaction, in which the step is recorded as done.
    Transaction(Vec<String>),
    /// One statement that no transaction may hold, which can be repeated after a
    /// failure once `cleanup` has run. It waits for others without blocking them.
    Alone {
        /// Removes what a failed try left behind; empty if nothing can be left.
        cleanup: Vec<String>,
        /// The statement.
        statement: String,
    },
    /// A loop over ranges of keys.
    Backfill(Backfill),
    /// A loop over ranges of keys that reads, and must find nothing.
    Compare(Box<Comparison>),
    /// What the application does, by a rule in Rust: the executor waits for it.
    Convert(Convert),
}

/// A column that the application fills by a rule in Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Convert {
    /// The table.
    pub table: String,
    /// The struct.
    pub model: String,
    /// The column that is read.
    pub legacy: String,
    /// The column that is filled.
    pub target: String,
    /// The path of the function.
    pub up: String,
}

/// The statements of a loop over ranges of keys.
///
/// Parameters are numbered: the key's values first. `first` and `boundary` give a key,
/// one column for each part of it, as text where the database has typed parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backfill {
    /// The table.
    pub table: String,
    /// The columns of the key, for messages.
    pub key: Vec<String>,
    /// The columns that `pending` gives behind the key, for messages.
    pub shown: Vec<String>,
    /// The smallest key.
    pub first: String,
    /// The first key of the next range, from the key of this one and the number of rows.
    pub boundary: String,
    /// The keys at which the next batches end, from the key at which the first begins, the key
    /// at which the range ends, the number of rows to look at, and of those of one batch. Where
    /// there is none, the table is gone through from its beginning to its end, and not divided
    /// among workers.
    pub bounds: Option<String>,
    /// Fills one range, from a key (inclusive) to a key (exclusive).
    pub batch: String,
    /// Fills the last range, from a key (inclusive) on.
    pub last: String,
    /// Some keys of rows that are not filled, each with what `shown` says, up to the number
    /// in the first parameter.
    pub pending: String,
}

impl Backfill {
    /// The statements, each with what it is called.
    fn statements(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("first", Some(&self.first)),
            ("boundary", Some(&self.boundary)),
            ("bounds", self.bounds.as_ref()),
            ("batch", Some(&self.batch)),
            ("last", Some(&self.last)),
            ("pending", Some(&self.pending)),
        ]
        .into_iter()
        .filter_map(|(label, sql)| Some((label, sql?.as_str())))
    }
}

impl Step {
    /// The statements that the step sends, in order, without those of its revert.
    pub fn statements(&self) -> Vec<&str> {
        match &self.run {
            Run::Transaction(statements) => statements.iter().map(String::as_str).collect(),
            Run::Alone { statement, .. } => vec![statement],
            Run::Backfill(backfill) => backfill.statements().map(|(_, sql)| sql).collect(),
            Run::Compare(comparison) => {
                let labelled = comparison.labelled().into_iter();
                labelled.map(|(_, sql)| sql).collect()
            }
            Run::Convert(_) => Vec::new(),
        }
    }

    /// Whether it creates a table, and so touches nothing that anybody uses yet.
    pub fn is_new_table(&self) -> bool {
        self.id.starts_with("create_table_")
    }

    /// Whether nobody who reads or writes queues up behind it while it waits for its
    /// lock, which may then take as long as it takes.
    pub fn waits_beside_traffic(&self) -> bool {
        // PostgreSQL's lock that conflicts with no reader and no writer.
        matches!(self.run, Run::Alone { .. }) || self.lock.starts_with("SHARE UPDATE EXCLUSIVE")
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "-- colmig {VERSION}")?;
        writeln!(f, "-- migration: {}", self.migration)?;
        writeln!(f, "-- phase: {}", self.phase)?;
        writeln!(f, "-- database: {}", self.database)?;
        if self.steps.is_empty() {
            writeln!(f, "\n-- Nothing to do in this phase.")?;
        }
        self.steps.iter().try_for_each(|step| step.fmt(f))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n-- step: {}", self.id)?;
        writeln!(f, "-- lock: {}", self.lock)?;
        writeln!(f, "-- safe: {}", self.safe)?;
        match &self.run {
            Run::Transaction(statements) => {
                statements
                    .iter()
                    .try_for_each(|sql| writeln!(f, "{sql};"))?;
            }
            Run::Alone { cleanup, statement } => {
                writeln!(f, "-- alone: outside of a transaction")?;
                write_comments(f, "cleanup", cleanup)?;
                writeln!(f, "{statement};")?;
            }
            Run::Backfill(backfill) => {
                writeln!(f, "-- backfill: {}", backfill.table)?;
                writeln!(f, "-- key: {}", backfill.key.join(", "))?;
                if !backfill.shown.is_empty() {
                    writeln!(f, "-- shows: {}", backfill.shown.join(", "))?;
                }
                for (label, sql) in backfill.statements() {
                    writeln!(f, "-- statement: {label}\n{sql};")?;
                }
            }
            Run::Compare(comparison) => comparison.fmt(f)?,
            Run::Convert(convert) => {
                writeln!(f, "-- convert: {}", convert.table)?;
                writeln!(f, "-- model: {}", convert.model)?;
                writeln!(f, "-- legacy: {}", convert.legacy)?;
                writeln!(f, "-- target: {}", convert.target)?;
                writeln!(f, "-- by: {}", convert.up)?;
            }
        }
        write_comments(f, "revert", &self.revert)
    }
}

fn write_comments(f: &mut fmt::Formatter<'_>, label: &str, statements: &[String]) -> fmt::Result {
    if statements.is_empty() {
        return Ok(());
    }
    writeln!(f, "-- {label}:")?;
    for statement in statements {
        for line in format!("{statement};").lines() {
            writeln!(f, "--   {line}")?;
        }
    }
    Ok(())
}

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
const FIELDS: [&str; 22] = [
    "migration",
    "phase",
    "database",
    "step",
    "lock",
    "safe",
    "alone",
    "cleanup",
    "backfill",
    "convert",
    "model",
    "legacy",
    "target",
    "by",
    "key",
    "shows",
    "compare",
    "targets",
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
        let run = if let Some(alone) = self.take("alone") {
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
            Run::Convert(Convert {
                table: convert.value,
                model: self.required("model")?.value,
                legacy: self.required("legacy")?.value,
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

/// What opens and closes the body of a PostgreSQL function that colmig writes.
pub(crate) const DOLLAR_QUOTE: &str = "$colmig$";
