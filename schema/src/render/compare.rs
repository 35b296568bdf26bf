//! The comparison of both sides of a column, and what mends rows in which they differ.

use super::shared::{self, differs, distinct, each};
use super::words::Words;
use super::{keys, placeholder};
use crate::Sql;
use crate::Template;
use crate::comparison::{Comparison, Ranged};
use crate::script::{Run, Step};
use crate::step::{Fill, Key, Mirror};

/// The step that compares, at the beginning of `constrain`.
pub(super) fn step(comparison: Comparison, database: Sql) -> Step {
    let table = &comparison.table;
    Step {
        id: format!("compare_{table}_{}", comparison.targets.join("_")),
        lock: format!("that of a reader on {}, for one range at a time", database.ident(table)),
        safe: "it reads, and a range is read in one state of the table, so that what differs did not just change; what mends \
               is sent by `verify --repair` alone"
            .to_owned(),
        run: Run::Compare(Box::new(comparison)),
        revert: Vec::new(),
    }
}

/// Both sides of replaced columns.
pub(super) fn mirror(mirror: &Mirror, words: Words) -> Comparison {
    let Words { database, .. } = words;
    let resists: Vec<String> = mirror
        .targets
        .iter()
        .filter_map(|target| target.resists.as_ref())
        .map(|resists| format!("({})", resists.bare(database)))
        .collect();
    let mut left = differs(&mirror.targets, None, database);
    for resists in &resists {
        left.push_str(&format!(" OR {resists}"));
    }
    let left = format!("({left})");
    // What the rule makes nothing of is named, and never mended into nothing.
    let unfit = mirror
        .targets
        .iter()
        .filter_map(|target| target.unfit.as_ref());
    let fit: String = unfit
        .map(|unfit| format!(" AND NOT ({})", unfit.bare(database)))
        .collect();
    let set = each(&mirror.targets, ", ", database, |target, name| {
        format!("{name} = ({})", target.value.bare(database))
    });
    let set_back = each(&mirror.legacy, ", ", database, |legacy, name| {
        format!("{name} = ({})", legacy.value.bare(database))
    });
    // What legacy cannot say is named, and not lost on the way there and back.
    let back = each(&mirror.targets, "", database, |target, name| {
        let read = target.value.substitute(|column| {
            let legacy = mirror.legacy.iter().find(|legacy| legacy.column == column);
            let down =
                legacy.map_or_else(|| Template::column(column), |legacy| legacy.value.clone());
            let mut arguments = mirror.rules.iter().flat_map(|rule| &rule.arguments);
            match arguments.find(|argument| argument.name == column) {
                Some(argument) => (words.cast)(&down, argument),
                None => down,
            }
        });
        format!(
            " AND NOT ({})",
            distinct(
                &name,
                &read.bare(database),
                shared::is_text(&target.ty, database),
                database
            )
        )
    });
    let filled: String = resists
        .iter()
        .map(|resists| format!(" AND NOT {resists}"))
        .collect();
    let columns = |columns: &[crate::step::Mirrored]| {
        let names = columns.iter().map(|column| column.column.clone());
        names.collect::<Vec<_>>()
    };
    Pairs {
        table: &mirror.table,
        key: &mirror.key,
        legacy: columns(&mirror.legacy),
        targets: columns(&mirror.targets),
        from_target: Some((set_back, format!("{left}{back}{filled}"))),
        from_legacy: (set, format!("{left}{fit}")),
        left,
    }
    .render(words)
}

/// A column that was added, and that a rule fills.
pub(super) fn fill(fill: &Fill, words: Words) -> Comparison {
    let database = words.database;
    let column = database.ident(&fill.column);
    let value = fill.value.bare(database);
    Pairs {
        table: &fill.table,
        key: &fill.key,
        legacy: Vec::new(),
        targets: vec![fill.column.clone()],
        left: format!("{column} IS NULL"),
        from_legacy: (
            format!("{column} = ({value})"),
            format!("{column} IS NULL AND ({value}) IS NOT NULL"),
        ),
        from_target: None,
    }
    .render(words)
}

/// What is compared: the rows in which the sides differ, and what mends those which can be,
/// each as what it sets and where.
struct Pairs<'a> {
    table: &'a str,
    key: &'a [Key],
    legacy: Vec<String>,
    targets: Vec<String>,
    left: String,
    from_legacy: (String, String),
    from_target: Option<(String, String)>,
}

impl Pairs<'_> {
    fn render(self, words: Words) -> Comparison {
        let Pairs {
            table: name, key, ..
        } = self;
        let update = |(set, condition): &(String, String)| {
            let table = words.database.ident(name);
            let begin = format!("UPDATE {table} SET {set}\nWHERE {condition} AND");
            ranged(&begin, key, words)
        };
        let read: Vec<&str> = self
            .legacy
            .iter()
            .chain(&self.targets)
            .map(String::as_str)
            .collect();
        let found = search(name, key, &self.left, &read, words);
        Comparison {
            table: name.to_owned(),
            key: key.iter().map(|key| key.name.clone()).collect(),
            first: found.first,
            boundary: found.boundary,
            compare: found.count,
            differing: found.found.last,
            from_legacy: update(&self.from_legacy),
            from_target: self.from_target.as_ref().map(update),
            legacy: self.legacy,
            targets: self.targets,
        }
    }
}

/// The statements that go through a table in ranges, and find rows.
pub(super) struct Found {
    pub(super) first: String,
    pub(super) boundary: String,
    pub(super) count: Ranged,
    pub(super) found: Ranged,
}

/// The search for the rows for which `left` holds, which is in parentheses or binds as tightly.
/// Each is given with its key and the columns `shown`.
pub(super) fn search(name: &str, key: &[Key], left: &str, shown: &[&str], words: Words) -> Found {
    let database = words.database;
    let table = database.ident(name);
    let counted = match database {
        Sql::Postgres | Sql::Sqlite => format!("count(*) FILTER (WHERE {left})"),
        Sql::MariaDb => format!("count(CASE WHEN {left} THEN 1 END)"),
    };
    let count = format!("SELECT count(*), {counted} FROM {table}\nWHERE");
    let read = key.iter().map(words.key);
    let shown = shown.iter().map(|column| (words.text)(column));
    let read: Vec<String> = read.chain(shown).collect();
    let order = key
        .iter()
        .map(|key| format!("{table}.{}", database.ident(&key.name)));
    let order = order.collect::<Vec<_>>().join(", ");
    let begin = format!("SELECT {} FROM {table}\nWHERE {left} AND", read.join(", "));
    let of_range = ranged(&begin, key, words);
    let limited =
        |found: &str, number| format!("{found}\nORDER BY {order} LIMIT {}", placeholder(number));
    let ranges = shared::ranges([name, "", ""], key, words);
    Found {
        first: ranges.first,
        boundary: ranges.boundary,
        count: ranged(&count, key, words),
        found: Ranged {
            within: limited(&of_range.within, 2 * key.len() + 1),
            last: limited(&of_range.last, key.len() + 1),
        },
    }
}

/// A statement over ranges, behind what it begins with.
fn ranged(begin: &str, key: &[Key], words: Words) -> Ranged {
    let value = |first: usize| move |at: usize| (words.parameter)(&key[at], first + at);
    let columns = shared::quoted(key, words.database);
    let from = keys::at_least(&columns, words.database, value(1));
    let to = keys::below(&columns, words.database, value(key.len() + 1));
    Ranged {
        within: format!("{begin} {from} AND {to}"),
        last: format!("{begin} {from}"),
    }
}
