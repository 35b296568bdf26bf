//! Steps as data: what a change wants done, before any database's words for it.

use crate::model::{ColumnType, Index, Model};
use crate::{Phase, Template};

/// A step of one phase.
#[derive(Clone, Debug)]
pub struct PlannedStep {
    /// The phase.
    pub phase: Phase,
    /// What is done.
    pub action: Action,
}

/// What a step does. Each database renders it in its own words.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Action {
    /// A whole table, with everything on it: nobody uses it yet.
    CreateTable(Table),
    /// A table that was there before colmig: created only where the database is a new one.
    AdoptTable(Table),
    /// Removes a table with everything on it.
    DropTable {
        /// The table.
        table: String,
        /// The tables to which its foreign keys refer.
        refers: Vec<String>,
    },
    /// A column at the end of a table.
    AddColumn(NewColumn),
    /// The default of a column that is there.
    SetDefault {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The expression.
        default: Template,
        /// What it was, if there was one.
        before: Option<Template>,
    },
    /// Takes the default of a column away.
    DropDefault {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A trigger that fills the column where an insert leaves it out.
    CreateFill(Fill),
    /// Removes that trigger.
    DropFill(Fill),
    /// A loop that fills old rows.
    Backfill(Fill),
    /// A function that gives what a rule gives, and NULL where the rule fails.
    CreateRule(Rule),
    /// A trigger that writes the other side of a replaced column for those who write one.
    CreateMirror(Mirror),
    /// A loop that brings the targets of a replaced column to what the rule gives.
    Converge(Mirror),
    /// A pass over the table that has to find both sides of a replaced column the same.
    Compare(Mirror),
    /// A pass over the table that has to find no row that a rule has not filled.
    CompareFill(Fill),
    /// What the application does by a rule in Rust.
    Convert(Conversion),
    /// Removes the triggers, and the columns of one table whose place is taken: all of
    /// them in one transaction, so that an accessor finds all of them there, or none.
    DropLegacy(Vec<Mirror>),
    /// A condition on rows that are written from now on.
    AddCheck(Condition),
    /// The same condition on all rows.
    ValidateCheck(Condition),
    /// Takes a condition away that something else has made superfluous.
    DropCheck(Condition),
    /// NOT NULL, where a valid check proves it already.
    SetNotNull {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A trigger that refuses what a constraint would refuse.
    CreateGuard(Guard),
    /// Lets a guard look at the rows that were there before it, in ranges of the key.
    Prove {
        /// What the guard enforces.
        condition: Condition,
        /// The key of its table.
        key: Vec<Key>,
    },
    /// An index beside live traffic.
    CreateIndex {
        /// The table.
        table: String,
        /// The index.
        index: Index,
    },
    /// Removes an index beside live traffic.
    DropIndex {
        /// The table.
        table: String,
        /// The index.
        index: Index,
    },
}

/// A table to be created.
#[derive(Clone, Debug)]
pub struct Table {
    /// The model.
    pub model: Model,
    /// The conditions on its rows.
    pub checks: Vec<Condition>,
}

/// A column to be added.
#[derive(Clone, Debug)]
pub struct NewColumn {
    /// The table.
    pub table: String,
    /// The column.
    pub name: String,
    /// Its type.
    pub ty: ColumnType,
    /// Whether it refuses NULL, which goes with a default only.
    pub not_null: bool,
    /// A literal that old and new rows hold without being written.
    pub default: Option<Template>,
    /// The key of the table, by which values are kept when the column is taken back.
    pub key: Vec<Key>,
    /// What a row holds to which nobody wrote anything. What differs from it is kept when
    /// the column is taken back; none if another column holds it anyhow.
    pub unwritten: Option<Template>,
}

/// A rule that may fail for the value of a row, as a function that gives NULL then.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The name of the function.
    pub name: String,
    /// The columns that it reads.
    pub arguments: Vec<Key>,
    /// The type of what it gives.
    pub ty: ColumnType,
    /// The rule, over the arguments.
    pub value: Template,
}

impl Rule {
    /// What it gives for a row.
    pub fn call(&self) -> Template {
        let mut call = Template::literal(&format!("{}(", crate::render::Ident(&self.name)));
        for (position, argument) in self.arguments.iter().enumerate() {
            call.push_text(if position > 0 { ", " } else { "" });
            call.push_column(&argument.name);
        }
        call.push_text(")");
        call
    }
}

/// The two sides of a replaced column.
#[derive(Clone, Debug)]
pub struct Mirror {
    /// The name of the trigger.
    pub name: String,
    /// Whether there is one.
    pub has_trigger: bool,
    /// The table.
    pub table: String,
    /// The key.
    pub key: Vec<Key>,
    /// The columns that take the place, each with its value over the legacy columns.
    pub targets: Vec<Mirrored>,
    /// The columns whose place is taken, each with its value over the targets.
    pub legacy: Vec<Mirrored>,
    /// The functions that go with the columns.
    pub rules: Vec<Rule>,
}

/// A column that takes the place of another, or is filled in old rows, by a rule in Rust.
#[derive(Clone, Debug)]
pub struct Conversion {
    /// The struct.
    pub model: String,
    /// The table.
    pub table: String,
    /// The columns that the function is called with: the one whose place is taken, or those
    /// that a new column is made of.
    pub read: Vec<String>,
    /// The column that is written.
    pub target: String,
    /// The path of the function from those to the target.
    pub up: String,
    /// Whether the target is a new column, of which only empty rows are written.
    pub fills: bool,
}

/// One column of one side.
#[derive(Clone, Debug)]
pub struct Mirrored {
    /// The column.
    pub column: String,
    /// What it holds, over the columns of the other side.
    pub value: Template,
    /// What an insert that leaves the column out stores in it.
    pub default: Option<Template>,
    /// The rows that it may not be left in as the rule has it, such as those for which the
    /// rule gives NULL.
    pub resists: Option<Template>,
    /// The rows of which the rule makes nothing, though it should make something.
    pub unfit: Option<Template>,
    /// The indexes that go with it.
    pub indexes: Vec<Index>,
}

/// How rows come to hold a value that nobody gave them.
#[derive(Clone, Debug)]
pub struct Fill {
    /// The name of the trigger.
    pub name: String,
    /// The table.
    pub table: String,
    /// The key.
    pub key: Vec<Key>,
    /// The column to fill.
    pub column: String,
    /// The value, over the row itself.
    pub value: Template,
}

/// A column of a primary key.
#[derive(Clone, Debug)]
pub struct Key {
    /// The column.
    pub name: String,
    /// Its type.
    pub ty: ColumnType,
}

/// A condition that every row must satisfy.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The table.
    pub table: String,
    /// The name of the constraint.
    pub name: String,
    /// The condition, over the row itself.
    pub holds: Template,
}

/// A trigger in the place of a constraint.
#[derive(Clone, Debug)]
pub struct Guard {
    /// What it enforces.
    pub condition: Condition,
    /// The writes that it looks at.
    pub on: Write,
    /// What the refused statement's error says.
    pub message: String,
}

/// The writes that a guard looks at.
#[derive(Clone, Debug)]
pub enum Write {
    /// Rows that are inserted.
    Insert,
    /// Rows of which this column is updated.
    UpdateOf(String),
    /// Rows that are updated in any column.
    Update,
}
