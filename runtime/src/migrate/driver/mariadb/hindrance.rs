//! What of a table keeps the server from doing without a copy for which writers wait what a
//! statement does to it. Each statement names its algorithm, so the server would refuse it: in
//! the phase in which it comes, and in its own words.

use colmig_schema::Sql;

use super::said::{Doing, Said};
use super::{MariaDb, lengthened, text};
use crate::migrate::driver::{Driver as _, Failure, Hindrance};

/// What may be in the way, each as one text: its kind, a blank, and its name.
const FEATURES: &str = "SELECT CONCAT('engine ', ENGINE) FROM information_schema.TABLES \
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = $1 AND ENGINE <> 'InnoDB' \
     UNION ALL SELECT DISTINCT CONCAT(LOWER(s.INDEX_TYPE), ' ', s.INDEX_NAME) FROM information_schema.STATISTICS s \
     JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = s.TABLE_SCHEMA AND t.TABLE_NAME = s.TABLE_NAME AND t.ENGINE = 'InnoDB' \
     WHERE s.TABLE_SCHEMA = DATABASE() AND s.TABLE_NAME = $1 AND s.INDEX_TYPE <> 'BTREE' \
     UNION ALL SELECT DISTINCT CONCAT('virtual ', s.INDEX_NAME) FROM information_schema.STATISTICS s \
     JOIN information_schema.COLUMNS c ON c.TABLE_SCHEMA = s.TABLE_SCHEMA AND c.TABLE_NAME = s.TABLE_NAME AND c.COLUMN_NAME = s.COLUMN_NAME \
     WHERE s.TABLE_SCHEMA = DATABASE() AND s.TABLE_NAME = $1 AND c.EXTRA LIKE '%VIRTUAL GENERATED%' \
     UNION ALL SELECT CONCAT('stored ', COLUMN_NAME) FROM information_schema.COLUMNS \
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = $1 AND EXTRA LIKE '%STORED GENERATED%' \
     UNION ALL SELECT 'versioned rows' FROM information_schema.TABLES \
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = $1 AND TABLE_TYPE = 'SYSTEM VERSIONED' \
     UNION ALL SELECT 'compressed rows' FROM information_schema.TABLES \
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = $1 AND ENGINE = 'InnoDB' AND ROW_FORMAT = 'Compressed' \
     UNION ALL SELECT DISTINCT CONCAT('partitions ', COALESCE(PARTITION_EXPRESSION, '')) FROM information_schema.PARTITIONS \
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = $1 AND PARTITION_NAME IS NOT NULL";

/// The column that a full-text index leaves behind when it is dropped. Whom the server does not
/// show its own tables is not told.
const LEFT_BEHIND: &str = "SELECT 'fts_doc_id x' FROM information_schema.INNODB_SYS_TABLES t \
     JOIN information_schema.INNODB_SYS_COLUMNS c ON c.TABLE_ID = t.TABLE_ID AND c.NAME = 'FTS_DOC_ID' \
     WHERE t.NAME = CONCAT(CAST(CONVERT(DATABASE() USING filename) AS binary), '/', CAST(CONVERT($1 USING filename) AS binary))";

pub(super) async fn look(
    driver: &mut MariaDb,
    statement: &str,
) -> Result<Option<Hindrance>, Failure> {
    let Some(said) = Said::read(statement) else {
        return Ok(None);
    };
    let table = said.table.as_str();
    let found = driver.query(FEATURES, &[table.into()]).await?;
    let found: Vec<String> = found.into_iter().flatten().filter_map(text).collect();
    let features = found.iter().filter_map(|feature| feature.split_once(' '));
    let hindrance = features
        .filter_map(|(kind, name)| of_feature(&said, kind, name))
        .next();
    if hindrance.is_none() && said.doing == Doing::Type {
        return lengthened::look(driver, table, said.does).await;
    }
    if hindrance.is_some() || said.doing != Doing::Columns {
        return Ok(hindrance);
    }
    let left = match driver.query(LEFT_BEHIND, &[table.into()]).await {
        Err(Failure::Refused { .. }) => return Ok(None),
        left => left?,
    };
    let feature = left.first().map(|_| ("fts_doc_id", ""));
    Ok(feature.and_then(|(kind, name)| of_feature(&said, kind, name)))
}

