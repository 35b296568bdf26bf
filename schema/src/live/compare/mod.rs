//! What differs between a model and its table: pure, and one file for each thing compared.

mod columns;
mod constraints;
mod indexes;

use super::difference::{Difference, Kind, On, Settle, Weight};
use super::rust::Crates;
use super::{Schema, Table, TableKind};
use crate::change::{Change as _, CreateModel, Refusal};
use crate::model::Model;
use crate::step::Action;
use crate::{Sql, nearest};

/// One model, its table, and what the database makes of the model's words.
struct Context<'a> {
    model: &'a Model,
    table: &'a Table,
    /// None where the database does not take the model's words.
    said: Option<&'a Table>,
    schema: &'a Schema,
    /// The databases of the project.
    databases: &'a [Sql],
    crates: Crates,
}

impl Context<'_> {
    fn database(&self) -> Sql {
        self.schema.database
    }

    fn difference(&self, kind: Kind, weight: Weight, name: &str, what: String) -> Difference {
        Difference::new(kind, weight, &self.model.table, name, what)
    }

    fn on_struct(&self) -> On {
        On::Struct(self.model.name.clone())
    }

    /// The field of a column, as attributes of the struct name it.
    fn field_of<'c>(&'c self, column: &'c str) -> &'c str {
        let found = self.model.column(column);
        found.map_or(column, |column| &column.field)
    }
}

/// The statements that create the model's table apart from all others, with the words that a
/// database writes in its own way: types, defaults, checks, and indexes that are more than columns.
/// `live` is the table that it is going to be compared with.
///
/// # Errors
/// What `generate` would refuse as well.
pub fn rehearsal(model: &Model, live: &Table, database: Sql) -> Result<Vec<String>, Refusal> {
    let mut alone = model.clone();
    // Those of columns are compared by them. A foreign key would lock the other table.
    alone
        .indexes
        .retain(|index| index.plain_columns().is_none());
    for column in &mut alone.columns {
        (column.index, column.unique, column.references) = (false, false, None);
        column.comment = None;
    }
    let steps = CreateModel::new(alone).steps(database.into())?;
    let table = steps.into_iter().find_map(|step| match step.action {
        Action::CreateTable(table) => Some(table),
        _ => None,
    });
    Ok(table
        .map(|table| crate::render::rehearsal(&table, live.collation.as_deref(), database))
        .unwrap_or_default())
}

/// The statement that shows the database its own checks of a table, apart from all others;
/// none where nothing would come of it.
pub fn rereading(table: &Table, database: Sql) -> Option<String> {
    // SQLite keeps the text as it was given, and MariaDB writes what it has read as it stands.
    if database != Sql::Postgres || table.checks.is_empty() {
        return None;
    }
    let checks = table.checks.iter();
    let checks = checks.map(|check| (check.name.as_str(), check.condition.as_str()));
    Some(crate::render::rereading(&table.name, checks))
}

/// Compares a model with the table that it stands for. `said` is the table that its
/// [`rehearsal`] made, or what the database said about that.
///
/// The differences are in the order of the struct.
pub fn compare(
    model: &Model,
    schema: &Schema,
    said: &Result<Table, String>,
    databases: &[Sql],
    crates: Crates,
) -> Vec<Difference> {
    let Some(table) = schema.table(&model.table) else {
        return vec![no_table(model, schema)];
    };
    if matches!(table.kind, TableKind::View | TableKind::Foreign) {
        let what = match table.kind {
            TableKind::View => "a view",
            _ => "a table whose rows stand elsewhere",
        };
        let difference = Difference::new(
            Kind::Table,
            Weight::Blocks,
            &model.table,
            "",
            format!("`{}` is {what}, and colmig changes tables", table.name),
        );
        return vec![difference.by(Settle::Words(format!(
            "take the `derive` off `{}`, and read it by queries of your own",
            model.name
        )))];
    }
    let context = Context {
        model,
        table,
        said: said.as_ref().ok(),
        schema,
        databases,
        crates,
    };
    let mut found = Vec::new();
    if let Err(message) = said {
        found.push(not_taken(&context, message));
    }
    columns::compare(&context, &mut found);
    constraints::key(&context, &mut found);
    indexes::compare(&context, &mut found);
    constraints::checks(&context, &mut found);
    constraints::references(&context, &mut found);
    if table.kind == TableKind::Partitioned {
        let what = format!("`{}` has its rows in partitions", table.name);
        found.push(context.difference(Kind::Other, Weight::Note, "partitions", what));
    }
    for other in &table.others {
        let what = format!("`{}` has {other}", table.name);
        found.push(context.difference(Kind::Other, Weight::Note, other, what));
    }
    found
}

