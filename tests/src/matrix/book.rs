//! The matrix as the docs have it: a row for each cell.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use colmig::Phase;
use colmig_schema::Sql;
use colmig_schema::plan::Plan;
use colmig_schema::script::{Script, script_path};
use colmig_schema::snapshot::{Entry, Snapshot};

use super::plans::{planned, why};
use super::{CHANGES, Cell, Expected, Made, cells, kinds};

/// Changes of `docs/changes.md` that cells do not cover, for they need another command or another
/// table, with the tests that do.
pub const ELSEWHERE: [(&str, &str); 3] = [
    (
        "a table that was there before colmig",
        "`cli`, `adopted::`: by `cargo colmig init --from-database`",
    ),
    (
        "a column of another type, with the foreign key that it has",
        "`conformance`, `rekeyed::`: with the key that it refers to",
    ),
    (
        "a foreign key to a primary key of a new type",
        "`conformance`, `rekeyed::`: with the key that it refers to",
    ),
];

const HEAD: &str = "# Every change on every kind of table

A row for each change on each kind of table of each database: how it is done, the strongest lock of all its steps and for how long, or why
it waits or is refused. Written from the code by `UPDATE_DOCS=1 cargo test -p colmig-tests --test matrix book`; each row is a test,
`<database>::<change>::<table>`, which rolls the change out on a real server, sees that a build which knows nothing of it goes on to
write, takes it back just before contract (the schema then is what it was, to the letter), rolls it out again and contracts, and counts
the rows that are right:

```console
$ cargo test -p colmig-tests --test matrix                                     # all of them
$ cargo test -p colmig-tests --test matrix 'postgres::a renamed column::'      # one change
$ cargo xtask test --list                                                      # counts them, with all other tests
```

What each step of a change does is in [changes.md](changes.md); how long its locks are held on 1,000,000 rows, in [locks.md](locks.md).
";

/// The text of `docs/matrix.md`.
pub fn book() -> String {
    let cells = cells();
    let mut text = HEAD.to_owned();
    for change in &CHANGES {
        let _ = writeln!(text, "\n## {}", change.name);
        for database in super::DATABASES {
            let _ = writeln!(
                text,
                "\n### {}: {}\n\n| table | how | strongest lock |\n| --- | --- | --- |",
                change.name,
                database.title()
            );
            for kind in kinds() {
                let mut of_it = cells.iter().filter(|cell| cell.database == database);
                let cell = of_it
                    .find(|cell| cell.change.name == change.name && cell.kind.name == kind.name);
                let [how, lock] = match (cell, kind.made(database)) {
                    (Some(cell), _) => row(cell),
                    (None, Made::Not(why)) => [format!("no such table: {why}"), String::new()],
                    (None, Made::By(_) | Made::Foreign) => continue,
                };
                let _ = writeln!(text, "| {} | {how} | {lock} |", kind.name);
            }
        }
    }
    text.push_str("\n## Shown elsewhere\n\n| change | tests |\n| --- | --- |\n");
    for (change, tests) in ELSEWHERE {
        let _ = writeln!(text, "| {change} | {tests} |");
    }
    text
}

/// How a cell is done, and its strongest lock.
fn row(cell: &Cell) -> [String; 2] {
    let (before, after) = cell.models();
    let entries = before.into_iter().map(|(table, model)| {
        let package = String::new();
        (table, Entry { package, model })
    });
    let mut snapshot = Snapshot::default();
    snapshot.models = entries.collect();
    let plan = match planned(&snapshot, &after, "1_example", cell.database) {
        Ok(plan) => plan,
        Err(refused) => return [format!("refused: {}", why(&refused)), String::new()],
    };
    let scripts = scripts(&plan, cell.database);
    let lock = strongest(&scripts);
    let how = match cell.expected {
        Expected::Held {
            phase,
            says,
            mend: "",
            until,
        } => {
            let until = until.map_or(String::new(), |until| {
                format!("; from version {until} on it is rolled out")
            });
            format!("waits before {phase}: {says}; the change is to be another{until}")
        }
        Expected::Held {
            phase, says, mend, ..
        } => {
            let mend = mend.replace("{table}", &cell.kind.quoted(cell.database));
            let what = if says.ends_with("depends on") {
                " what goes"
            } else {
                ""
            };
            format!("online; waits before {phase}: {says}{what}. `{mend}`, and it goes on")
        }
        _ if scripts.is_empty() => "nothing to do".to_owned(),
        _ => {
            let phases: Vec<String> = scripts.keys().map(ToString::to_string).collect();
            format!("online: {}", phases.join(", "))
        }
    };
    [how, lock]
}

/// The phases that have something to do.
fn scripts(plan: &Plan, database: Sql) -> BTreeMap<Phase, Script> {
    let scripts = Phase::ALL.into_iter().filter_map(|phase| {
        let text = plan.files.get(&script_path(database.into(), phase))?;
        let script: Script = text.parse().ok()?;
        (!script.steps.is_empty()).then_some((phase, script))
    });
    scripts.collect()
}

/// Locks by words of theirs, the strongest first.
const LOCKS: [&str; 12] = [
    "ACCESS EXCLUSIVE",
    "SHARE ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "ROW EXCLUSIVE",
    "before and after a rebuild",
    "before and after one scan",
    "an exclusive metadata lock",
    "the rows of one batch",
    "the database's write lock, for a rewrite",
    "the database's write lock, for one scan",
    "the database's write lock",
    "that of a reader",
];

fn strongest(scripts: &BTreeMap<Phase, Script>) -> String {
    let locks = scripts.values().flat_map(|script| &script.steps);
    let rank = |lock: &str| {
        let known = LOCKS.iter().position(|known| lock.contains(known));
        known.unwrap_or(LOCKS.len())
    };
    let lock = locks.min_by_key(|step| rank(&step.lock));
    lock.map_or(String::new(), |step| step.lock.clone())
}
