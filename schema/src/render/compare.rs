//! The comparison of both sides of a column, and what mends rows in which they differ.

use super::shared::{self, differs, distinct, each};
use super::{Ident, placeholder};
use crate::Database;
use crate::Template;
use crate::comparison::{Comparison, Ranged};
use crate::script::{Run, Step};
use crate::step::{Fill, Key, Mirror};

/// How one database reads a column, and writes a value of the key.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub(super) database: Database,
    pub(super) parameter: fn(&Key, usize) -> String,
    pub(super) text: fn(&str) -> String,
    /// A value as the type of a column.
    pub(super) cast: fn(&Template, &Key) -> Template,
}

/// The step that compares, at the beginning of `constrain`.
pub(super) fn step(comparison: Comparison) -> Step {
    let table = &comparison.table;
    Step {
        id: format!("compare_{table}_{}", comparison.targets.join("_")),
        lock: format!("that of a reader on {}, for one range at a time", Ident(table)),
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
        .map(|resists| format!("({})", resists.bare()))
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
        .map(|unfit| format!(" AND NOT ({})", unfit.bare()))
        .collect();
    let set = each(&mirror.targets, ", ", |target, name| {
        format!("{name} = ({})", target.value.bare())
    });
    let set_back = each(&mirror.legacy, ", ", |legacy, name| {
        format!("{name} = ({})", legacy.value.bare())
    });
    // What legacy cannot say is named, and not lost on the way there and back.
    let back = each(&mirror.targets, "", |target, name| {
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
        format!(" AND NOT ({name} {} ({}))", distinct(database), read.bare())
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
    let column = Ident(&fill.column);
    let value = fill.value.bare();
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
            let begin = format!("UPDATE {} SET {set}\nWHERE {condition} AND", Ident(name));
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
    let table = Ident(name);
    let count = format!("SELECT count(*), count(*) FILTER (WHERE {left}) FROM {table}\nWHERE");
    let read = key.iter().map(|key| key.name.as_str());
    let read: Vec<String> = read.chain(shown.iter().copied()).map(words.text).collect();
    let order = key
        .iter()
        .map(|key| format!("{table}.{}", Ident(&key.name)));
    let order = order.collect::<Vec<_>>().join(", ");
    let begin = format!("SELECT {} FROM {table}\nWHERE {left} AND", read.join(", "));
    let of_range = ranged(&begin, key, words);
    let limited =
        |found: &str, number| format!("{found}\nORDER BY {order} LIMIT {}", placeholder(number));
    let ranges = shared::ranges(
        [name, "", ""],
        key,
        words.database,
        words.parameter,
        |key| (words.text)(&key.name),
    );
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

/// The values of a key, from the parameter of that number on.
fn bound(key: &[Key], first: usize, words: Words) -> String {
    let values = key.iter().enumerate();
    let values = values.map(|(position, key)| (words.parameter)(key, first + position));
    format!("({})", values.collect::<Vec<_>>().join(", "))
}

/// A statement over ranges, behind what it begins with.
fn ranged(begin: &str, key: &[Key], words: Words) -> Ranged {
    let columns = shared::key_columns(key);
    let lower = bound(key, 1, words);
    let upper = bound(key, key.len() + 1, words);
    Ranged {
        within: format!("{begin} ({columns}) >= {lower} AND ({columns}) < {upper}"),
        last: format!("{begin} ({columns}) >= {lower}"),
    }
}
