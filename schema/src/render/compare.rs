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
        let table = Ident(name);
        let columns = shared::key_columns(key);
        let bound = |first: usize| {
            let values = key.iter().enumerate();
            let values = values.map(|(position, key)| (words.parameter)(key, first + position));
            format!("({})", values.collect::<Vec<_>>().join(", "))
        };
        // Behind a condition, which is in parentheses or binds as tightly.
        let ranged = |begin: &str, and: &str| Ranged {
            within: format!(
                "{begin}{and} ({columns}) >= {} AND ({columns}) < {}",
                bound(1),
                bound(key.len() + 1)
            ),
            last: format!("{begin}{and} ({columns}) >= {}", bound(1)),
        };
        let update = |(set, condition): &(String, String)| {
            ranged(
                &format!("UPDATE {table} SET {set}\nWHERE {condition}"),
                " AND",
            )
        };
        let left = &self.left;
        let count = format!("SELECT count(*), count(*) FILTER (WHERE {left}) FROM {table}\nWHERE");
        let read = key.iter().map(|key| &key.name);
        let read = read.chain(&self.legacy).chain(&self.targets);
        let read: Vec<String> = read.map(|column| (words.text)(column)).collect();
        let order = key
            .iter()
            .map(|key| format!("{table}.{}", Ident(&key.name)));
        let order = order.collect::<Vec<_>>().join(", ");
        let ranges = shared::ranges(
            [name, "", ""],
            key,
            words.database,
            words.parameter,
            |key| (words.text)(&key.name),
        );
        Comparison {
            table: name.to_owned(),
            key: ranges.key,
            first: ranges.first,
            boundary: ranges.boundary,
            compare: ranged(&count, ""),
            differing: format!(
                "SELECT {} FROM {table}\nWHERE {left} AND ({columns}) >= {}\nORDER BY {order} LIMIT {}",
                read.join(", "),
                bound(1),
                placeholder(key.len() + 1)
            ),
            from_legacy: update(&self.from_legacy),
            from_target: self.from_target.as_ref().map(update),
            legacy: self.legacy,
            targets: self.targets,
        }
    }
}
