//! Fields that take the place of others: renamed, computed, split, merged.

use crate::collection::{Coming, Kept, Rewritten};
use crate::model::{Column, Dialected};
use crate::record::{Flight, Legacy};
use crate::step::{Conversion, PlannedStep};
use crate::{Database, Phase, Template};

use super::{Passage, converted, index, named, refuse, rewritten, rule, unset};
use crate::change::{Change, Flights, Refusal};

/// Fields that take the place of others: one for one, one for several, or several for one.
#[derive(Clone, Debug)]
pub struct ReplaceFields {
    passage: Passage,
    targets: Vec<Column>,
    legacy: Vec<Column>,
}

impl ReplaceFields {
    /// The fields `targets` in the place of `legacy`.
    pub fn new(passage: Passage, targets: Vec<Column>, legacy: Vec<Column>) -> Self {
        ReplaceFields {
            passage,
            targets,
            legacy,
        }
    }

    fn refuse(&self, at: &Column, reason: (impl Into<String>, impl Into<String>)) -> Refusal {
        let what = format!(
            "cannot put {} in the place of {} in `{}`",
            named(&names(&self.targets)),
            named(&names(&self.legacy)),
            self.table()
        );
        refuse(self.table(), Some(at), what, reason)
    }

    /// The only pair, where one takes the place of one.
    fn pair(&self) -> Option<(&Column, &Column)> {
        match (self.targets.as_slice(), self.legacy.as_slice()) {
            ([target], [legacy]) => Some((target, legacy)),
            _ => None,
        }
    }

    /// Whether one becomes the other as it is: nothing is said of how.
    fn is_renamed(&self) -> bool {
        let said = |target: &Column| {
            let replaces = target.transition.replaces.as_ref();
            target.transition.in_rust().is_some()
                || replaces
                    .is_some_and(|replaces| replaces.up.is_some() || !replaces.down.is_empty())
        };
        self.pair()
            .is_some_and(|(target, legacy)| !said(target) && target.ty == legacy.ty)
    }

    /// What the application does, where functions of its own convert.
    ///
    /// # Errors
    /// A [`Refusal`] where several fields are involved, of which functions know nothing.
    fn conversion(&self) -> Result<Option<Conversion>, Refusal> {
        let mut targets = self.targets.iter();
        let in_rust = |target: &&Column| target.transition.in_rust().is_some();
        let Some(converted) = targets.find(in_rust) else {
            return Ok(None);
        };
        let (Some((target, legacy)), Some((up, _))) = (self.pair(), converted.transition.in_rust())
        else {
            return Err(self.refuse(
                converted,
                (
                    "functions in Rust convert one field to one",
                    "merge or split the fields by `up` and `down`, as aggregation expressions, and convert what comes of it in a \
                     migration of its own",
                ),
            ));
        };
        Ok(Some(Conversion {
            model: self.passage.new.name.clone(),
            table: self.table().to_owned(),
            read: vec![legacy.name.clone()],
            target: target.name.clone(),
            up: up.to_owned(),
            fills: false,
        }))
    }

    fn up(&self, target: &Column) -> Result<Template, Refusal> {
        // Of a rule in Rust the server knows which field there is to be converted, and no more.
        let is_bare = self.is_renamed() || self.conversion()?.is_some();
        if let (true, Some((_, legacy))) = (is_bare, self.pair()) {
            return Ok(path(&legacy.name));
        }
        let replaces = target.transition.replaces.as_ref();
        let Some(up) = replaces.and_then(|replaces| replaces.up.as_ref()) else {
            return Err(self.refuse(
                target,
                (
                    "nothing says what it holds",
                    format!(
                        "add `up = \"...\"`, an aggregation expression as JSON over {}",
                        named(&names(&self.legacy))
                    ),
                ),
            ));
        };
        rule("up", up, &names(&self.legacy)).map_err(|reason| self.refuse(target, reason))
    }

    fn down(&self, legacy: &Column) -> Result<Template, Refusal> {
        let is_bare = self.is_renamed() || self.conversion()?.is_some();
        if let (true, Some((target, _))) = (is_bare, self.pair()) {
            return Ok(path(&target.name));
        }
        let said = self.targets.iter().filter_map(|target| {
            let replaces = target.transition.replaces.as_ref()?;
            Some((target, replaces.down.get(&legacy.name)?))
        });
        let said: Vec<(&Column, &Dialected)> = said.collect();
        match said.as_slice() {
            [(target, down)] => rule("down", down, &names(&self.targets))
                .map_err(|reason| self.refuse(target, reason)),
            [_, (second, _), ..] => Err(self.refuse(
                second,
                (
                    format!("`down` for `{}` stands on several fields", legacy.name),
                    "leave it on one of them",
                ),
            )),
            [] => Err(self.refuse(
                self.targets.first().unwrap_or(legacy),
                (
                    format!(
                        "nothing says what `{}` holds, which builds of before go on reading",
                        legacy.name
                    ),
                    format!(
                        "add `down({} = \"...\")`, an aggregation expression as JSON over {}",
                        legacy.name,
                        named(&names(&self.targets))
                    ),
                ),
            )),
        }
    }

