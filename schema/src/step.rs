//! Steps as data: what a change wants done, before any database's words for it.

use crate::collection::CollectionAction;
use crate::model::{Column, ColumnType, Dialected, Model, Nulls, Sized};
use crate::script::Convert;
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
    /// Something on a collection of documents.
    Collection(CollectionAction),
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
    /// A view that stands for a table under the name that it will have.
    StandIn(Renaming),
    /// Gives a table its new name, in the place of that view.
    RenameTable(Renaming),
    /// A type of which the values are listed, unless it is there.
    DeclareEnum {
        /// Its name, as it stands in the type of a column.
        name: String,
        /// The values, in their order.
        values: Vec<String>,
    },
    /// One value more of such a type.
    AddValue {
        /// The name of the type.
        name: String,
        /// The value.
        value: Value,
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
    /// A type that holds all that the column's holds, in the same bytes.
    WidenColumn(Widening),
    /// The same, by a new definition of the column.
    RedefineColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Whether it may be NULL, before and after.
        nullable: bool,
        /// What else there is to say of it, its new type among it.
        definition: Definition,
    },
    /// Looks anew at what stands in a column, so that queries are planned as before.
    AnalyzeColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// What the database says of columns to people.
    CommentColumns {
        /// The table.
        table: String,
        /// The comments.
        comments: Vec<Comment>,
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
    /// A search that has to find no row in which a column is NULL.
    ProveFilled(Fill),
    /// Lets a column be NULL.
    DropNotNull {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// What else there is to say of it.
        definition: Definition,
    },
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
    /// A search for rows that a constraint or unique index would refuse, before it is tried.
    CheckRows(Demand),
    /// A look for what else depends on columns or a table that go, before they do.
    CheckDependents(Going),
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
    /// A foreign key that rows have to satisfy that are written from now on.
    AddReference(ForeignKey),
    /// The same foreign key on all rows.
    ValidateReference(ForeignKey),
    /// A foreign key that stands for another one until that goes, and does what that does when
    /// the row it refers to changes or goes.
    CarryReference {
        /// The foreign key.
        key: ForeignKey,
        /// The column of the other one.
        from: String,
    },
    /// Looks whether the key of a table can go over to another column in the end.
    CheckKey(Rekeyed),
    /// Takes a check or foreign key away that no struct has any more.
    DropConstraint {
        /// The table.
        table: String,
        /// The constraint.
        name: String,
        /// The table that it refers to, if it refers to one.
        refers: Option<String>,
    },
    /// Takes the triggers away that stand for a check.
    DropGuards {
        /// The name of the check.
        name: String,
    },
    /// NOT NULL, where every row is known to hold a value.
    SetNotNull {
        /// The table.
        table: String,
        /// The columns, each with what else there is to say of it: more than one where the
        /// table is written anew for it, so that this is done once.
        columns: Vec<(String, Definition)>,
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
        index: TableIndex,
    },
    /// Removes an index beside live traffic.
    DropIndex {
        /// The table.
        table: String,
        /// The index.
        name: String,
    },
}

/// An index as one database has it.
#[derive(Clone, Debug)]
pub struct TableIndex {
    /// Its name.
    pub name: String,
    /// Whether no two rows may have the same values.
    pub unique: bool,
    /// The method, where it is another than the database's own choice.
    pub method: Option<String>,
    /// What it is over, in its order.
    pub parts: Vec<TableIndexPart>,
    /// The columns that it stores beside those.
    pub include: Vec<String>,
    /// The rows that it holds, if not all.
    pub only: Option<Template>,
}

/// One of the things that an index is over.
#[derive(Clone, Debug)]
pub struct TableIndexPart {
    /// A column or an expression.
    pub value: Template,
    /// The operator class.
    pub ops: Option<String>,
    /// Whether it is sorted from the greatest down.
    pub descending: bool,
    /// Where NULL stands, if not where the database puts it anyhow.
    pub nulls: Option<Nulls>,
}

/// What is said of a column beside its name and whether it may be NULL, for databases that have it
/// said anew with every change.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Its type.
    pub ty: ColumnType,
    /// Its default.
    pub default: Option<Dialected>,
    /// What is said of it to people.
    pub comment: Option<String>,
}

impl Definition {
    /// That of a model's column.
    pub fn of(column: &Column) -> Definition {
        Definition {
            ty: column.ty.clone(),
            default: column.default.clone(),
            comment: column.comment.clone(),
        }
    }
}

/// A table to be created.
#[derive(Clone, Debug)]
pub struct Table {
    /// The model.
    pub model: Model,
    /// The conditions on its rows.
    pub checks: Vec<Condition>,
    /// Its indexes.
    pub indexes: Vec<TableIndex>,
}

/// The comment of a column.
#[derive(Clone, Debug)]
pub struct Comment {
    /// The column.
    pub column: String,
    /// What is said; none takes it away.
    pub text: Option<String>,
    /// What was said.
    pub before: Option<String>,
}

/// A value that a type gets, in its place.
#[derive(Clone, Debug)]
pub struct Value {
    /// The value.
    pub value: String,
    /// The one that it comes behind.
    pub after: Option<String>,
    /// The one that it comes before, where it is the first.
    pub before: Option<String>,
}

/// A column whose type becomes a wider one.
#[derive(Clone, Debug)]
pub struct Widening {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// The type that it has.
    pub from: Sized,
    /// The type that it gets.
    pub to: Sized,
    /// The same, as the model spells it.
    pub ty: String,
    /// The tables that foreign keys over the column join to its own.
    pub others: Vec<String>,
}

