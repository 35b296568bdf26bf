//! Rows that a constraint or unique index would refuse, counted and named.

use std::fmt;

use colmig_schema::precheck::{Precheck, Rule};
use colmig_schema::{Database, Nouns};
use serde::{Deserialize, Serialize};

use super::driver::{Row, Value, keys_in_words};

/// Rows that a constraint or unique index would refuse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Resisting {
    /// The table.
    pub table: String,
    /// The constraint or index that is to come.
    pub constraint: String,
    /// What it demands: `unique`, `check`, `not-null` or `foreign-key`.
    pub rule: String,
    /// The columns that it is about.
    pub columns: Vec<String>,
    /// The condition of a check, or what a foreign key refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// Whether they are documents, of a collection.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub documents: bool,
    /// The columns of the key.
    pub key: Vec<String>,
    /// How many rows resist.
    pub rows: u64,
    /// The keys of some of them, up to 20.
    pub keys: Vec<String>,
    /// The same keys, those of rows together that share their values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub together: Vec<Vec<String>>,
}

impl Resisting {
    /// What a search has found. Where rows are held against each other, the last value of
    /// each row says which belong together.
    pub(super) fn new(
        database: Database,
        check: &Precheck,
        rows: u64,
        mut found: Vec<Row>,
    ) -> Self {
        let mut together: Vec<(Value, Vec<Row>)> = Vec::new();
        if check.rule == Rule::Unique {
            for mut row in std::mem::take(&mut found) {
                let group = row.pop().unwrap_or(Value::Null);
                match together.last_mut() {
                    Some((last, rows)) if *last == group => rows.push(row),
                    _ => together.push((group, vec![row])),
                }
            }
        }
        let together: Vec<Vec<String>> = together
            .into_iter()
            .map(|(_, rows)| keys_in_words(rows, &[]))
            .collect();
        let keys = match check.rule {
            Rule::Unique => together.concat(),
            _ => keys_in_words(found, &[]),
        };
        Resisting {
            table: check.table.clone(),
            constraint: check.constraint.clone(),
            rule: check.rule.to_string(),
            columns: check.columns.clone(),
            says: check.says.clone(),
            documents: database.nouns() == Nouns::OF_COLLECTIONS,
            key: check.key.clone(),
            rows,
            keys,
            together,
        }
    }

    fn nouns(&self) -> Nouns {
        match self.documents {
            true => Nouns::OF_COLLECTIONS,
            false => Nouns::OF_TABLES,
        }
    }

    /// What is to be done with the rows.
    pub(super) fn remedy(&self) -> String {
        let rows = self.nouns().rows;
        match self.rule.parse() {
            Ok(Rule::Unique) => {
                format!("write values of their own to these {rows}, or delete those too many")
            }
            Ok(Rule::Check) => format!("write values to these {rows} that satisfy it"),
            Ok(Rule::NotNull) => format!("write a value to these {rows}"),
            Ok(Rule::ForeignKey) => format!(
                "write references to these {rows} that lead somewhere, or insert what they refer to"
            ),
            Err(_) => format!("mend these {rows}"),
        }
    }

    fn what(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let columns = columns.join(", ");
        let says = self.says.as_deref().unwrap_or_default();
        let one = self.rows == 1;
        let nouns = self.nouns();
        let verb = |one_does: &'static str, they_do: &'static str| match one {
            true => one_does,
            false => they_do,
        };
        match self.rule.parse() {
            Ok(Rule::Unique) => write!(f, "they have the same {columns} as another {}", nouns.row),
            Ok(Rule::Check) => write!(f, "{} the check `{says}`", verb("it fails", "they fail")),
            Ok(Rule::NotNull) => write!(
                f,
                "{} {} in {columns}, which is to be required",
                verb("it holds", "they hold"),
                nouns.null
            ),
            Ok(Rule::ForeignKey) => write!(
                f,
                "{} by {columns} to what {says} does not have",
                verb("it refers", "they refer")
            ),
            Err(_) => write!(f, "{} {columns}", verb("it fails in", "they fail in")),
        }
    }
}

