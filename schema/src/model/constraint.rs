//! Checks and foreign keys, by the names under which a database knows them.

use serde::{Deserialize, Serialize};

use super::{Dialected, Model, bounded_name, is_false};

/// What a database knows a constraint by, where that does not follow from where it stands in
/// the struct. Builds do not compare it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Naming {
    /// The name, without that of the table in front, which may become another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<String>,
    /// Whether it came to a table that was there. Where a table cannot be altered it is a
    /// trigger then, and otherwise a part of the table.
    #[serde(default, skip_serializing_if = "is_false")]
    pub later: bool,
}

impl Naming {
    /// Whether it came with its table, and is called by where it stands.
    pub fn is_default(&self) -> bool {
        *self == Naming::default()
    }
}

/// A check of a table, whether a field or the struct says it.
#[derive(Clone, Debug)]
pub struct NamedCheck<'m> {
    /// The name, without that of the table in front.
    pub ending: String,
    /// The condition.
    pub condition: &'m Dialected,
    /// The column that says it, if one does.
    pub column: Option<&'m str>,
    /// Whether it came to a table that was there.
    pub later: bool,
}

/// The name of a constraint of a table.
pub fn constraint_name(table: &str, ending: &str) -> String {
    bounded_name(&format!("{table}_{ending}"))
}

/// What it is called that a column holds no NULL.
pub fn not_null_name(table: &str, column: &str) -> String {
    constraint_name(table, &format!("{column}_not_null"))
}

/// What the check of a column is called by itself.
pub(crate) fn check_ending(column: &str) -> String {
    format!("{column}_check")
}

/// What a check of the struct is called by itself: by its number, as when each had come with its table.
pub(crate) fn numbered_ending(position: usize) -> String {
    format!("check{}", position + 1)
}

/// What the foreign key of a column is called by itself.
pub(crate) fn reference_ending(column: &str) -> String {
    format!("{column}_fkey")
}

impl Model {
    /// Every check: those of columns first, in the order of the fields.
    pub fn all_checks(&self) -> Vec<NamedCheck<'_>> {
        let of_columns = self.columns.iter().filter_map(|column| {
            let naming = &column.check_naming;
            let ending = naming.ending.clone();
            Some(NamedCheck {
                ending: ending.unwrap_or_else(|| check_ending(&column.name)),
                condition: column.check.as_ref()?,
                column: Some(&column.name),
                later: naming.later,
            })
        });
        let of_table = self.checks.iter().enumerate();
        let of_table = of_table.map(|(position, check)| {
            let ending = check.naming.ending.clone();
            NamedCheck {
                ending: ending.unwrap_or_else(|| numbered_ending(position)),
                condition: &check.condition,
                column: None,
                later: check.naming.later,
            }
        });
        of_columns.chain(of_table).collect()
    }

    /// The name of a column's check, if it has one.
    pub fn check_name(&self, column: &str) -> Option<String> {
        let checks = self.all_checks().into_iter();
        let mut of_column = checks.filter(|check| check.column == Some(column));
        Some(constraint_name(&self.table, &of_column.next()?.ending))
    }

    /// The names of the foreign keys, each without that of the table in front and with its column.
    pub fn reference_endings(&self) -> Vec<(&str, String)> {
        let endings = self.columns.iter().filter_map(|column| {
            let ending = column.references.as_ref()?.naming.ending.clone();
            let ending = ending.unwrap_or_else(|| reference_ending(&column.name));
            Some((column.name.as_str(), ending))
        });
        endings.collect()
    }

    /// The name of a column's foreign key, if it has one.
    pub fn reference_name(&self, column: &str) -> Option<String> {
        let mut endings = self.reference_endings().into_iter();
        let (_, ending) = endings.find(|(of, _)| *of == column)?;
        Some(constraint_name(&self.table, &ending))
    }
}