/// What the database remembers of migrations that this project does not have.
pub fn remembered(schema: &Schema) -> Option<Difference> {
    let first = schema.remembered.first()?;
    let more = match schema.remembered.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let difference = Difference::new(
        Kind::State,
        Weight::Blocks,
        "colmig_migration",
        "",
        format!(
            "the database remembers migration {first}{more}, of a project that was set up before"
        ),
    );
    Some(difference.by(Settle::Words(
        "take `colmig.toml`, `migrations` and the records of that project from version control: it has been taken over already"
            .to_owned(),
    )))
}

/// The database has no such table.
fn no_table(model: &Model, schema: &Schema) -> Difference {
    let Model { name, table, .. } = model;
    let missing = |what: String| Difference::new(Kind::Table, Weight::Blocks, table, "", what);
    // The name is one word, whatever is in it: a dot does not stand between two.
    let bare = table
        .rsplit_once('.')
        .map_or(table.as_str(), |(_, bare)| bare);
    let is_mariadb = schema.database == Sql::MariaDb;
    let elsewhere = schema.elsewhere.iter().find(|(other, found)| {
        // The databases of a server have nothing to do with each other, unless somebody says so.
        (*found == *table && !is_mariadb) || format!("{other}.{found}") == *table
    });
    if let Some((other, _)) = elsewhere {
        let kind = if is_mariadb { "database" } else { "schema" };
        let difference = missing(format!(
            "the table `{bare}` is in the {kind} `{other}`, and the connection looks into `{}`; colmig names no {kind}s",
            schema.name
        ));
        let url = Settle::Words(match is_mariadb {
            true => format!(
                "give the URL the database: `mysql://.../{other}`, for colmig and for the application alike"
            ),
            false => format!(
                "give the URL the schema: `?options[search_path]={other}`, for colmig and for the application alike"
            ),
        });
        let difference = difference.by(url);
        return match bare == table {
            true => difference,
            false => difference.by(Settle::Attribute(
                On::Struct(name.clone()),
                format!("table = \"{bare}\""),
            )),
        };
    }
    if bare != table && schema.table(bare).is_some() {
        return missing(format!(
            "there is no table `{table}`; a name is one word, and takes no schema"
        ))
        .by(Settle::Attribute(
            On::Struct(name.clone()),
            format!("table = \"{bare}\""),
        ));
    }
    let difference = missing(format!("there is no table `{table}`"));
    let near = nearest(table, schema.own_tables().map(|table| table.name.as_str()));
    let difference = match near {
        Some(near) => difference.by(Settle::Attribute(
            On::Struct(name.clone()),
            format!("table = {}", super::words::literal(near)),
        )),
        None => difference,
    };
    difference.by(Settle::Words(format!(
        "if the table is new, leave the `derive` off `{name}` until the database is taken over: the `cargo colmig generate` \
         after that creates it"
    )))
}

/// The database does not take what the model says.
fn not_taken(context: &Context<'_>, message: &str) -> Difference {
    let Context { model, .. } = context;
    let what = format!(
        "{} does not take the types, defaults and checks of `{}`, so they could not be compared: {message}",
        context.database().title(),
        model.name
    );
    context
        .difference(Kind::Words, Weight::Differs, "", what)
        .by(Settle::Words(
        "mend what it names, with a role that may create temporary tables, and not on a replica"
            .to_owned(),
    ))
}
