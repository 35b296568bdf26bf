//! A field that the struct has no more. It goes from the documents in `contract`; until then older builds
//! read it, and find a value in every document.

use crate::collection::bson_type;
use crate::model::Column;
use crate::record::Flight;
use crate::step::PlannedStep;
use crate::{Database, Template};

use super::{Passage, index, refuse, unset};
use crate::change::{Change, Flights, Refusal};

/// A field that goes.
#[derive(Clone, Debug)]
pub struct DropField {
    passage: Passage,
    column: Column,
    known_as: Vec<String>,
}

impl DropField {
    /// The field `column`, which the new state of the collection does not have.
    pub fn new(passage: Passage, column: Column) -> Self {
        DropField {
            passage,
            column,
            known_as: Vec::new(),
        }
    }

    /// What builds know beside the field, and do not when it is gone.
    pub fn known_as(mut self, names: Vec<String>) -> Self {
        self.known_as = names;
        self
    }

    /// What inserts store in it while older builds read it; none where they can do without.
    fn filling(&self) -> Result<Option<Template>, Refusal> {
        let Column {
            nullable, may_lack, ..
        } = &self.column;
        let refuse = |why: &str| {
            refuse(
                self.table(),
                None,
                format!("cannot drop `{}` of `{}`", self.column.name, self.table()),
                (
                    why,
                    format!(
                        "put the field `{}` back as an `Option`, roll that out, and take it out then",
                        self.column.field
                    ),
                ),
            )
        };
        if self.column.primary_key {
            return Err(refuse("documents are known by it"));
        }
        if *nullable || *may_lack {
            return Ok(None);
        }
        if self.column.unique {
            return Err(refuse(
                "it is required and unique, so no value could stand in it for documents of builds that know it no more",
            ));
        }
        let filling = match bson_type(&self.column) {
            "string" => "\"\"",
            "int" | "number" => "0",
            "long" => r#"{"$numberLong": "0"}"#,
            "double" => r#"{"$numberDouble": "0"}"#,
            "decimal" => r#"{"$numberDecimal": "0"}"#,
            "bool" => "false",
            "array" => "[]",
            "object" => "{}",
            _ => {
                return Err(refuse(
                    "it is required, and nobody can say which value of its type is to stand in documents of builds that know it no more, \
                     while older builds still read it",
                ));
            }
        };
        Ok(Some(Template::literal(filling)))
    }
}

impl Change for DropField {
    fn kind(&self) -> &'static str {
        "drop_field"
    }

    fn table(&self) -> &str {
        &self.passage.new.table
    }

    fn is_of_collection(&self) -> bool {
        true
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn drops(&self) -> Vec<&str> {
        let known_as = self.known_as.iter().map(String::as_str);
        [self.column.name.as_str()]
            .into_iter()
            .chain(known_as)
            .collect()
    }

    fn summary(&self) -> String {
        format!(
            "drop field `{}` of `{}` (contract loses its values for good)",
            self.column.name,
            self.table()
        )
    }

    fn slug(&self) -> String {
        format!("drop_{}_{}", self.table(), self.column.name)
    }

    fn steps(&self, _database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        self.filling()?;
        let name = self.column.name.as_str();
        let mut steps = self.passage.steps(&[], &[name]);
        for own in self.column.indexes() {
            steps.push(index::gone(&own, self.table()));
        }
        steps.push(unset(self.table(), &[name]));
        Ok(steps)
    }

    fn flights(&self, migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        let filling = self.filling()?.into_iter();
        let filling = filling
            .map(|filling| (Database::MongoDb, filling))
            .collect();
        let name = &self.column.name;
        let known_as = self.known_as.iter();
        let known_as =
            known_as.map(|name| (name.clone(), Flight::out(name, migration, Vec::new())));
        let own = (name.clone(), Flight::out(name, migration, filling));
        Ok([own].into_iter().chain(known_as).collect())
    }
}
