//! What there is: a database, the executor, and instances of the application.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use colmig_schema::{Progress, Reads, Stage};

/// As many instances of the application are there at a time.
pub(crate) const INSTANCES: usize = 3;

/// As many rows has the table. The second one is not there in the beginning.
pub(crate) const ROWS: usize = 2;

/// All of it, at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The database.
    pub db: Db,
    /// Whoever executes the migration.
    pub executor: Executor,
    /// The instances, in an order that says nothing: two states that differ in it only are one.
    pub fleet: [Instance; INSTANCES],
    /// What may still happen.
    pub left: Left,
}

/// The database: the application's table, and what colmig has published and recorded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Db {
    /// How far the migration is.
    pub progress: Progress,
    /// The read switch.
    pub reads: Reads,
    /// Whether there is a column `legacy`.
    pub legacy: bool,
    /// Whether there is a column `target`.
    pub target: bool,
    /// Whether the trigger is there that keeps both sides the same.
    pub trigger: bool,
    /// Whether the step of backfill is recorded as done.
    pub filled: bool,
    /// Whether `target` refuses NULL.
    pub required: bool,
    /// Whether the horizon of older transactions is recorded.
    pub horizon: bool,
    /// The rows.
    pub rows: [Row; ROWS],
}

/// One row, as it is committed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Row {
    /// The column whose place is taken.
    pub legacy: Option<Value>,
    /// The column that takes it.
    pub target: Option<Value>,
    /// What a read of the logical field may give: the value that was accepted last, and those
    /// of writes since of which nobody was told that they were accepted. No row if empty.
    pub truth: Values,
    /// Whether the two sides may differ, because a writer whose lease had run out wrote one.
    pub strayed: bool,
}

/// A value of the logical field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// What the first row holds in the beginning.
    Ada,
    /// Another one.
    Bob,
    /// One that `legacy` has no room for: it keeps the beginning of it, which is `Ada`.
    AdaLovelace,
}

impl Value {
    /// All of them.
    pub const ALL: [Value; 3] = [Value::Ada, Value::Bob, Value::AdaLovelace];

    /// The rule from legacy to target.
    pub const fn up(self) -> Value {
        self
    }

    /// The rule back.
    pub const fn down(self) -> Value {
        match self {
            Value::AdaLovelace => Value::Ada,
            other => other,
        }
    }

    /// Whether legacy can hold it: it reads back as itself.
    pub fn is_reversible(self) -> bool {
        self.down().up() == self
    }
}

/// A set of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Values(u8);

impl Values {
    /// The set of one.
    pub const fn only(value: Value) -> Values {
        Values(1 << value as u8)
    }

    /// The same set with a value more.
    pub const fn or(self, value: Value) -> Values {
        Values(self.0 | 1 << value as u8)
    }

    /// Whether a value is in it.
    pub const fn has(self, value: Value) -> bool {
        self.0 & 1 << value as u8 != 0
    }

    /// Whether it is the empty set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Whoever executes the migration. All of it is lost when it dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Executor {
    /// Whether it runs.
    pub up: bool,
    /// Whether it need not wait any more for what was published last.
    pub settled: bool,
    /// How far it is with the gate of what comes next.
    pub gate: Gate,
}

/// How far the executor is with a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gate {
    /// It has not looked.
    Closed,
    /// No instance holds it.
    Fleet,
    /// Writers that were under way have ended.
    Open,
}

/// One running process of the application.
///
/// The order of the fields is that by which instances are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instance {
    /// What it was compiled from; none if it does not run.
    pub build: Option<Build>,
    /// How old its lease is.
    pub lease: Lease,
    /// Where the migration stands, as far as it knows.
    pub stand: Stand,
    /// Whether its build can work with the database, as far as it knows.
    pub fits: bool,
    /// Whether it came, or came back, when the gate that it would have held was passed.
    pub late: bool,
    /// The access under way.
    pub access: Access,
    /// How a trace calls it.
    pub name: Name,
}

impl Instance {
    /// No process.
    pub const fn none(name: u8) -> Instance {
        Instance {
            build: None,
            lease: Lease::Over,
            stand: Stand::ABSENT,
            fits: false,
            late: false,
            access: Access::None,
            name: Name(name),
        }
    }
}

