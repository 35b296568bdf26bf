//! The statements that look for what depends on columns or a table that go.

use std::fmt;

/// A look for what else depends on what goes, as a file of a migration holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependents {
    /// The table.
    pub table: String,
    /// Its columns that go; none if the table itself does.
    pub columns: Vec<String>,
    /// What comes first, in a transaction that is rolled back.
    pub prepare: Vec<String>,
    /// Gives what depends on them: one row each, one column, the kind and the name.
    pub look: String,
}

impl Dependents {
    /// What goes, in words.
    pub fn going(&self) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|column| format!("`{column}`"))
            .collect();
        match columns.is_empty() {
            true => format!("the table `{}`", self.table),
            false => format!("{} of `{}`", columns.join(", "), self.table),
        }
    }

    /// The statements, by the words that stand above each in the file.
    pub(crate) fn labelled(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let prepare = self.prepare.iter().map(|sql| (PREPARE, sql.as_str()));
        prepare.chain([(LOOK, self.look.as_str())])
    }

    /// Reads it back: `field` gives what a line says, `statement` what stands below a label.
    pub(crate) fn read<E>(
        table: String,
        columns: Option<String>,
        mut statement: impl FnMut(&str) -> Result<String, E>,
    ) -> Result<Self, E> {
        let columns = columns.iter().flat_map(|columns| columns.split(", "));
        let columns = columns.map(str::to_owned).collect();
        let mut prepare = Vec::new();
        while let Ok(sql) = statement(PREPARE) {
            prepare.push(sql);
        }
        Ok(Dependents {
            table,
            columns,
            prepare,
            look: statement(LOOK)?,
        })
    }
}

const PREPARE: &str = "prepare";
const LOOK: &str = "dependents";

impl fmt::Display for Dependents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "-- check dependents: {}", self.table)?;
        if !self.columns.is_empty() {
            writeln!(f, "-- columns: {}", self.columns.join(", "))?;
        }
        self.labelled()
            .try_for_each(|(label, sql)| writeln!(f, "-- statement: {label}\n{sql};"))
    }
}
