//! Reads what MariaDB says of a table: the text of `SHOW CREATE TABLE`.
//!
//! It is the only thing that tells of a temporary table, on which a model is tried out, in the
//! same words as of any other: `information_schema` has none of them.

#[cfg(feature = "plan")]
pub(super) mod rust;

use super::ddl::{Word, end_of_item, in_parentheses, words};
use super::{Check, Column, Filled, Index, Reference, Table, TableKind};
use crate::Sql;

/// The words with which something else begins behind the type of a column.
const BEHIND_TYPE: [&str; 12] = [
    "CHARACTER",
    "COLLATE",
    "GENERATED",
    "NOT",
    "NULL",
    "INVISIBLE",
    "DEFAULT",
    "ON",
    "WITHOUT",
    "AUTO_INCREMENT",
    "COMMENT",
    "CHECK",
];

/// Reads the text; none where it is no definition of a table.
///
/// ```
/// let table = colmig_schema::live::mariadb::read(
///     "CREATE TABLE `t` (\n  `a` bigint(20) NOT NULL DEFAULT 7,\n  PRIMARY KEY (`a`)\n) ENGINE=InnoDB",
/// )
/// .unwrap();
/// assert_eq!(table.columns[0].ty, "bigint");
/// assert_eq!(table.columns[0].default.as_deref(), Some("7"));
/// assert_eq!(table.key, ["a"]);
/// ```
pub fn read(sql: &str) -> Option<Table> {
    let words = words(sql, Sql::MariaDb);
    let open = words.iter().position(|word| word.text == "(")?;
    let name = words.get(open.checked_sub(1)?)?.name();
    let mut table = Table::named(name, TableKind::Table);
    let mut at = open + 1;
    loop {
        let end = end_of_item(&words, at);
        let mut item = Item {
            sql,
            words: words.get(at..end)?,
            at: 0,
        };
        item.read(&mut table)?;
        at = end + 1;
        if words.get(end)?.text != "," {
            break;
        }
    }
    let partitions = words.iter().skip(at).any(|word| {
        // In older versions it stands in a comment that newer ones execute.
        word.is("PARTITION") || word.text.starts_with("/*") && word.text.contains("PARTITION BY")
    });
    if partitions {
        table.kind = TableKind::Partitioned;
    }
    table.indexes.sort_by(|one, two| one.name.cmp(&two.name));
    table.checks.sort_by(|one, two| one.name.cmp(&two.name));
    table.references.sort_by(|one, two| one.name.cmp(&two.name));
    Some(table)
}

/// The type as it is written without what nothing depends on: an integer says how many digits
/// somebody would like to see, and a `boolean` that it has one.
fn spelled(ty: &str) -> String {
    if ty == "tinyint(1)" {
        return "boolean".to_owned();
    }
    let split = ty.split_once('(').and_then(|(name, rest)| {
        let (digits, rest) = rest.split_once(')')?;
        Some((name, digits, rest))
    });
    match split {
        Some((name @ ("tinyint" | "smallint" | "mediumint" | "int" | "bigint"), _, rest))
            if !rest.contains("zerofill") =>
        {
            format!("{name}{rest}")
        }
        Some(("year", "4", rest)) => format!("year{rest}"),
        _ => ty.to_owned(),
    }
}

/// A column with all that is said of it, or a key or constraint of the table.
struct Item<'w, 's> {
    sql: &'s str,
    words: &'w [Word<'s>],
    at: usize,
}

/// The columns of an index, and whether it is no more than they are.
struct Parts {
    columns: Vec<String>,
    plain: bool,
}