/// What an instance was compiled from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Build {
    /// From before the migration: it knows `legacy` only.
    Before,
    /// With the migration in flight.
    During,
    /// From when the migration is finished in the source: it knows `target` only.
    After,
}

impl Build {
    /// All of them.
    pub const ALL: [Build; 3] = [Build::Before, Build::During, Build::After];
}

/// The age of a lease. Nothing but time lies between one and the next, so an instance that
/// is stopped, cut off, or slow is one whose lease gets older.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lease {
    /// It holds.
    Held,
    /// It is not relied on any more, by the instance's clock.
    Doubtful,
    /// It has run out, by the database's clock.
    Over,
}

/// Where a migration stands, for the statements of an accessor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stand {
    /// The stage.
    pub stage: Stage,
    /// From where reads come, in that stage.
    pub reads: Reads,
}

impl Stand {
    /// Nothing has begun.
    pub const ABSENT: Stand = Stand {
        stage: Stage::Absent,
        reads: Reads::Legacy,
    };
}

/// An access under way. One that has not written stands for a read as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// None.
    None,
    /// It has chosen its view.
    Chosen(Begun),
    /// It has written in a transaction, which is open.
    Open(Begun, Written),
    /// Its write is committed, and the answer is on its way. Nobody has written the row since
    /// if `last`.
    Answered {
        /// How it began.
        begun: Begun,
        /// What it wrote.
        written: Written,
        /// Whether it is the last write of the row.
        last: bool,
    },
}

/// On the strength of what an access was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Begun {
    /// The view by which it chose its statement.
    pub stand: Stand,
    /// Whether the lease has had no gap since.
    pub same_term: bool,
}

/// What a statement wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Written {
    /// The row.
    pub row: u8,
    /// The value.
    pub value: Value,
    /// Whether it was executed when the lease had run out.
    pub strays: bool,
    /// Whether it was executed before the horizon of the gate that is asked now.
    pub older: bool,
}

impl Access {
    /// How it began.
    pub const fn begun(&self) -> Option<&Begun> {
        match self {
            Access::None => None,
            Access::Chosen(begun) | Access::Open(begun, _) | Access::Answered { begun, .. } => {
                Some(begun)
            }
        }
    }

    /// How it began, to be changed.
    pub const fn begun_mut(&mut self) -> Option<&mut Begun> {
        match self {
            Access::None => None,
            Access::Chosen(begun) | Access::Open(begun, _) | Access::Answered { begun, .. } => {
                Some(begun)
            }
        }
    }

    /// What it wrote in a transaction that is open.
    pub const fn open(&self) -> Option<&Written> {
        match self {
            Access::Open(_, written) => Some(written),
            _ => None,
        }
    }
}

/// A name for people. Two states that differ in names only are one.
#[derive(Clone, Copy, Debug)]
pub struct Name(pub u8);

impl PartialEq for Name {
    fn eq(&self, _: &Name) -> bool {
        true
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Name) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, _: &Name) -> Ordering {
        Ordering::Equal
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// How often what makes the space of states large may still happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Left {
    /// Writes of the application.
    pub writes: u8,
    /// Processes that start.
    pub starts: u8,
    /// Leases that are not renewed in time.
    pub lapses: u8,
    /// Deaths of the executor.
    pub deaths: u8,
    /// Moves of the read switch.
    pub switches: u8,
}

impl State {
    /// Puts the instances in their order.
    pub(crate) fn sort(&mut self) {
        self.fleet.sort();
    }

    /// Whether a transaction that is open has written this row.
    pub(crate) fn is_locked(&self, row: usize) -> bool {
        let mut open = self
            .fleet
            .iter()
            .filter_map(|instance| instance.access.open());
        open.any(|written| usize::from(written.row) == row)
    }

    /// Whether a transaction that is open has written to the table, so that no statement
    /// that changes the table gets its lock.
    pub(crate) fn is_table_locked(&self) -> bool {
        (0..ROWS).any(|row| self.is_locked(row))
    }
}
