//! Types of which the values are listed: they come before the first column that is of them, and
//! get more values while it is there.
//!
//! A value is added by a word in the catalogue, which no table notices. Which build may store it is
//! another matter: one that does not know it cannot read it.

use crate::capability::EnumForm;
use crate::model::Sized;
use crate::step::{Action, PlannedStep, Value};
use crate::{Database, Phase};

use super::{Change, Flights, Refusal, of_tables};

/// The kind of a change that brings a type.
pub(crate) const DECLARE_ENUM: &str = "declare_enum";

/// A type that comes, or of which the models did not say the values so far.
#[derive(Clone, Debug)]
pub struct DeclareEnum {
    table: String,
    column: String,
    name: String,
    values: Vec<String>,
}

impl DeclareEnum {
    /// The type of that name, as `sql_type` spells it, of this column of this table.
    pub fn new([table, column]: [&str; 2], name: &str, values: &[String]) -> Self {
        DeclareEnum {
            table: table.to_owned(),
            column: column.to_owned(),
            name: name.to_owned(),
            values: values.to_vec(),
        }
    }
}

impl Change for DeclareEnum {
    fn kind(&self) -> &'static str {
        DECLARE_ENUM
    }

    fn table(&self) -> &str {
        &self.table
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn summary(&self) -> String {
        format!("create the type `{}`, unless it is there", self.name)
    }

    fn slug(&self) -> String {
        format!("type_{}", self.name)
    }

    fn steps(&self, database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let database = of_tables(self, database)?;
        if database.capabilities().enums == EnumForm::Nowhere {
            return Ok(Vec::new());
        }
        if !is_name(&self.name) || Sized::parse(&self.name).is_some() {
            return Err(Refusal {
                table: Some(self.table.clone()),
                column: Some(self.column.clone()),
                what: format!("`{}` is no type whose values could be listed", self.name),
                why: format!(
                    "{} lists the values of types that are created for it",
                    database.title()
                ),
                remedy: format!(
                    "give the type a name of its own, `sql_type({database} = \"...\")`; or leave `values` away, and say what may stand \
                     in the column by `check`"
                ),
            });
        }
        Ok(vec![PlannedStep {
            phase: Phase::Expand,
            action: Action::DeclareEnum {
                name: self.name.clone(),
                values: self.values.clone(),
            },
        }])
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}

/// Values that a type gets.
#[derive(Clone, Debug)]
pub struct AddValues {
    table: String,
    name: String,
    added: Vec<Value>,
}

impl AddValues {
    /// What the type has to get so that its values are `after` where they were `before`; none if
    /// that cannot be.
    pub fn between(table: &str, name: &str, before: &[String], after: &[String]) -> Option<Self> {
        let mut left = before.iter().peekable();
        let mut added: Vec<Value> = Vec::new();
        let mut previous: Option<&String> = None;
        for value in after {
            if left.next_if_eq(&value).is_none() {
                added.push(Value {
                    value: value.clone(),
                    after: previous.cloned(),
                    before: match previous {
                        None => before.first().cloned(),
                        Some(_) => None,
                    },
                });
            }
            previous = Some(value);
        }
        let knew = |value: &Value| before.contains(&value.value);
        let fits = left.peek().is_none() && !added.iter().any(knew);
        fits.then(|| AddValues {
            table: table.to_owned(),
            name: name.to_owned(),
            added,
        })
    }
}

impl Change for AddValues {
    fn kind(&self) -> &'static str {
        "add_values"
    }

    fn table(&self) -> &str {
        &self.table
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn summary(&self) -> String {
        let values = self.added.iter().map(|added| format!("`{}`", added.value));
        let values = values.collect::<Vec<_>>().join(", ");
        format!("add {values} to the type `{}`", self.name)
    }

    fn slug(&self) -> String {
        format!("type_{}", self.name)
    }

    fn steps(&self, database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let database = of_tables(self, database)?;
        if database.capabilities().enums == EnumForm::Nowhere {
            return Ok(Vec::new());
        }
        let step = |value: &Value| PlannedStep {
            phase: Phase::Expand,
            action: Action::AddValue {
                name: self.name.clone(),
                value: value.clone(),
            },
        };
        Ok(self.added.iter().map(step).collect())
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}

/// Whether it is the name of a type and nothing more: words, quoted or not, with dots between.
fn is_name(text: &str) -> bool {
    let mut rest = text;
    loop {
        let behind = match rest.strip_prefix('"') {
            Some(quoted) => {
                let Some(end) = quoted.find('"').filter(|end| *end > 0) else {
                    return false;
                };
                &quoted[end + 1..]
            }
            None => {
                let plain = |c: char| c.is_alphanumeric() || c == '_';
                let end = rest.find(|c| !plain(c)).unwrap_or(rest.len());
                if end == 0 || rest.starts_with(|c: char| c.is_ascii_digit()) {
                    return false;
                }
                &rest[end..]
            }
        };
        match behind.strip_prefix('.') {
            Some(next) => rest = next,
            None => return behind.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(of: &str) -> Vec<String> {
        of.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_value_comes_behind_the_one_before_it_and_none_goes() {
        let added = |before: &str, after: &str| {
            let change = AddValues::between("t", "mood", &values(before), &values(after))?;
            let places = change
                .added
                .iter()
                .map(|added| match (&added.after, &added.before) {
                    (Some(after), None) => format!("{} after {after}", added.value),
                    (None, Some(before)) => format!("{} before {before}", added.value),
                    other => panic!("{other:?}"),
                });
            Some(places.collect::<Vec<_>>().join(", "))
        };
        for (before, after, places) in [
            ("sad happy", "sad happy elated", Some("elated after happy")),
            (
                "sad happy",
                "sad ok fine happy",
                Some("ok after sad, fine after ok"),
            ),
            (
                "sad happy",
                "dead grim sad happy",
                Some("dead before sad, grim after dead"),
            ),
            ("sad happy", "sad", None),
            ("sad happy", "happy sad", None),
            ("sad happy", "happy sad happy", None),
            ("sad happy", "sad glad", None),
        ] {
            assert_eq!(added(before, after).as_deref(), places, "{before}: {after}");
        }
    }

    #[test]
    fn a_type_has_a_name_and_nothing_more() {
        for name in [
            "mood",
            "app.mood",
            "\"The Mood\"",
            "app.\"Mood\"",
            "größe_2",
        ] {
            assert!(is_name(name), "{name}");
        }
        for other in [
            "",
            "mood[]",
            "mood not null",
            "2mood",
            "app.",
            ".mood",
            "\"\"",
            "\"a",
            "a\"b\"",
            "varchar(3)",
        ] {
            assert!(!is_name(other), "{other}");
        }
    }

    #[test]
    fn text_has_no_list_of_values_on_postgres_and_needs_none_on_sqlite() {
        let text = DeclareEnum::new(["t", "hue"], "TEXT", &values("a b"));
        let refusal = text.steps(Database::Postgres).unwrap_err();
        assert!(refusal.remedy.contains("`check`"), "{refusal}");
        assert!(text.steps(Database::Sqlite).unwrap().is_empty());
    }
}
