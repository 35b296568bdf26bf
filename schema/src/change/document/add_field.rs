//! A field that is new. Documents of before are filled by a rule where it has one.

use crate::collection::{Coming, Kept, Rewritten};
use crate::model::{BackfillFn, Column};
use crate::record::Flight;
use crate::step::{Conversion, PlannedStep};
use crate::{Database, Phase, Template};

use super::{Passage, converted, index, refuse, rewritten, rule};
use crate::change::{Change, Flights, Refusal};

/// A field that documents did not have.
#[derive(Clone, Debug)]
pub struct AddField {
    passage: Passage,
    column: Column,
    on_their_way: Vec<String>,
}

/// What documents hold that are older than the field.
#[derive(Clone, Debug)]
enum Old {
    /// Nothing, and that is as it should be.
    Nothing,
    /// What the rule gives over the document.
    Filled(Template),
    /// What a function of the application gives.
    InRust(Conversion),
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

    fn old(&self) -> Result<Old, Refusal> {
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
        let others = self.passage.new.columns.iter().map(|other| &*other.name);
        let others: Vec<&str> = others
            .filter(|name| !self.on_their_way.iter().any(|way| way == name))
            .collect();
        if let Some(function) = &transition.backfill_fn {
            return Ok(Old::InRust(self.conversion(function, &others)?));
        }
        let Some(backfill) = &transition.backfill else {
            if *nullable || *may_lack {
                return Ok(Old::Nothing);
            }
            return Err(self.refuse(
                "it is required, and nothing says what old documents hold",
                "add `backfill = \"...\"`, an aggregation expression as JSON, or `backfill_fn = \"...\"`, a function in Rust; or make \
                 the field an `Option`, or give it #[serde(default)]",
            ));
        };
        let read = rule("backfill", backfill, &others);
        read.map(Old::Filled)
            .map_err(|(why, remedy)| self.refuse(why, remedy))
    }

    /// What the application does, where a function in Rust fills the field.
    fn conversion(&self, filled: &BackfillFn, others: &[&str]) -> Result<Conversion, Refusal> {
        let mut read = filled.columns.iter();
        if let Some(early) = read.find(|field| !others.contains(&field.as_str())) {
            return Err(self.refuse(
                format!("`backfill_fn` reads `{early}`, which is on its way itself, and may not be there yet"),
                "bring that field's migration to its end first (`cargo colmig contract`), and generate then",
            ));
        }
        Ok(Conversion {
            model: self.passage.new.name.clone(),
            table: self.table().to_owned(),
            read: filled.columns.clone(),
            target: self.column.name.clone(),
            up: filled.function.clone(),
            fills: true,
        })
    }

    /// Whether somebody fills old documents, be it the server or the application.
    fn is_filled(&self) -> bool {
        let transition = &self.column.transition;
        transition.backfill.is_some() || transition.backfill_fn.is_some()
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
        match self.is_filled() {
            true => vec![&self.column.name],
            false => Vec::new(),
        }
    }

    fn is_covered(&self) -> bool {
        // Whom nobody fills nobody waits for.
        !self.is_filled()
    }

    fn summary(&self) -> String {
        let by_whom = match self.column.transition.backfill_fn {
            Some(_) => "a function in Rust",
            None => "a rule",
        };
        let filled = match (self.is_filled(), self.null_is_old()) {
            (false, _) => String::new(),
            (true, true) => format!(", filled by {by_whom} where it is missing or null"),
            (true, false) => {
                format!(", filled by {by_whom} where it is missing, and not where it is null")
            }
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
        let old = self.old()?;
        let name = &self.column.name;
        let coming = Coming {
            field: name.clone(),
            kept: match &old {
                // What functions have made cannot be told here from what somebody wrote.
                Old::Nothing | Old::InRust(_) => Kept::All,
                Old::Filled(rule) => Kept::AllBut(rule.clone()),
            },
        };
        let mut steps = self.passage.steps(&[coming], &[name]);
        match old {
            Old::Nothing => {}
            Old::Filled(rule) => {
                let fill = Rewritten::Fill {
                    field: name.clone(),
                    null_is_old: self.null_is_old(),
                    rule,
                };
                steps.extend(rewritten(self.table(), name, &fill));
            }
            Old::InRust(conversion) => steps.extend(converted(&conversion)),
        }
        for own in self.column.indexes() {
            steps.extend(index::steps(&own, &self.passage.new, Phase::Constrain)?);
        }
        Ok(steps)
    }

    fn flights(&self, migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        let (rule, in_rust) = match self.old()? {
            Old::Nothing => return Ok(Vec::new()),
            Old::Filled(rule) => (rule, false),
            // No expression of the server's says it.
            Old::InRust(_) => (Template::literal("null"), true),
        };
        let flight = Flight {
            migration: migration.to_owned(),
            fingerprint: self.column.transition_fingerprint(),
            fallback: vec![(Database::MongoDb, rule)],
            null_is_old: self.null_is_old(),
            legacy: Vec::new(),
            in_rust,
            alike: false,
            leaves: false,
            alters: None,
        };
        Ok(vec![(self.column.name.clone(), flight)])
    }
}