impl<'s> Item<'_, 's> {
    fn read(&mut self, table: &mut Table) -> Option<()> {
        // Every name stands in quotes, and no other word does.
        if self.words.first()?.text.starts_with('`') {
            return self.column(table);
        }
        if self.takes(&["PRIMARY", "KEY"]) {
            table.key = self.parts()?.columns;
        } else if self.takes(&["CONSTRAINT"]) {
            let name = self.next()?.name();
            if self.takes(&["FOREIGN", "KEY"]) {
                table.references.push(self.reference(name)?);
            } else if self.takes(&["CHECK"]) {
                table.checks.push(check(name, self.parenthesised()?));
            }
        } else {
            let unique = self.takes(&["UNIQUE"]);
            let usual = unique || self.words.first()?.is("KEY");
            if !usual {
                self.next();
            }
            // What is none, such as a period of time, is no key.
            if self.takes(&["KEY"]) {
                table.indexes.push(self.index(unique, usual)?);
            }
        }
        Some(())
    }

    fn column(&mut self, table: &mut Table) -> Option<()> {
        let name = self.next()?.name();
        let mut ty = spelled(self.until(&BEHIND_TYPE));
        let mut column = Column {
            name: name.clone(),
            ty: String::new(),
            nullable: true,
            default: None,
            filled: Filled::ByWriter,
            collation: None,
        };
        let (mut charset, mut updated, mut condition) = (None, None, None);
        while self.peek().is_some() {
            if self.takes(&["CHARACTER", "SET"]) {
                charset = Some(self.next()?.text);
            } else if self.takes(&["COLLATE"]) {
                column.collation = Some(self.next()?.name());
            } else if self.takes(&["GENERATED", "ALWAYS", "AS"]) {
                let expression = match self.parenthesised() {
                    Some(expression) => expression,
                    // Of a table with system versioning.
                    None => self.until(&BEHIND_TYPE).to_owned(),
                };
                column.filled = Filled::Generated(expression);
            } else if self.takes(&["NOT", "NULL"]) {
                column.nullable = false;
            } else if self.takes(&["DEFAULT"]) {
                let value = self.value()?;
                column.default = (!value.eq_ignore_ascii_case("NULL")).then(|| value.to_owned());
            } else if self.takes(&["ON", "UPDATE"]) {
                updated = Some(self.value()?);
            } else if self.takes(&["AUTO_INCREMENT"]) {
                column.filled = Filled::Sequence;
            } else if self.takes(&["CHECK"]) {
                condition = Some(self.parenthesised()?);
            } else if self.takes(&["COMMENT"]) {
                self.next()?;
            } else {
                self.next();
            }
        }
        let valid_json = format!("json_valid({})", Sql::MariaDb.ident(&name));
        if ty == "longtext" && condition.as_ref() == Some(&valid_json) {
            // That is what the server makes of `json`.
            "json".clone_into(&mut ty);
            (charset, column.collation, condition) = (None, None, None);
        }
        if let (Some(charset), None) = (charset, &column.collation) {
            ty.push_str(&format!(" CHARACTER SET {charset}"));
        }
        if let Some(updated) = updated {
            ty.push_str(&format!(" ON UPDATE {updated}"));
        }
        column.ty = ty;
        table.columns.push(column);
        // It goes by the name of its column.
        table
            .checks
            .extend(condition.map(|condition| check(name, condition)));
        Some(())
    }

    fn index(&mut self, unique: bool, usual: bool) -> Option<Index> {
        let name = self.next()?.name();
        let parts = self.parts()?;
        let more = &self.words[self.at..];
        // Hashes are what the server keeps of more text than an index can hold.
        let unusual = ["HASH", "IGNORED", "PARSER"];
        let usual = usual && !more.iter().any(|word| unusual.iter().any(|it| word.is(it)));
        let (first, last) = (self.words.first()?, self.words.last()?);
        Some(Index {
            name,
            columns: parts.columns,
            unique,
            constraint: false,
            valid: true,
            plain: usual && parts.plain,
            definition: self.sql[first.start..last.end].to_owned(),
        })
    }

    fn reference(&mut self, name: String) -> Option<Reference> {
        let columns = self.parts()?.columns;
        if !self.takes(&["REFERENCES"]) {
            return None;
        }
        let mut table = self.next()?.name();
        if self.takes(&["."]) {
            table = format!("{table}.{}", self.next()?.name());
        }
        let targets = self.parts()?.columns;
        let mut actions = Vec::new();
        while self.takes(&["ON"]) {
            let start = self.peek()?.start;
            self.next();
            // To refuse is what it does without a word of it.
            let refuses = self.takes(&["RESTRICT"]) || self.takes(&["NO", "ACTION"]);
            if refuses {
                continue;
            }
            self.until(&["ON"]);
            let end = self.words[self.at - 1].end;
            actions.push(format!("ON {}", &self.sql[start..end]));
        }
        // As PostgreSQL says it: first what happens on updates.
        actions.sort_by_key(|action| action.starts_with("ON DELETE"));
        Some(Reference {
            name,
            columns,
            table,
            targets,
            actions: actions.join(" "),
            valid: true,
        })
    }

    /// The columns that stand in parentheses.
    fn parts(&mut self) -> Option<Parts> {
        if !self.takes(&["("]) {
            return None;
        }
        let mut parts = Parts {
            columns: vec![self.next()?.name()],
            plain: true,
        };
        loop {
            let word = self.next()?;
            match word.text {
                ")" => return Some(parts),
                "," => parts.columns.push(self.next()?.name()),
                // The beginning of a text alone.
                "(" => {
                    parts.plain = false;
                    self.at -= 1;
                    self.parenthesised()?;
                }
                // It descends, or is about times.
                _ => parts.plain = false,
            }
        }
    }

    /// What has no blank in it but in parentheses: a literal, or the call of a function.
    fn value(&mut self) -> Option<&'s str> {
        let start = self.peek()?.start;
        let mut end = start;
        while self.peek().is_some_and(|word| word.start == end) {
            if self.parenthesised().is_none() {
                self.next();
            }
            end = self.words[self.at - 1].end;
        }
        Some(&self.sql[start..end])
    }

    /// What stands between the parentheses that begin here.
    fn parenthesised(&mut self) -> Option<String> {
        self.peek().filter(|word| word.text == "(")?;
        let (text, end) = in_parentheses(self.sql, self.words, self.at);
        self.at = end;
        Some(text)
    }

    /// The text in front of the first of these words.
    fn until(&mut self, ends: &[&str]) -> &'s str {
        let Some(first) = self.peek() else { return "" };
        let mut end = first.start;
        while let Some(word) = self.peek() {
            if ends.iter().any(|it| word.is(it)) {
                break;
            }
            end = word.end;
            self.at += 1;
        }
        &self.sql[first.start..end]
    }

    /// Whether these words stand here, which are passed over then.
    fn takes(&mut self, words: &[&str]) -> bool {
        let here = self.words.get(self.at..self.at + words.len());
        let found = here.is_some_and(|here| {
            here.iter()
                .zip(words)
                .all(|(word, expected)| word.is(expected))
        });
        if found {
            self.at += words.len();
        }
        found
    }

    fn peek(&self) -> Option<Word<'s>> {
        self.words.get(self.at).copied()
    }

    fn next(&mut self) -> Option<Word<'s>> {
        let word = self.peek()?;
        self.at += 1;
        Some(word)
    }
}

fn check(name: String, condition: String) -> Check {
    Check {
        name,
        condition,
        again: None,
        valid: true,
    }
}

#[cfg(test)]
mod tests;
