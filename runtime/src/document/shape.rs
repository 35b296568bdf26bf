//! What is sent for the documents of a model at one combination of stages.

use std::collections::BTreeMap;
use std::sync::RwLock;

use colmig_schema::document::{Around, Collection, Field};
use colmig_schema::reads::{Reads, bucket};
use colmig_schema::{Database, Side};
use mongodb::bson::{Bson, Document};

use super::bson::parsed;
use super::computed::Computed;
use super::fill_on_read::Filling;
use crate::error::{Error, Result};
use crate::flight::{Flight, kept};
use crate::private::Descriptor;
use crate::view::{Stand, View, Views};

/// What is sent at one combination of stages.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(super) collection: Collection<'static>,
    /// The stage that makes of a document what is read of it.
    pub(super) read: Option<Document>,
    /// What functions of the application make of it then.
    pub(super) computed: Vec<Computed>,
    /// What is needed around all fields.
    pub(super) insert: Plan,
    updates: RwLock<BTreeMap<Vec<usize>, &'static Plan>>,
    fillings: RwLock<BTreeMap<Vec<usize>, Option<&'static Filling>>>,
    stands: Vec<Stand>,
    /// Whether documents are told apart by their buckets.
    pub(super) by_bucket: bool,
}

/// What a write needs around the values of fields.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) before: Vec<Document>,
    pub(super) behind: Vec<Document>,
    pub(super) refuse_null: Vec<usize>,
    /// The fields of which functions of the application make what is set beside them.
    pub(super) made: Vec<usize>,
}

impl Plan {
    fn of(model: &'static str, around: Around) -> Result<Plan> {
        let stages = |texts: Vec<String>| -> Result<Vec<Document>> {
            texts.iter().map(|text| parsed(model, text)).collect()
        };
        Ok(Plan {
            before: stages(around.before)?,
            behind: stages(around.behind)?,
            refuse_null: around.refuse_null,
            made: around.made,
        })
    }

    /// Whether the values alone will do.
    pub(super) fn is_plain(&self) -> bool {
        self.before.is_empty() && self.behind.is_empty()
    }
}

impl Shape {
    fn new(descriptor: &'static Descriptor, stands: Vec<Stand>) -> Result<Shape> {
        let flights = descriptor.flights.ok_or(Error::Mismatch {
            model: descriptor.model,
            reason: "nothing is in flight",
        })?;
        let under_way = flights.under_way(descriptor, Database::MongoDb, &stands)?;
        let fields = descriptor.columns();
        let mut collection = Collection {
            fields: fields.map(|name| Field { name, flight: None }).collect(),
            leaving: under_way.leaving,
        };
        let mut by_bucket = false;
        let coming = flights.of(descriptor)?.iter().zip(&stands);
        for ((flight, stand), of_field) in coming.zip(under_way.coming) {
            by_bucket |= !flight.legacy.is_empty() && stand.reads.is_by_bucket();
            collection.fields[flight.field].flight = Some(of_field);
        }
        let mut computed = Vec::new();
        for field in collection.converted() {
            let mut all = flights.of(descriptor)?.iter();
            let flight = all.find(|flight| flight.field == field);
            computed.extend(flight.and_then(Computed::of));
        }
        let read = collection.read();
        let read = read.map(|text| parsed(descriptor.model, &text));
        Ok(Shape {
            read: read.transpose()?,
            computed,
            insert: Plan::of(descriptor.model, collection.insert())?,
            collection,
            updates: RwLock::default(),
            fillings: RwLock::default(),
            stands,
            by_bucket,
        })
    }