/// A table that gets another name.
#[derive(Clone, Debug)]
pub struct Renaming {
    /// The name that it has.
    pub from: String,
    /// The name that it gets.
    pub to: String,
    /// Its indexes, each with the name that it has and the one that it gets.
    pub indexes: Vec<(String, String)>,
    /// The same of its constraints.
    pub constraints: Vec<(String, String)>,
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
    /// What is said of it to people, where that is part of its definition.
    pub comment: Option<String>,
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
    /// What becomes of the primary key, where the column belongs to it.
    pub rekeyed: Option<Rekeyed>,
    /// The table to which a foreign key leads that goes with legacy.
    pub refers: Option<String>,
}

/// A primary key of which one column takes the place of another.
#[derive(Clone, Debug)]
pub struct Rekeyed {
    /// The table.
    pub table: String,
    /// The columns of the key as it is, in their order.
    pub before: Vec<String>,
    /// The column that goes.
    pub legacy: String,
    /// The column that takes its place.
    pub target: String,
    /// The integer type of the target, which its sequence gets; none if it is of no such type,
    /// or of the one that was.
    pub counts_as: Option<String>,
    /// Whether the target declares a default of its own, so that it takes none over.
    pub has_default: bool,
    /// The unique index that becomes the key.
    pub index: String,
    /// The columns whose foreign keys refer to legacy and go before it, each with its table.
    pub referring: Vec<(String, String)>,
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

impl From<&Conversion> for Convert {
    fn from(conversion: &Conversion) -> Self {
        let Conversion {
            model,
            table,
            read,
            target,
            up,
            fills,
        } = conversion.clone();
        Convert {
            table,
            model,
            read,
            target,
            up,
            fills,
        }
    }
}

/// One column of one side.
#[derive(Clone, Debug)]
pub struct Mirrored {
    /// The column.
    pub column: String,
    /// Its type.
    pub ty: ColumnType,
    /// What it holds, over the columns of the other side.
    pub value: Template,
    /// What an insert that leaves the column out stores in it.
    pub default: Option<Template>,
    /// Whether it refuses NULL.
    pub required: bool,
    /// The rows that it may not be left in as the rule has it, such as those for which the
    /// rule gives NULL.
    pub resists: Option<Template>,
    /// The rows of which the rule makes nothing, though it should make something.
    pub unfit: Option<Template>,
    /// The names of the indexes that go with it.
    pub indexes: Vec<String>,
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
    /// Whether an update that stores NULL is served as well: older builds may do so.
    pub updates: bool,
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

/// A foreign key of one column.
#[derive(Clone, Debug)]
pub struct ForeignKey {
    /// The table.
    pub table: String,
    /// The name of the constraint.
    pub name: String,
    /// The column that refers.
    pub column: String,
    /// The primary key of the table, by which rows are named.
    pub row_key: Vec<Key>,
    /// The table that it refers to.
    pub to: String,
    /// The column that it refers to.
    pub key: String,
}

/// What a constraint or unique index that is to come demands of the rows that are there.
#[derive(Clone, Debug)]
pub struct Demand {
    /// The table.
    pub table: String,
    /// The key of the table, by which rows are named.
    pub key: Vec<Key>,
    /// The name of the constraint or index.
    pub constraint: String,
    /// What it demands.
    pub demanded: Demanded,
}

/// What goes in `contract`.
#[derive(Clone, Debug)]
pub struct Going {
    /// The table.
    pub table: String,
    /// Its columns that go; none if the table itself does.
    pub columns: Vec<String>,
    /// The indexes that go along, which are no news.
    pub along: Vec<String>,
    /// The columns whose foreign keys go before, each with its table.
    pub before: Vec<(String, String)>,
    /// Whether the primary key goes over to other columns.
    pub rekeyed: bool,
}

impl Going {
    /// What has to be looked for before that step; none if it drops nothing.
    pub fn of(action: &Action) -> Option<Going> {
        match action {
            Action::DropTable { table, .. } => Some(Going {
                table: table.clone(),
                columns: Vec::new(),
                along: Vec::new(),
                before: Vec::new(),
                rekeyed: false,
            }),
            Action::DropLegacy(mirrors) => {
                let legacy = mirrors.iter().flat_map(|mirror| &mirror.legacy);
                let along = legacy.clone().flat_map(|legacy| legacy.indexes.clone());
                let keys = mirrors.iter().filter_map(|mirror| mirror.rekeyed.as_ref());
                Some(Going {
                    before: keys.clone().flat_map(|key| key.referring.clone()).collect(),
                    rekeyed: keys.count() > 0,
                    table: mirrors.first()?.table.clone(),
                    columns: legacy.map(|legacy| legacy.column.clone()).collect(),
                    along: along.collect(),
                })
            }
            _ => None,
        }
    }
}

/// What is demanded of rows.
#[derive(Clone, Debug)]
pub enum Demanded {
    /// A condition over the row itself, which NULL does not fail.
    Holds(Template),
    /// A value in a column.
    NotNull(String),
    /// No two with the same values, unless one of them is NULL.
    Unique {
        /// What the index is over: columns or expressions.
        over: Vec<Template>,
        /// The rows that are in the index, where not all are.
        among: Option<Template>,
    },
    /// A row that they refer to, unless one of the columns is NULL.
    Refers {
        /// The columns that refer.
        columns: Vec<String>,
        /// The table that they refer to.
        table: String,
        /// The columns that they refer to, in the same order.
        to: Vec<String>,
    },
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
