//! Filters and sorts that find the documents which are not filled yet.
//!
//! What a read gives of a field in flight is computed, and no index knows it. So a search goes
//! in two steps: first by what is stored, with every document that may be one of those searched
//! for, as far as indexes can tell; and then exactly, by what was computed of these.

use super::Collection;

/// The names of fields that a part of a filter says something of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Names {
    /// These, with or without a path behind them.
    These(Vec<String>),
    /// It may be any.
    Any,
}

/// One of the conditions that all have to hold: a field, or an operator, and what it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition<V> {
    /// The path of a field, or an operator.
    pub key: String,
    /// The fields that an operator says something of.
    pub names: Names,
    /// What is asked for.
    pub value: V,
}

/// How far a condition is from what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Until<V> {
    /// It is that.
    As(Condition<V>),
    /// Documents that are not filled yet are found as well: those that do not have this field,
    /// and, where that is said, those in which it is null.
    OrUnfilled {
        /// The condition.
        condition: Condition<V>,
        /// The field.
        field: String,
        /// Whether null counts as well.
        null: bool,
    },
}

/// A search in the order in which it takes place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Searched<V> {
    /// The conditions on what is stored.
    pub before: Vec<Until<V>>,
    /// The conditions on what is read.
    pub behind: Vec<Condition<V>>,
    /// Whether the fields have to be computed before the documents are put in order and counted.
    pub computes: bool,
}

/// Why a search cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadSearch {
    /// It names a field whose place another takes, so that no document will have it.
    Taken {
        /// The field.
        field: String,
        /// The one that takes its place.
        by: String,
    },
    /// It names, or may name, a field that a function of the application computes, which the server
    /// cannot call.
    InRust {
        /// The position of the field.
        field: usize,
    },
}

/// The field that a path leads into.
fn first(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

impl Collection<'_> {
    /// Divides a search by these conditions, in the order of these paths.
    ///
    /// # Errors
    /// It names a field whose place another takes, or one that the server cannot compute.
    pub fn search<V: Clone>(
        &self,
        conditions: Vec<Condition<V>>,
        sort: &[String],
    ) -> Result<Searched<V>, BadSearch> {
        let mut searched = Searched {
            before: Vec::new(),
            behind: Vec::new(),
            computes: false,
        };
        for path in sort {
            self.refuse_taken(path)?;
            self.refuse_in_rust(path)?;
            searched.computes |= self.is_computed(path);
        }
        for condition in conditions {
            let named = match condition.key.starts_with('$') {
                true => condition.names.clone(),
                false => Names::These(vec![condition.key.clone()]),
            };
            let computed = match &named {
                Names::Any => {
                    if let Some(field) = self.converted().next() {
                        return Err(BadSearch::InRust { field });
                    }
                    self.fields.iter().any(|field| field.read().is_some())
                }
                Names::These(names) => {
                    names.iter().try_for_each(|name| self.refuse_taken(name))?;
                    names
                        .iter()
                        .try_for_each(|name| self.refuse_in_rust(name))?;
                    names.iter().any(|name| self.is_computed(name))
                }
            };
            if !computed {
                searched.before.push(Until::As(condition));
                continue;
            }
            if let Some(legacy) = self.instead(&condition.key) {
                searched.before.push(Until::As(Condition {
                    key: legacy,
                    ..condition
                }));
                continue;
            }
            searched.computes = true;
            let field = self.fields.iter().find(|field| {
                field.is_new()
                    && !condition.key.starts_with('$')
                    && field.name == first(&condition.key)
            });
            if let Some(field) = field {
                let null = field
                    .flight
                    .as_ref()
                    .is_some_and(|flight| flight.null_is_old);
                searched.before.push(Until::OrUnfilled {
                    condition: condition.clone(),
                    field: field.name.to_owned(),
                    null,
                });
            }
            searched.behind.push(condition);
        }
        Ok(searched)
    }

    /// The path in the place of one that leads into a field which is only called otherwise: an index
    /// serves the search by it.
    fn instead(&self, path: &str) -> Option<String> {
        let name = first(path);
        let field = self.fields.iter().find(|field| field.name == name)?;
        let flight = field.flight.as_ref().filter(|flight| flight.alike)?;
        let (legacy, _) = flight.legacy.first()?;
        Some(format!("{legacy}{}", &path[name.len()..]))
    }

    fn is_computed(&self, path: &str) -> bool {
        let mut fields = self.fields.iter();
        let field = fields.find(|field| field.name == first(path));
        field.is_some_and(|field| field.read().is_some())
    }

    fn refuse_in_rust(&self, path: &str) -> Result<(), BadSearch> {
        let mut converted = self.converted();
        match converted.find(|field| self.fields[*field].name == first(path)) {
            Some(field) => Err(BadSearch::InRust { field }),
            None => Ok(()),
        }
    }

    fn refuse_taken(&self, path: &str) -> Result<(), BadSearch> {
        let name = first(path);
        if self.fields.iter().any(|field| field.name == name) {
            return Ok(());
        }
        for field in &self.fields {
            let mut legacy = field.flight.iter().flat_map(|flight| &flight.legacy);
            if legacy.any(|(legacy, _)| *legacy == name) {
                return Err(BadSearch::Taken {
                    field: name.to_owned(),
                    by: field.name.to_owned(),
                });
            }
        }
        Ok(())
    }
}
