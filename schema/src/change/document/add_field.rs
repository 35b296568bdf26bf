//! A field that is new. Documents of before are filled by a rule where it has one.

use crate::collection::{Coming, Rewritten};
use crate::model::Column;
use crate::record::Flight;
use crate::step::PlannedStep;
use crate::{Database, Phase, Template};

use super::{Passage, index, refuse, rewritten, rule};
use crate::change::{Change, Flights, Refusal};

/// A field that documents did not have.
#[derive(Clone, Debug)]
pub struct AddField {
    passage: Passage,
    column: Column,
    on_their_way: Vec<String>,
}

impl AddField {
    /// The field `column` of the collection that `passage` is about. Those `on_their_way` may not
    /// be there yet where a rule is read.
    pub fn new(passage: Passage, column: Column, on_their_way: Vec<String>) -> Self {
        AddField {
            passage,
            column,
            on_their_way,
        }
    }

    fn refuse(&self, why: impl Into<String>, remedy: impl Into<String>) -> Refusal {
        refuse(
            self.table(),
            Some(&self.column),
            format!("cannot add `{}` to `{}`", self.column.name, self.table()),
            (why, remedy),
        )
    }

    /// What documents hold that are older than the field; none where there is nothing to fill.
    fn rule(&self) -> Result<Option<Template>, Refusal> {
        let Column {
            transition,
            nullable,
            may_lack,
            ..
        } = &self.column;
        if self.column.primary_key {
            return Err(self.refuse(
                "documents are known by `_id`, which never changes",
                "add the field under another name",
            ));
        }
        if transition.backfill_fn.is_some() {
            return Err(self.refuse(
                "it has a `backfill_fn`, and documents are filled by rules of the server's so far",
                "say it as an aggregation expression: `backfill = \"...\"`",
            ));
        }
        let Some(backfill) = &transition.backfill else {
            if *nullable || *may_lack {
                return Ok(None);
            }
            return Err(self.refuse(
                "it is required, and nothing says what old documents hold",
                "add `backfill = \"...\"`, an aggregation expression as JSON; or make the field an `Option`, or give it \
                 #[serde(default)]",
            ));
        };
        let others = self.passage.new.columns.iter().map(|other| &*other.name);
        let others: Vec<&str> = others
            .filter(|name| !self.on_their_way.iter().any(|way| way == name))
            .collect();
        let read = rule("backfill", backfill, &others);
        read.map(Some)
            .map_err(|(why, remedy)| self.refuse(why, remedy))
    }

    fn null_is_old(&self) -> bool {
        !self.column.nullable
    }
}

impl Change for AddField {
    fn kind(&self) -> &'static str {
        "add_field"
    }

    fn table(&self) -> &str {
        &self.passage.new.table
    }

    fn is_of_collection(&self) -> bool {
        true
    }

    fn columns(&self) -> Vec<&str> {
        // Without a rule there is nothing to wait for: whoever knows the field may write it at any
        // time, and whoever reads a document without it finds none.
        match self.column.transition.backfill {
            Some(_) => vec![&self.column.name],
            None => Vec::new(),
        }
    }

    fn is_covered(&self) -> bool {
        // Whom nobody fills nobody waits for.
        self.column.transition.backfill.is_none()
    }

    fn summary(&self) -> String {
        let filled = match (&self.column.transition.backfill, self.null_is_old()) {
            (None, _) => "",
            (Some(_), true) => ", filled by a rule where it is missing or null",
            (Some(_), false) => ", filled by a rule where it is missing, and not where it is null",
        };
        let required = match (self.column.nullable, self.column.may_lack) {
            (true, _) => "nullable",
            (false, true) => "optional",
            (false, false) => "required",
        };
        format!(
            "add field `{}` to `{}` ({required}{filled})",
            self.column.name,
            self.table()
        )
    }

    fn slug(&self) -> String {
        format!("{}_{}", self.table(), self.column.name)
    }

    fn steps(&self, _database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let rule = self.rule()?;
        let name = &self.column.name;
        let coming = Coming {
            field: name.clone(),
            rule: rule.clone(),
        };
        let mut steps = self.passage.steps(&[coming], &[name]);
        if let Some(rule) = rule {
            let fill = Rewritten::Fill {
                field: name.clone(),
                null_is_old: self.null_is_old(),
                rule,
            };
            steps.extend(rewritten(self.table(), name, &fill));
        }
        for own in self.column.indexes() {
            steps.extend(index::steps(&own, &self.passage.new, Phase::Constrain)?);
        }
        Ok(steps)
    }

    fn flights(&self, migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        let Some(rule) = self.rule()? else {
            return Ok(Vec::new());
        };
        let flight = Flight {
            migration: migration.to_owned(),
            fingerprint: self.column.transition_fingerprint(),
            fallback: vec![(Database::MongoDb, rule)],
            null_is_old: self.null_is_old(),
            legacy: Vec::new(),
            in_rust: false,
            alike: false,
            leaves: false,
            alters: None,
        };
        Ok(vec![(self.column.name.clone(), flight)])
    }
}
