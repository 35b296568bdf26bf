//! The changes of a baseline: the tables are there, and nothing about them is new.

use std::collections::BTreeMap;

use super::referred_first;
use crate::Model;
use crate::change::{AdoptModel, Change};

/// Takes over the tables of all models, each after those that it refers to.
pub fn adopt(models: &BTreeMap<String, Model>) -> Vec<Box<dyn Change>> {
    let sorted = referred_first(models.values().collect()).into_iter();
    sorted
        .map(|model| Box::new(AdoptModel::new(model.clone())) as Box<dyn Change>)
        .collect()
}
