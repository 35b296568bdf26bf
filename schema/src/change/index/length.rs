//! How much of a row an index may hold. MariaDB refuses nothing that is too long: it indexes the
//! beginning of a text, which no constraint says, or keeps hashes in a hidden column, with which the
//! table is never changed again but by a copy.

use super::Resolving;
use crate::Sql;
use crate::change::Refusal;
use crate::model::{ColumnType, Index, Indexed, Model};

/// Refuses an index over more than the database takes.
///
/// # Errors
/// A [`Refusal`] that names the column.
pub(in crate::change) fn fits(index: &Index, model: &Model, database: Sql) -> Result<(), Refusal> {
    let at_most = database.capabilities().index_bytes;
    let Some(at_most) = at_most else {
        return Ok(());
    };
    let refuse = |column: &str, why: String| {
        Refusal {
        column: Some(column.to_owned()),
        ..Resolving {
            index,
            model,
            database,
        }
        .refuse(
            why,
            format!(
                "give it a length that fits, `sql_type({database} = \"varchar(191)\")`, or index a column that holds a hash of it"
            ),
        )
    }
    };
    let mut bytes = 0;
    for part in &index.parts {
        let Indexed::Column(name) = &part.on else {
            continue;
        };
        let found = model.columns.iter().find(|column| column.name == *name);
        let Some(column) = found else { continue };
        let Some(length) = length(&column.ty, database) else {
            return Err(refuse(
                name,
                format!(
                    "`{name}` is `{}` on {}, which would index the beginning of it alone, or hashes in a hidden column",
                    column.ty.sql(database).unwrap_or_default(),
                    database.title()
                ),
            ));
        };
        bytes += length;
        if bytes > at_most {
            return Err(refuse(
                name,
                format!(
                    "with `{name}` it may hold {bytes} bytes of a row, four for each character, and an index of {} holds {at_most}",
                    database.title()
                ),
            ));
        }
    }
    Ok(())
}

/// The bytes that a value may take in an index at most; none if there is no limit.
fn length(ty: &ColumnType, database: Sql) -> Option<u32> {
    let name = ty.sql(database)?.trim().to_ascii_lowercase();
    let word = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default();
    if word.ends_with("text") || word.ends_with("blob") || matches!(word, "json" | "long") {
        return None;
    }
    let size = name.split_once('(').and_then(|(_, size)| {
        let (size, _) = size.split_once(')')?;
        size.trim().parse::<u32>().ok()
    });
    let each = match name.contains("latin1") || name.contains("ascii") {
        true => 1,
        false => 4,
    };
    Some(match word {
        "varchar" | "char" | "nvarchar" | "nchar" | "character" | "national" => {
            size.unwrap_or(1).saturating_mul(each)
        }
        "varbinary" | "binary" => size.unwrap_or(1),
        // Numbers, times, and what is stored as one.
        _ => 16,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Column, Dialected};

    fn over(types: &[ColumnType]) -> Result<(), Refusal> {
        let names: Vec<String> = (0..types.len()).map(|at| format!("c{at}")).collect();
        let columns = names.iter().zip(types);
        let model = Model {
            name: "Model".to_owned(),
            table: "t".to_owned(),
            collection: false,
            renamed_from: None,
            columns: columns
                .map(|(name, ty)| Column::new(name, ty.clone()))
                .collect(),
            indexes: Vec::new(),
            checks: Vec::new(),
        };
        let index = Index::over(names.iter().map(String::as_str), false);
        assert_eq!(fits(&index, &model, Sql::Postgres), Ok(()));
        fits(&index, &model, Sql::MariaDb)
    }

    fn custom(name: &str) -> ColumnType {
        ColumnType::Custom(Dialected::Same(name.to_owned()))
    }

    #[test]
    fn what_an_index_cannot_hold_is_refused() {
        for types in [
            vec![ColumnType::Text, ColumnType::Text, ColumnType::Text],
            vec![custom("varchar(768)")],
            vec![custom("VARCHAR(3000) character set latin1")],
            vec![custom("enum('text')"), ColumnType::Uuid],
        ] {
            assert_eq!(over(&types), Ok(()), "{types:?}");
        }
        for types in [
            vec![custom("text")],
            vec![ColumnType::Bytes],
            vec![ColumnType::Json],
            vec![custom("varchar(769)")],
            vec![
                ColumnType::Text,
                ColumnType::Text,
                ColumnType::Text,
                ColumnType::Text,
            ],
        ] {
            let refused = over(&types).unwrap_err();
            assert!(refused.remedy.contains("sql_type(mariadb"), "{refused}");
            assert_eq!(refused.column, Some(format!("c{}", types.len() - 1)));
        }
    }
}