/// What a feature of a table keeps from being done to it.
fn of_feature(said: &Said<'_>, kind: &str, name: &str) -> Option<Hindrance> {
    let Said { table, doing, .. } = said;
    let quoted = Sql::MariaDb.ident(table);
    let drop = || {
        let index = Sql::MariaDb.ident(name);
        format!(
            "`ALTER TABLE {quoted} DROP INDEX {index}` before, make it again when the migration is finished"
        )
    };
    let rewrites = matches!(doing, Doing::Columns | Doing::Rewrite { .. });
    let why = match kind {
        // A value more in a list is a word in any engine's catalogue.
        "engine" if *doing == Doing::Type && !lengthened::is_length(said.does) => return None,
        "engine" if *doing != Doing::Definition => format!(
            "the table `{table}` is kept by {name}, which changes it only by a copy for which writers wait: `ALTER TABLE {quoted} \
             ENGINE=InnoDB` at a quiet time"
        ),
        "hash" => format!(
            "`{name}` of `{table}` is unique over more than an index can hold, and the server changes a table that has such an index \
             only by a copy for which writers wait: {}, or have a column that holds a hash of the text be unique in its place",
            drop()
        ),
        "fulltext" if rewrites => format!(
            "`{name}` of `{table}` is a full-text index, and the server writes a table that has one anew for each column, for which \
             writers wait: {}. It leaves a hidden column behind, which `ALTER TABLE {quoted} FORCE, ALGORITHM=INPLACE, LOCK=NONE` takes \
             away",
            drop()
        ),
        "fts_doc_id" => format!(
            "`{table}` has the hidden column of a full-text index that is gone, with which no column comes or goes in an instant: \
             `ALTER TABLE {quoted} FORCE, ALGORITHM=INPLACE, LOCK=NONE` takes it away"
        ),
        "virtual" if rewrites => format!(
            "`{name}` of `{table}` is over a virtual column, and the server writes a table that has such an index anew for each column, \
             for which writers wait: {}",
            drop()
        ),
        "spatial" if matches!(doing, Doing::Rewrite { .. }) => format!(
            "`{name}` of `{table}` is a spatial index, and the server writes a table that has one anew only while writers wait: {}",
            drop()
        ),
        "stored" if matches!(doing, Doing::Rewrite { not_null: true, .. }) => format!(
            "`{name}` of `{table}` is a generated column that is stored, and with one the server makes a column NOT NULL only by a copy \
             for which writers wait: have it be a virtual one (`VIRTUAL` in place of `STORED`), which takes a copy once"
        ),
        "compressed" if *doing == Doing::Columns => format!(
            "the rows of `{table}` are compressed (ROW_FORMAT=COMPRESSED), and no column comes to them or goes in an instant: `ALTER \
             TABLE {quoted} ROW_FORMAT=DYNAMIC, ALGORITHM=INPLACE, LOCK=NONE`, which writes the table anew once, and takes more room"
        ),
        "versioned" if matches!(doing, Doing::Rewrite { not_null: true, .. }) => format!(
            "`{table}` has system versioning, and no column becomes NOT NULL while rows of its history hold NULL, as they do once rows \
             have been filled: leave the column nullable, or `ALTER TABLE {quoted} DROP SYSTEM VERSIONING`, by which the history goes, and \
             add it again when the migration is finished"
        ),
        "partitions" => return of_partitions(said, name),
        _ => return None,
    };
    Some(Hindrance::OfTable(why))
}

/// Neither takes it, however it is done.
fn of_partitions(said: &Said<'_>, by: &str) -> Option<Hindrance> {
    let Said { table, doing, does } = said;
    // As the server has it: names, or an expression over them, quoted.
    let key: Vec<&str> = by.split('`').skip(1).step_by(2).collect();
    let lacking = key
        .iter()
        .any(|column| !does.contains(&Sql::MariaDb.ident(column).to_string()));
    let why = match doing {
        Doing::Index { unique: true, .. } if lacking => format!(
            "the table `{table}` has partitions by `{}`, and a unique index of such a table has to cover that; take `unique` off, or have it \
             cover these columns as well (`#[colmig(unique(...))]` on the struct)",
            key.join("`, `")
        ),
        Doing::Reference { .. } => format!(
            "the table `{table}` has partitions, and no table that has any takes a foreign key on MariaDB; take `references` off"
        ),
        _ => return None,
    };
    Some(Hindrance::OfMigration(why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unique_index_covers_what_partitions_go_by() {
        let unique = |over: &str| format!("CREATE UNIQUE INDEX IF NOT EXISTS `u` ON `t` {over}");
        let hindrance = |over: &str| {
            let statement = unique(over);
            of_partitions(&Said::read(&statement).unwrap(), "year(`b`)")
        };
        assert!(hindrance("(`a`, `b`)").is_none());
        assert!(hindrance("(`a`)").is_some());
    }
}