/// `2 rows of `users` resist `users_nick_key`: they have the same `nick` as another row; by id: 3 and 5`.
impl fmt::Display for Resisting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Resisting {
            table,
            constraint,
            key,
            rows,
            keys,
            together,
            ..
        } = self;
        let counted = self.nouns().counted(*rows);
        let resist = match rows {
            1 => "resists",
            _ => "resist",
        };
        write!(f, "{counted} of `{table}` {resist} `{constraint}`: ")?;
        self.what(f)?;
        let named = match together.is_empty() {
            true => keys.clone(),
            false => together.iter().map(|keys| and(keys)).collect(),
        };
        write!(f, "; by {}: {}", key.join(", "), named.join("; "))?;
        match rows.saturating_sub(keys.len() as u64) {
            0 => Ok(()),
            unnamed => write!(f, "; and {unnamed} more"),
        }
    }
}

/// `3`, `3 and 5`, `3 and 5 and 8`; a key of several columns has commas itself.
fn and(keys: &[String]) -> String {
    keys.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use colmig_schema::precheck::Looks;

    fn check(rule: Rule, says: Option<&str>) -> Precheck {
        Precheck {
            table: "users".to_owned(),
            key: vec!["id".to_owned()],
            constraint: "users_nick".to_owned(),
            rule,
            columns: vec!["nick".to_owned()],
            says: says.map(str::to_owned),
            looks: Looks::Whole {
                count: String::new(),
                resisting: String::new(),
            },
        }
    }

    #[test]
    fn rows_that_share_a_value_stand_together() {
        let row = |key: &str, group: i64| vec![Value::from(key), Value::Int(group)];
        let rows = vec![row("17", 1), row("3", 1), row("40", 2), row("5", 2)];
        let found = Resisting::new(Database::Postgres, &check(Rule::Unique, None), 7, rows);
        assert_eq!(found.keys, ["3", "17", "5", "40"]);
        assert_eq!(
            found.to_string(),
            "7 rows of `users` resist `users_nick`: they have the same `nick` as another row; \
             by id: 3 and 17; 5 and 40; and 3 more"
        );
        let json = serde_json::to_string(&found).unwrap();
        assert_eq!(serde_json::from_str::<Resisting>(&json).unwrap(), found);
    }

    #[test]
    fn documents_are_called_so() {
        let rows = vec![vec![Value::from("3"), Value::Int(1)]];
        let found = Resisting::new(Database::MongoDb, &check(Rule::Unique, None), 1, rows);
        assert_eq!(
            found.to_string(),
            "1 document of `users` resists `users_nick`: they have the same `nick` as another document; by id: 3"
        );
        assert_eq!(
            found.remedy(),
            "write values of their own to these documents, or delete those too many"
        );
    }

    #[test]
    fn every_rule_says_what_is_wrong() {
        let words = |rule, says, rows: u64| {
            let keys = (1..=rows.min(2)).map(|key| vec![Value::from(key)]);
            Resisting::new(Database::Postgres, &check(rule, says), rows, keys.collect()).to_string()
        };
        assert_eq!(
            words(Rule::Check, Some("length(\"nick\") < 9"), 2),
            "2 rows of `users` resist `users_nick`: they fail the check `length(\"nick\") < 9`; by id: 1; 2"
        );
        assert_eq!(
            words(Rule::NotNull, None, 1),
            "1 row of `users` resists `users_nick`: it holds NULL in `nick`, which is to be required; by id: 1"
        );
        assert_eq!(
            words(Rule::ForeignKey, Some("teams (id)"), 3),
            "3 rows of `users` resist `users_nick`: they refer by `nick` to what teams (id) does not have; by id: 1; 2; and 1 more"
        );
    }
}
