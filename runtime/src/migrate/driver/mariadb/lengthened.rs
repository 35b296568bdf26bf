//! A column whose type becomes a longer one. It is defined anew for that, and what a definition
//! does not say is taken away: what a column has that no model can say holds the migration.

use colmig_schema::Sql;

use super::said::quoted;
use super::{MariaDb, text};
use crate::migrate::driver::{Driver as _, Failure, Hindrance};

/// What there is to know of a column, each as one text: its kind, a blank, and the rest.
const FACTS: &str = "SELECT CONCAT('collation ', c.COLLATION_NAME, ' ', COALESCE(o.CHARACTER_SET_NAME, ''), ' ', COALESCE(o.IS_DEFAULT, '')) AS fact \
     FROM information_schema.COLUMNS c \
     JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME AND t.TABLE_COLLATION <> c.COLLATION_NAME \
     LEFT JOIN information_schema.COLLATIONS o ON o.COLLATION_NAME = c.COLLATION_NAME \
     WHERE c.TABLE_SCHEMA = DATABASE() AND c.TABLE_NAME = $1 AND c.COLUMN_NAME = $2 \
     UNION ALL SELECT CONCAT('characters ', CHARACTER_MAXIMUM_LENGTH, ' ', CHARACTER_OCTET_LENGTH) FROM information_schema.COLUMNS \
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = $1 AND COLUMN_NAME = $2 AND DATA_TYPE = 'varchar' \
     UNION ALL SELECT CONCAT('extra ', EXTRA) FROM information_schema.COLUMNS \
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = $1 AND COLUMN_NAME = $2 AND EXTRA <> '' \
     UNION ALL SELECT CONCAT('check ', CHECK_CLAUSE) FROM information_schema.CHECK_CONSTRAINTS \
     WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = $1 AND CONSTRAINT_NAME = $2 AND LEVEL = 'Column' \
     UNION ALL SELECT CONCAT('key ', CONSTRAINT_NAME, ' of ', TABLE_NAME) FROM information_schema.KEY_COLUMN_USAGE \
     WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL \
     AND (TABLE_NAME = $1 AND COLUMN_NAME = $2 OR REFERENCED_TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME = $1 AND REFERENCED_COLUMN_NAME = $2)";

/// Whether the type is one with a length, and not one with a list.
pub(super) fn is_length(clauses: &str) -> bool {
    let definition = clauses.strip_prefix(" MODIFY COLUMN ").and_then(quoted);
    definition.is_some_and(|(_, definition)| {
        let ty = definition.trim_start().to_ascii_lowercase();
        !ty.starts_with("enum") && !ty.starts_with("set")
    })
}

/// What keeps a column from being defined anew; `clauses` is what a statement says of its table.
pub(super) async fn look(
    driver: &mut MariaDb,
    table: &str,
    clauses: &str,
) -> Result<Option<Hindrance>, Failure> {
    let Some((column, definition)) = clauses.strip_prefix(" MODIFY COLUMN ").and_then(quoted)
    else {
        return Ok(None);
    };
    let facts = driver
        .query(FACTS, &[table.into(), column.as_str().into()])
        .await?;
    let facts: Vec<String> = facts.into_iter().flatten().filter_map(text).collect();
    let mut facts = facts.iter().filter_map(|fact| fact.split_once(' '));
    Ok(facts.find_map(|(kind, fact)| of_fact([table, &column], definition, kind, fact)))
}