    /// That of these stages, which is made once.
    fn at(descriptor: &'static Descriptor, stands: Vec<Stand>) -> Result<&'static Shape> {
        let flights = descriptor.flights.ok_or(Error::Mismatch {
            model: descriptor.model,
            reason: "nothing is in flight",
        })?;
        kept(&flights.shapes, &stands, || {
            Ok(&*Box::leak(Box::new(Shape::new(
                descriptor,
                stands.clone(),
            )?)))
        })
    }

    /// That for a document in this bucket.
    pub(super) fn of_bucket(
        &'static self,
        descriptor: &'static Descriptor,
        bucket: u16,
    ) -> Result<&'static Shape> {
        if !self.by_bucket {
            return Ok(self);
        }
        let stands = self.stands.iter().map(|stand| Stand {
            reads: match stand.reads.side(bucket) {
                Side::Legacy => Reads::Legacy,
                Side::Target => Reads::Target,
            },
            ..*stand
        });
        Shape::at(descriptor, stands.collect())
    }

    /// The fields of which both sides are compared when a document in this bucket is read.
    pub(super) fn compared(
        &self,
        descriptor: &'static Descriptor,
        bucket: u16,
    ) -> Result<Vec<(&'static Flight, Stand)>> {
        let Some(flights) = descriptor.flights else {
            return Ok(Vec::new());
        };
        let stands = self.stands.iter().copied();
        let all = flights.of(descriptor)?.iter().zip(stands);
        let compared = |(flight, stand): &(&Flight, Stand)| {
            !flight.legacy.is_empty() && stand.reads.compares(bucket)
        };
        Ok(all.filter(compared).collect())
    }

    /// What fills the fields that may be filled by now, by what is known of their migrations.
    pub(super) fn filling(
        &self,
        descriptor: &'static Descriptor,
        views: &Views,
    ) -> Result<Option<&'static Filling>> {
        let Some(flights) = descriptor.flights else {
            return Ok(None);
        };
        let rollouts = views.rollouts();
        let fills = |flight: &&Flight| {
            let mut rollouts = rollouts.iter();
            rollouts
                .any(|rollout| rollout.migration == flight.migration && rollout.progress.fills())
        };
        let flights = flights.of(descriptor)?.iter().filter(fills);
        let fields: Vec<usize> = flights.map(|flight| flight.field).collect();
        if fields.is_empty() {
            return Ok(None);
        }
        kept(&self.fillings, &fields, || {
            let Some(fill) = self.collection.fill(&fields) else {
                return Ok(None);
            };
            let filling = Filling::new(descriptor.model, &fill)?;
            Ok(Some(&*Box::leak(Box::new(filling))))
        })
    }

    /// What is needed around the values of these fields, which are in their order.
    pub(super) fn update(&self, descriptor: &'static Descriptor, set: &[usize]) -> Result<&Plan> {
        kept(&self.updates, set, || {
            let plan = Plan::of(descriptor.model, self.collection.update(set))?;
            Ok(&*Box::leak(Box::new(plan)))
        })
    }
}

/// What is sent for a model under a view; none where nothing is in flight.
pub(super) fn choose(
    descriptor: &'static Descriptor,
    views: &Views,
    view: Option<View>,
) -> Result<Option<&'static Shape>> {
    let Some(flights) = descriptor.flights else {
        return Ok(None);
    };
    if view.is_none() {
        return Err(Error::ViewStale {
            model: descriptor.model,
        });
    }
    let (_, stands) = flights.stands(descriptor, views)?;
    Shape::at(descriptor, stands).map(Some)
}

/// The bucket of a document, which is the same in every process. A key of another type falls into
/// a middle one, with every other of its kind.
pub(super) fn bucket_of(id: &Bson) -> u16 {
    let mut bytes = match id {
        Bson::Int64(number) => number.to_le_bytes().to_vec(),
        Bson::Int32(number) => i64::from(*number).to_le_bytes().to_vec(),
        Bson::String(text) => text.clone().into_bytes(),
        Bson::ObjectId(id) => id.bytes().to_vec(),
        Bson::Binary(binary) => binary.bytes.clone(),
        Bson::Boolean(value) => vec![u8::from(*value)],
        _ => return colmig_schema::reads::Share::PARTS / 2,
    };
    bytes.push(0);
    bucket(&bytes)
}
