//! Indexes: over columns and expressions, of some rows or all.

use serde::{Deserialize, Serialize};

use super::{Dialected, bounded_name, is_false};

/// An index of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// What it is over, in its order.
    #[serde(rename = "columns")]
    pub parts: Vec<IndexPart>,
    /// Whether no two rows may have the same values.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
    /// The rows that it holds, an SQL condition; all of them if there is none.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub only: Option<Dialected>,
    /// The method, such as `gin`, where it is another than the database's own choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<Dialected>,
    /// Columns that are stored beside what it is over, and not searched by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
}

/// One of the things that an index is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct IndexPart {
    /// What is indexed.
    pub on: Indexed,
    /// Whether it is sorted from the greatest down.
    pub descending: bool,
    /// Where NULL stands, if it is said.
    pub nulls: Option<Nulls>,
    /// The operator class.
    pub ops: Option<Dialected>,
}

/// A column or an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Indexed {
    /// A column.
    Column(String),
    /// An SQL expression over columns.
    Expression(Dialected),
}

/// The end of an index at which NULL stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nulls {
    /// Before all values.
    First,
    /// Behind all values.
    Last,
}

impl Nulls {
    /// As attributes and SQL spell it.
    pub fn name(self) -> &'static str {
        match self {
            Nulls::First => "first",
            Nulls::Last => "last",
        }
    }
}

impl Index {
    /// An index over columns and nothing else.
    pub fn over<'a>(columns: impl IntoIterator<Item = &'a str>, unique: bool) -> Self {
        Index {
            parts: columns.into_iter().map(IndexPart::column).collect(),
            unique,
            only: None,
            using: None,
            include: Vec::new(),
        }
    }

    /// The columns, if it is over columns and says nothing else.
    pub fn plain_columns(&self) -> Option<Vec<&str>> {
        let bare = self.only.is_none() && self.using.is_none() && self.include.is_empty();
        let columns = self.parts.iter().map(IndexPart::as_plain);
        bare.then(|| columns.collect()).flatten()
    }

    /// The name of the index: the one PostgreSQL would choose, cut to a length that every
    /// database takes. One that is more than columns says by a hash what it is, so that
    /// another index over the same columns can stand beside it until it goes.
    pub fn name(&self, table: &str) -> String {
        let ending = if self.unique { "key" } else { "idx" };
        let parts = self.parts.iter().map(|part| match &part.on {
            Indexed::Column(column) => column.as_str(),
            Indexed::Expression(_) => "expr",
        });
        let over = parts.collect::<Vec<_>>().join("_");
        if self.plain_columns().is_some() {
            return bounded_name(&format!("{table}_{over}_{ending}"));
        }
        let print = self.fingerprint();
        bounded_name(&format!("{table}_{over}_{}_{ending}", &print[..8]))
    }
}

impl IndexPart {
    /// A column and nothing else.
    pub fn column(name: &str) -> Self {
        IndexPart {
            on: Indexed::Column(name.to_owned()),
            descending: false,
            nulls: None,
            ops: None,
        }
    }

    /// The column, if it is one and says nothing else.
    fn as_plain(&self) -> Option<&str> {
        match &self.on {
            Indexed::Column(column)
                if !self.descending && self.nulls.is_none() && self.ops.is_none() =>
            {
                Some(column)
            }
            _ => None,
        }
    }
}

/// A part as the snapshot has it: the name alone where that is all, as it was when an index
/// was nothing but names.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Column(String),
    Part {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        column: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expression: Option<Dialected>,
        #[serde(default, skip_serializing_if = "is_false")]
        descending: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nulls: Option<Nulls>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ops: Option<Dialected>,
    },
}

impl From<IndexPart> for Written {
    fn from(part: IndexPart) -> Self {
        if let Some(column) = part.as_plain() {
            return Written::Column(column.to_owned());
        }
        let (column, expression) = match part.on {
            Indexed::Column(column) => (Some(column), None),
            Indexed::Expression(expression) => (None, Some(expression)),
        };
        Written::Part {
            column,
            expression,
            descending: part.descending,
            nulls: part.nulls,
            ops: part.ops,
        }
    }
}

impl TryFrom<Written> for IndexPart {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let (column, expression, descending, nulls, ops) = match written {
            Written::Column(column) => return Ok(IndexPart::column(&column)),
            Written::Part {
                column,
                expression,
                descending,
                nulls,
                ops,
            } => (column, expression, descending, nulls, ops),
        };
        let on = match (column, expression) {
            (Some(column), None) => Indexed::Column(column),
            (None, Some(expression)) => Indexed::Expression(expression),
            _ => return Err("a part of an index is a `column` or an `expression`"),
        };
        Ok(IndexPart {
            on,
            descending,
            nulls,
            ops,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(text: &str) -> Option<Dialected> {
        Some(Dialected::Same(text.to_owned()))
    }

    #[test]
    fn what_was_called_by_its_columns_alone_still_is() {
        let plain = Index::over(["b", "a"], false);
        assert_eq!(plain.name("t"), "t_b_a_idx");
        assert_eq!(Index::over(["a"], true).name("t"), "t_a_key");
        let mut partial = Index::over(["b", "a"], false);
        partial.only = same("a IS NULL");
        let mut other = partial.clone();
        other.only = same("a IS NOT NULL");
        assert!(partial.name("t").starts_with("t_b_a_"));
        assert!(partial.name("t").ends_with("_idx"));
        assert_ne!(partial.name("t"), plain.name("t"));
        assert_ne!(partial.name("t"), other.name("t"));
    }

    #[cfg(feature = "files")]
    #[test]
    fn an_index_of_columns_is_written_as_it_always_was() {
        let plain = Index::over(["b", "a"], true);
        let text = serde_json::to_string(&plain).unwrap();
        assert_eq!(text, r#"{"columns":["b","a"],"unique":true}"#);
        let rich = Index {
            parts: vec![
                IndexPart {
                    descending: true,
                    nulls: Some(Nulls::Last),
                    ops: same("text_pattern_ops"),
                    ..IndexPart::column("a")
                },
                IndexPart {
                    on: Indexed::Expression(Dialected::Same("lower(b)".to_owned())),
                    ..IndexPart::column("")
                },
            ],
            unique: false,
            only: same("a > 0"),
            using: same("btree"),
            include: vec!["c".to_owned()],
        };
        for index in [plain, rich] {
            let text = serde_json::to_string(&index).unwrap();
            assert_eq!(
                serde_json::from_str::<Index>(&text).unwrap(),
                index,
                "{text}"
            );
        }
        let neither = serde_json::from_str::<Index>(r#"{"columns":[{"descending":true}]}"#);
        assert!(neither.is_err());
    }
}
