//! The changes of a baseline: the tables are there, and nothing about them is new.

use std::collections::BTreeMap;

use super::{enums, referred_first};
use crate::Model;
use crate::change::{AdoptModel, Change, CreateCollection};

/// Takes over the tables of all models, each after those that it refers to.
pub fn adopt(models: &BTreeMap<String, Model>) -> Vec<Box<dyn Change>> {
    let types = enums::declared(models.values()).into_iter();
    let types = types.map(|declared| Box::new(declared) as Box<dyn Change>);
    let sorted = referred_first(models.values().collect()).into_iter();
    let sorted = sorted.map(|model| match model.collection {
        // One that is there is never created twice.
        true => Box::new(CreateCollection::new(model.clone())) as Box<dyn Change>,
        false => Box::new(AdoptModel::new(model.clone())),
    });
    types.chain(sorted).collect()
}
