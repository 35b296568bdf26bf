//! `*` where a list of columns should stand.

use colmig_schema::sql::{Wildcard, wildcards};

use crate::error::{Place, Problem};
use crate::lint::script::SqlFile;
use crate::lint::{Finding, Known, WILDCARD, at};

pub(super) fn judge(file: &SqlFile, known: &Known) -> Vec<Finding> {
    let found = wildcards(file.text(), file.database);
    let told = found.into_iter().map(|wildcard| {
        let place = at(&file.place, wildcard.span.clone());
        let problem = Problem::warning(format!("{} stands for whichever columns there are", named(&wildcard, place_text(&place))))
            .at(place)
            .note(
                "a view keeps the columns of the day on which it was made, and holds each of them; an INSERT ... SELECT \
                 goes by their order, and breaks or mixes them up when another migration adds or drops one",
            );
        Finding::new(WILDCARD, problem.help(listed(&wildcard, known)))
    });
    told.collect()
}

/// Judges a file that sources send as a query.
pub(crate) fn judge_query(file: &SqlFile, known: &Known) -> Vec<Finding> {
    let found = wildcards(file.text(), file.database);
    let told = found.into_iter().map(|wildcard| {
        let place = at(&file.place, wildcard.span.clone());
        Finding::new(WILDCARD, problem(&wildcard, place, known))
    });
    told.collect()
}

/// What to say of a wildcard in a query.
pub(crate) fn problem(wildcard: &Wildcard, place: Place, known: &Known) -> Problem {
    let what = named(wildcard, place_text(&place));
    let model = models(wildcard, known).next();
    let title = match model {
        Some((table, model, _)) => {
            format!("{what} over `{table}`, the table of the model `{model}`")
        }
        None => format!("{what} stands for whichever columns there are"),
    };
    let help = match model {
        Some((_, model, columns)) => format!(
            "ask for the list that is right in every phase, `{model}::columns(&db)?`, or let the accessor write the \
             query: `{model}::query(&db, \"WHERE ...\")`. Where neither goes, name what you read: {}",
            columns.join(", ")
        ),
        None => "name the columns that you read".to_owned(),
    };
    Problem::warning(title)
        .at(place)
        .note(
            "connections keep prepared statements: after another one adds a column, PostgreSQL refuses this one on every \
             try (\"cached plan must not change result type\"); on SQLite sqlx's worker panics, and the connection hangs",
        )
        .help(help)
}

/// `SELECT *`, `RETURNING u.*`, in the words of the text.
fn named(wildcard: &Wildcard, text: &str) -> String {
    format!("`{} {text}`", wildcard.clause)
}

fn place_text(place: &Place) -> &str {
    place.source.get(place.span.clone()).unwrap_or("*")
}

fn models<'a>(
    wildcard: &'a Wildcard,
    known: &'a Known,
) -> impl Iterator<Item = (&'a str, &'a str, &'a [String])> {
    wildcard.tables.iter().filter_map(move |table| {
        let (name, columns) = known
            .models
            .get(table)
            .or_else(|| known.models.get(&table.to_lowercase()))?;
        Some((table.as_str(), name.as_str(), columns.as_slice()))
    })
}

fn listed(wildcard: &Wildcard, known: &Known) -> String {
    match models(wildcard, known).next() {
        Some((table, model, columns)) => format!(
            "name the columns; those of `{table}`, the table of the model `{model}`, are {}",
            columns.join(", ")
        ),
        None => "name the columns".to_owned(),
    }
}