    fn ups(&self) -> Result<Vec<(String, Template)>, Refusal> {
        let targets = self.targets.iter();
        targets
            .map(|target| Ok((target.name.clone(), self.up(target)?)))
            .collect()
    }
}

fn names(columns: &[Column]) -> Vec<&str> {
    columns.iter().map(|column| column.name.as_str()).collect()
}

/// `"$field"`.
fn path(field: &str) -> Template {
    let mut path = Template::literal("\"$");
    path.push_column(field);
    path.push_text("\"");
    path
}

impl Change for ReplaceFields {
    fn kind(&self) -> &'static str {
        "replace_fields"
    }

    fn table(&self) -> &str {
        &self.passage.new.table
    }

    fn is_of_collection(&self) -> bool {
        true
    }

    fn columns(&self) -> Vec<&str> {
        names(&self.targets)
    }

    fn replaces(&self) -> Vec<&str> {
        names(&self.legacy)
    }

    fn is_covered(&self) -> bool {
        false
    }

    fn summary(&self) -> String {
        let listed = |columns: &[Column]| {
            let columns = columns.iter().map(|column| format!("`{}`", column.name));
            columns.collect::<Vec<_>>().join(", ")
        };
        let (verb, by) = match self.is_renamed() {
            true => ("rename", "to"),
            false => ("replace", "by"),
        };
        let in_rust = |target: &Column| target.transition.in_rust().is_some();
        let by_whom = match self.targets.iter().any(in_rust) {
            true => ", in Rust",
            false => "",
        };
        format!(
            "{verb} {} of `{}` {by} {}{by_whom}",
            listed(&self.legacy),
            self.table(),
            listed(&self.targets)
        )
    }

    fn slug(&self) -> String {
        let target = self.targets.first().map_or("", |target| &*target.name);
        format!("{}_{target}", self.table())
    }

    fn steps(&self, _database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let (ups, conversion) = (self.ups()?, self.conversion()?);
        for legacy in &self.legacy {
            self.down(legacy)?;
        }
        let coming = ups.iter().map(|(field, rule)| Coming {
            field: field.clone(),
            kept: match conversion {
                None => Kept::AllBut(rule.clone()),
                // Accessors write both sides, and what others have written to this one alone was
                // converted anew from the other.
                Some(_) => Kept::Nothing,
            },
        });
        let coming: Vec<Coming> = coming.collect();
        let mut steps = self.passage.steps(&coming, &names(&self.targets));
        match conversion {
            Some(conversion) => steps.extend(converted(&conversion)),
            None => {
                let converge = Rewritten::Converge { targets: ups };
                let name = names(&self.targets).join("_");
                steps.extend(rewritten(self.table(), &name, &converge));
            }
        }
        for own in self.targets.iter().flat_map(Column::indexes) {
            steps.extend(index::steps(&own, &self.passage.new, Phase::Constrain)?);
        }
        for own in self.legacy.iter().flat_map(Column::indexes) {
            steps.push(index::gone(&own, self.table()));
        }
        steps.push(unset(self.table(), &names(&self.legacy)));
        Ok(steps)
    }

    fn flights(&self, migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        let legacy = self.legacy.iter().map(|legacy| {
            Ok(Legacy {
                column: legacy.name.clone(),
                down: vec![(Database::MongoDb, self.down(legacy)?)],
            })
        });
        let legacy: Vec<Legacy> = legacy.collect::<Result<_, Refusal>>()?;
        let in_rust = self.conversion()?.is_some();
        let ups = self.ups()?.into_iter().zip(&self.targets);
        let flight = |((field, rule), target): ((String, Template), &Column)| {
            let flight = Flight {
                migration: migration.to_owned(),
                fingerprint: target.transition_fingerprint(),
                fallback: vec![(Database::MongoDb, rule)],
                null_is_old: false,
                legacy: legacy.clone(),
                in_rust,
                alike: self.is_renamed(),
                leaves: false,
                alters: None,
            };
            (field, flight)
        };
        Ok(ups.map(flight).collect())
    }
}
