//! Indexes of collections: built beside writers, and made unique once no two documents are alike.

use crate::collection::{CollectionAction, DocumentIndex, bson_type};
use crate::model::{ANY, Index, Indexed, Model};
use crate::step::PlannedStep;
use crate::{Database, Phase};

use super::{planned, refuse};
use crate::change::index::{kind, over};
use crate::change::{Change, Flights, Refusal};
use crate::json::Json;

/// What an index may be over in the place of a direction.
const METHODS: [&str; 4] = ["hashed", "text", "2dsphere", "2d"];

/// The steps that bring an index.
///
/// # Errors
/// A [`Refusal`] where MongoDB has no such index.
pub(super) fn steps(
    index: &Index,
    model: &Model,
    phase: Phase,
) -> Result<Vec<PlannedStep>, Refusal> {
    let resolved = resolve(index, model)?;
    let collection = &model.table;
    let mut steps = vec![planned(
        phase,
        CollectionAction::CreateIndex {
            collection: collection.clone(),
            index: resolved.clone(),
        },
    )];
    if resolved.unique {
        let name = resolved.name.clone();
        steps.push(planned(
            phase,
            CollectionAction::ProveUnique {
                collection: collection.clone(),
                index: resolved,
            },
        ));
        steps.push(planned(
            phase,
            CollectionAction::MakeUnique {
                collection: collection.clone(),
                name,
            },
        ));
    }
    Ok(steps)
}

/// The step by which an index goes.
pub(super) fn gone(index: &Index, collection: &str) -> PlannedStep {
    planned(
        Phase::Contract,
        CollectionAction::DropIndex {
            collection: collection.to_owned(),
            name: index.name(collection),
        },
    )
}

fn resolve(index: &Index, model: &Model) -> Result<DocumentIndex, Refusal> {
    let cannot = |why: String, remedy: &str| {
        let what = format!(
            "cannot have the {} of `{}` over {}",
            kind(index),
            model.table,
            over(index)
        );
        refuse(&model.table, None, what, (why, remedy))
    };
    if !index.include.is_empty() {
        return Err(cannot(
            "an index of MongoDB stores no fields beside those that it is over".to_owned(),
            "name them at the end of the index instead",
        ));
    }
    let method = match index
        .using
        .as_ref()
        .and_then(|using| using.get(Database::MongoDb))
    {
        Some(method) if !METHODS.contains(&method) => {
            return Err(cannot(
                format!("MongoDB has no index by `{method}`"),
                "use one of `hashed`, `text`, `2dsphere`, `2d`, or leave `using` away",
            ));
        }
        Some(_) if index.unique => {
            return Err(cannot(
                "only an index by values can be unique".to_owned(),
                "leave `using` away, or have another index that is unique",
            ));
        }
        method => method.map(str::to_owned),
    };
    let parts = index.parts.iter().map(|part| {
        let Indexed::Column(field) = &part.on else {
            return Err(cannot(
                "MongoDB has no indexes over expressions".to_owned(),
                "store what the expression gives in a field of its own, with `backfill`",
            ));
        };
        if part.nulls.is_some() || part.ops.is_some() {
            return Err(cannot(
                "MongoDB sorts null before all values, and has no operator classes".to_owned(),
                "take `nulls` and `ops` away",
            ));
        }
        Ok((field.clone(), part.descending))
    });
    let over = parts.collect::<Result<Vec<_>, Refusal>>()?;
    let said = index
        .only
        .as_ref()
        .and_then(|only| only.get(Database::MongoDb));
    if let Some(Err(error)) = said.map(serde_json::from_str::<serde_json::Value>) {
        return Err(cannot(
            format!("`where` is no JSON: {error}"),
            "write a filter of MongoDB, such as where = r#\"{ \"active\": true }\"#",
        ));
    }
    let only = match said {
        Some(said) => Some(said.split_whitespace().collect::<Vec<_>>().join(" ")),
        None if index.unique => among_values(&over, model, &cannot)?,
        None => None,
    };
    Ok(DocumentIndex {
        name: index.name(&model.table),
        unique: index.unique,
        over,
        method,
        only,
    })
}

/// The documents among which an index is unique: two that lack a value are not alike, which they would be
/// to MongoDB. None if every document has all of its values.
fn among_values(
    over: &[(String, bool)],
    model: &Model,
    cannot: &dyn Fn(String, &str) -> Refusal,
) -> Result<Option<String>, Refusal> {
    let columns = over.iter().filter_map(|(field, _)| model.column(field));
    let absent: Vec<_> = columns
        .filter(|column| column.nullable || column.may_lack)
        .collect();
    if absent.is_empty() {
        return Ok(None);
    }
    let mut filter = Vec::with_capacity(absent.len());
    for column in absent {
        let ty = match bson_type(column) {
            ANY => {
                return Err(cannot(
                    format!(
                        "`{}` may be missing or null, of which MongoDB allows one document only, and its type is not known by which \
                         the others could be told",
                        column.name
                    ),
                    "name the type of the field: #[colmig(bson_type = \"...\")]",
                ));
            }
            "int" | "long" | "double" | "decimal" => "number",
            other => other,
        };
        filter.push((column.name.clone(), Json::one("$type", Json::text(ty))));
    }
    Ok(Some(Json::Object(filter).flat()))
}

/// An index that comes.
#[derive(Clone, Debug)]
pub struct AddDocumentIndex {
    model: Model,
    index: Index,
}

impl AddDocumentIndex {
    /// An index of the collection of `model`.
    pub fn new(model: Model, index: Index) -> Self {
        AddDocumentIndex { model, index }
    }
}

impl Change for AddDocumentIndex {
    fn kind(&self) -> &'static str {
        "add_index"
    }

    fn table(&self) -> &str {
        &self.model.table
    }

    fn is_of_collection(&self) -> bool {
        true
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn summary(&self) -> String {
        format!(
            "add {} to `{}` over {}",
            kind(&self.index),
            self.model.table,
            over(&self.index)
        )
    }

    fn slug(&self) -> String {
        self.index.name(&self.model.table)
    }

    fn steps(&self, _database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        steps(&self.index, &self.model, Phase::Constrain)
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}

/// An index that goes.
#[derive(Clone, Debug)]
pub struct DropDocumentIndex {
    collection: String,
    index: Index,
}

impl DropDocumentIndex {
    /// An index of a collection.
    pub fn new(collection: String, index: Index) -> Self {
        DropDocumentIndex { collection, index }
    }
}

impl Change for DropDocumentIndex {
    fn kind(&self) -> &'static str {
        "drop_index"
    }

    fn table(&self) -> &str {
        &self.collection
    }

    fn is_of_collection(&self) -> bool {
        true
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn drops_index(&self) -> Option<String> {
        Some(self.index.name(&self.collection))
    }

    fn summary(&self) -> String {
        format!(
            "drop {} of `{}` over {}",
            kind(&self.index),
            self.collection,
            over(&self.index)
        )
    }

    fn slug(&self) -> String {
        format!("drop_{}", self.index.name(&self.collection))
    }

    fn steps(&self, _database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        Ok(vec![gone(&self.index, &self.collection)])
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}
