//! What a statement of colmig's does to a table, read from the statement: the files are executed to
//! the letter, and so is what is asked of a table before.

/// What a statement does to a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said<'s> {
    pub(super) table: String,
    pub(super) doing: Doing,
    /// The statement behind the name of the table.
    pub(super) does: &'s str,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    /// Columns come or go in an instant.
    Columns,
    /// The table is written anew beside its readers and writers, for columns that refuse NULL from
    /// then on, or take it.
    Rewrite {
        columns: Vec<String>,
        not_null: bool,
    },
    /// An index comes.
    Index { name: String, unique: bool },
    /// An index goes.
    NoIndex,
    /// A foreign key comes. An index of the column comes with it where there is none.
    Reference { name: String, column: String },
    /// A foreign key goes.
    NoReference,
    /// A type becomes one that holds more, by a new definition of its column.
    Type,
    /// Something else is said of a column.
    Definition,
}

impl Said<'_> {
    /// None if the statement does nothing to a table, or is not one of colmig's.
    pub(super) fn read(statement: &str) -> Option<Said<'_>> {
        let statement = match statement.strip_prefix("SET STATEMENT ") {
            Some(set) => set.split_once(" FOR\n")?.1,
            None => statement,
        };
        if let Some(altered) = statement.strip_prefix("ALTER TABLE ") {
            let (table, does) = quoted(altered)?;
            let doing = Doing::of_clauses(does)?;
            return Some(Said { table, doing, does });
        }
        let (unique, index) = match statement.strip_prefix("CREATE UNIQUE INDEX ") {
            Some(index) => (true, index),
            None => (false, statement.strip_prefix("CREATE INDEX ")?),
        };
        let index = index.strip_prefix("IF NOT EXISTS ").unwrap_or(index);
        let (name, on) = quoted(index)?;
        let (table, does) = quoted(on.strip_prefix(" ON ")?)?;
        let doing = Doing::Index { name, unique };
        Some(Said { table, doing, does })
    }
}

impl Doing {
    fn of_clauses(does: &str) -> Option<Doing> {
        let begins = |words: &str| does.starts_with(words);
        Some(if begins(" ADD COLUMN ") || begins(" DROP COLUMN ") {
            Doing::Columns
        } else if begins(" MODIFY COLUMN ") && does.ends_with(", ALGORITHM=INPLACE, LOCK=NONE") {
            let (mut columns, mut rest) = (Vec::new(), does);
            while let Some((_, column)) = rest.split_once("MODIFY COLUMN ") {
                let (name, behind) = quoted(column)?;
                columns.push(name);
                rest = behind;
            }
            let not_null = does.contains(" NOT NULL");
            Doing::Rewrite { columns, not_null }
        } else if begins(" MODIFY COLUMN ") {
            Doing::Type
        } else if begins(" DROP INDEX ") {
            Doing::NoIndex
        } else if let Some(constraint) = does.strip_prefix(" ADD CONSTRAINT ")
            && let Some((name, rest)) = quoted(constraint)
            && let Some((_, over)) = rest.split_once("FOREIGN KEY IF NOT EXISTS (")
        {
            let (column, _) = quoted(over)?;
            Doing::Reference { name, column }
        } else if does.contains(" FOREIGN KEY ") {
            Doing::NoReference
        } else {
            Doing::Definition
        })
    }
}

/// The name that a text begins with, and what follows it.
pub(super) fn quoted(sql: &str) -> Option<(String, &str)> {
    let mut rest = sql.strip_prefix('`')?;
    let mut name = String::new();
    loop {
        let (part, after) = rest.split_once('`')?;
        name.push_str(part);
        match after.strip_prefix('`') {
            Some(after) => {
                name.push('`');
                rest = after;
            }
            None => return Some((name, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_taken_apart() {
        let rewrite = |columns: &[&str], not_null| Doing::Rewrite {
            columns: columns.iter().map(|name| (*name).to_owned()).collect(),
            not_null,
        };
        let index = |unique| Doing::Index {
            name: "a`b_key".to_owned(),
            unique,
        };
        let reference = Doing::Reference {
            name: "x".to_owned(),
            column: "c".to_owned(),
        };
        for (statement, doing) in [
            (
                "ALTER TABLE `a``b` ADD COLUMN IF NOT EXISTS `c` int, ALGORITHM=INSTANT, LOCK=NONE",
                Doing::Columns,
            ),
            (
                "ALTER TABLE `a``b` DROP COLUMN IF EXISTS `c`, ALGORITHM=INSTANT, LOCK=NONE",
                Doing::Columns,
            ),
            (
                "ALTER TABLE `a``b` MODIFY COLUMN `c` int NOT NULL, MODIFY COLUMN `d` text NOT NULL DEFAULT ('x, y'), ALGORITHM=INPLACE, LOCK=NONE",
                rewrite(&["c", "d"], true),
            ),
            (
                "ALTER TABLE `a``b` MODIFY COLUMN `c` int NULL, ALGORITHM=INPLACE, LOCK=NONE",
                rewrite(&["c"], false),
            ),
            (
                "ALTER TABLE `a``b` MODIFY COLUMN `c` varchar(60) NULL, ALGORITHM=INSTANT, LOCK=NONE",
                Doing::Type,
            ),
            (
                "ALTER TABLE `a``b` ALTER COLUMN `c` DROP DEFAULT, ALGORITHM=INSTANT, LOCK=NONE",
                Doing::Definition,
            ),
            (
                "ALTER TABLE `a``b` DROP INDEX IF EXISTS `c`, ALGORITHM=NOCOPY, LOCK=NONE",
                Doing::NoIndex,
            ),
            (
                "CREATE INDEX IF NOT EXISTS `a``b_key` ON `a``b` (`c`) ALGORITHM=NOCOPY LOCK=NONE",
                index(false),
            ),
            (
                "CREATE UNIQUE INDEX IF NOT EXISTS `a``b_key` ON `a``b` (`c`) ALGORITHM=NOCOPY LOCK=NONE",
                index(true),
            ),
            (
                "SET STATEMENT foreign_key_checks = 0 FOR\nALTER TABLE `a``b` ADD CONSTRAINT `x` FOREIGN KEY IF NOT EXISTS (`c`) REFERENCES `d` (`e`), ALGORITHM=NOCOPY, LOCK=NONE",
                reference,
            ),
            (
                "ALTER TABLE `a``b` DROP FOREIGN KEY IF EXISTS `x`, ALGORITHM=INSTANT, LOCK=NONE",
                Doing::NoReference,
            ),
        ] {
            let said = Said::read(statement).unwrap();
            assert_eq!(
                (said.doing, said.table.as_str()),
                (doing, "a`b"),
                "{statement}"
            );
        }
        for statement in [
            "CREATE OR REPLACE TRIGGER `a` BEFORE INSERT ON `b` FOR EACH ROW SET NEW.c = 1",
            "DROP TRIGGER IF EXISTS `x`",
            "UPDATE `t` SET `a` = 'CREATE INDEX IF NOT EXISTS '",
        ] {
            assert_eq!(Said::read(statement), None, "{statement}");
        }
    }
}