/// What one fact keeps from being done.
fn of_fact(
    [table, column]: [&str; 2],
    definition: &str,
    kind: &str,
    fact: &str,
) -> Option<Hindrance> {
    let definition = definition.trim_start();
    let (ty, _) = definition.split_once(" N").unwrap_or((definition, ""));
    match kind {
        "collation" => {
            let mut words = fact.split(' ');
            let (collation, set) = (words.next()?, words.next()?);
            let said = definition.to_ascii_lowercase();
            let is_default = words.next() == Some("Yes");
            if said.contains(collation) || (is_default && said.contains(set)) {
                return None;
            }
            Some(Hindrance::OfMigration(format!(
                "`{column}` of `{table}` has the collation {collation}, which is not the table's, and would get that with its new type: say it \
                 in the model, `sql_type(mariadb = \"{ty} COLLATE {collation}\")`"
            )))
        }
        "characters" => {
            let (characters, octets) = fact.split_once(' ')?;
            let (characters, octets) = (number(characters)?, number(octets)?);
            let (_, to) = definition.split_once('(')?;
            let to = number(to.split_once(')')?.0)?;
            let each = octets.checked_div(characters)?;
            let is_short = |octets: u64| octets <= 255;
            // Where nothing says of what a character set the text is, generate has taken it for one of four bytes.
            (is_short(octets) != is_short(to.saturating_mul(each))).then(|| {
                Hindrance::OfMigration(format!(
                    "a character of `{column}` of `{table}` takes {each} bytes at most, and the length of its values is kept in one byte up to 255 bytes \
                     and in two from there on, so `{ty}` would take a copy of the whole table, for which writers wait; put a column in its place: \
                     #[colmig(column = \"{column}_2\", replaces = \"{column}\", sql_type = \"{ty}\")]"
                ))
            })
        }
        "key" => Some(Hindrance::OfTable(format!(
            "`{column}` of `{table}` is used by the foreign key {fact}, and the server changes the type of no such column: drop it, and add it \
             again when both columns have the new type"
        ))),
        "extra" => Some(Hindrance::OfTable(format!(
            "`{column}` of `{table}` is {fact}, which no model says, and which its new definition would take away; take it away by hand first, and \
             give it back when the migration is finished"
        ))),
        "check" => {
            let (table, column) = (Sql::MariaDb.ident(table), Sql::MariaDb.ident(column));
            Some(Hindrance::OfTable(format!(
                "{column} of {table} has a check of its own, CHECK ({fact}), which its new definition would take away: take it off with \
                 `ALTER TABLE {table} MODIFY COLUMN {column} ...`, its definition without the check; if the model says it (`check`), triggers \
                 hold it from then on"
            )))
        }
        _ => None,
    }
}

fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(definition: &str, fact: &str) -> Option<String> {
        let (kind, fact) = fact.split_once(' ').unwrap();
        of_fact(["t", "c"], definition, kind, fact).map(|hindrance| match hindrance {
            Hindrance::OfMigration(why) | Hindrance::OfTable(why) => why,
        })
    }

    #[test]
    fn what_a_new_definition_would_take_away_holds_it() {
        let plain = " varchar(60) NOT NULL, ALGORITHM=INSTANT, LOCK=NONE";
        for fact in [
            "collation latin1_swedish_ci latin1 Yes",
            "characters 50 50",
            "extra INVISIBLE",
            "key orders_code_fkey of orders",
            "check `c` <> ''",
        ] {
            let is_held = !fact.starts_with("characters");
            assert_eq!(said(plain, fact).is_some(), is_held, "{fact}");
        }
        let long = " varchar(300) CHARACTER SET latin1 NULL, ALGORITHM=INSTANT, LOCK=NONE";
        let why = said(long, "characters 50 50").unwrap();
        assert!(why.contains("takes 1 bytes"), "{why}");
        assert!(said(long, "characters 256 256").is_none());
        assert!(said(long, "characters 64 256").is_none());
        assert!(said(long, "collation latin1_swedish_ci latin1 Yes").is_none());
        let why = said(long, "collation latin1_bin latin1 ").unwrap();
        assert!(why.contains("COLLATE latin1_bin"), "{why}");
        let listed = " enum('a','b') NULL, ALGORITHM=INSTANT, LOCK=NONE";
        let why = said(listed, "collation utf8mb4_bin utf8mb4 ").unwrap();
        assert!(why.contains("enum('a','b') COLLATE utf8mb4_bin"), "{why}");
    }
}
