//! Shadow reads: both sides of a replaced field compared, behind the caller's back and bounded in
//! number and in time, as [`crate::shadow`] does it for tables.

use std::sync::Arc;

use colmig_schema::Reads;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, Document, doc};

use super::bson::{by_id, literal, parsed};
use super::computed::Computed;
use super::read::aggregate;
use super::shape::Shape;
use crate::db::Inner;
use crate::error::{Error, Result};
use crate::flight::Flight;
use crate::metrics;
use crate::mongodb::{ID, Place, STATE};
use crate::private::Descriptor;
use crate::view::Stand;

/// What was compared and found to differ, for whoever moved the switch.
const MISMATCHES: &str = "colmig_mismatch";

/// Compares both sides of the fields that are to be in this bucket, some time soon, unless there is
/// too much to do.
pub(super) fn compare(
    inner: &Arc<Inner>,
    descriptor: &'static Descriptor,
    shape: &'static Shape,
    id: Bson,
    bucket: u16,
) -> Result<()> {
    let fields = shape.compared(descriptor, bucket)?;
    if fields.is_empty() {
        return Ok(());
    }
    let within = Arc::clone(inner);
    inner.shadows.compare(async move {
        let place = within.place(descriptor.model)?;
        for (flight, stand) in fields {
            compare_now(&within, place, descriptor, shape, &id, flight, stand).await?;
        }
        Ok(())
    });
    Ok(())
}

async fn compare_now(
    inner: &Inner,
    place: &Place,
    descriptor: &'static Descriptor,
    shape: &'static Shape,
    id: &Bson,
    flight: &'static Flight,
    stand: Stand,
) -> Result<()> {
    let failed = |error| Error::mongodb(descriptor.model, error);
    let in_rust = Computed::of(flight);
    let mut pipeline = vec![doc! { "$match": by_id(id.clone()) }];
    match (shape.collection.compare(flight.field), in_rust) {
        (Some(stage), _) => pipeline.push(parsed(descriptor.model, &stage)?),
        (None, Some(_)) => {}
        (None, None) => return Ok(()),
    }
    let collection = place.collection::<Document>(descriptor.table);
    let found = aggregate::<_, Document>(&collection, pipeline, &mut None).await;
    let Some(mut found) = found.map_err(failed)?.pop() else {
        return Ok(());
    };
    if let Some(in_rust) = in_rust {
        found = both_sides(descriptor, in_rust, flight.field, &found);
    }
    if found.get_bool("same").unwrap_or(true) {
        return Ok(());
    }
    let told = tell(inner, place, descriptor, id, flight, stand, &found);
    told.await.map_err(failed)
}

/// Both sides as the document has them, and whether a function makes the one of the other.
fn both_sides(
    descriptor: &'static Descriptor,
    in_rust: Computed,
    field: usize,
    found: &Document,
) -> Document {
    let legacy = in_rust.legacy().and_then(|legacy| found.get(legacy));
    let target = found.get(descriptor.column(field));
    let same = in_rust.rule().settle(&[legacy], target) == Ok(None);
    let side = |side: Option<&Bson>| side.cloned().unwrap_or(Bson::Null);
    doc! { "same": same, "legacy": side(legacy), "target": side(target) }
}

/// Tells of a document that differs, and moves the switch back if it is one too many.
async fn tell(
    inner: &Inner,
    place: &Place,
    descriptor: &'static Descriptor,
    id: &Bson,
    flight: &'static Flight,
    stand: Stand,
    found: &Document,
) -> Result<(), mongodb::error::Error> {
    let (table, migration) = (descriptor.table, flight.migration);
    let column = descriptor.column(flight.field);
    let key = shown(id);
    tracing::warn!(
        table,
        column,
        migration,
        key,
        "the two sides of a replaced field differ"
    );
    metrics::READS_MISMATCHES.add(&[migration, table, column], 1);
    let side = |name: &str| {
        let shown = found.get(name).filter(|_| stand.show_values).map(shown);
        literal(shown.map_or(Bson::Null, Bson::String))
    };
    let text = |text: &str| literal(text.into());
    let mismatch = doc! {
        "at": "$$NOW",
        "migration": text(migration),
        "table_name": text(table),
        "column_name": text(column),
        "row_key": text(&key),
        "legacy": side("legacy"),
        "target": side("target"),
        "instance": text(inner.fleet.id()),
    };
    let mismatches = place.own(MISMATCHES);
    let told = mismatches.update_one(
        doc! { "_id": ObjectId::new() },
        vec![doc! { "$set": mismatch }],
    );
    told.upsert(true).await?;
    move_back(inner, place, migration).await
}

/// Moves the switch back if more was found since it was moved than is put up with. Whoever is first
/// moves it, and the others find it moved.
async fn move_back(
    inner: &Inner,
    place: &Place,
    migration: &'static str,
) -> Result<(), mongodb::error::Error> {
    let state = place.own(STATE);
    let Some(found) = state.find_one(doc! { "_id": ID }).await? else {
        return Ok(());
    };
    let switch = found.get_document("migrations");
    let switch = switch.and_then(|migrations| migrations.get_document(migration));
    let switch = switch.and_then(|migration| migration.get_document("switch"));
    let Ok(switch) = switch else { return Ok(()) };
    let (Ok(limit), Ok(switched), Some(at)) = (
        switch.get_i64("limit"),
        switch.get_i64("switched"),
        switch.get("at"),
    ) else {
        return Ok(());
    };
    let legacy = Reads::Legacy.to_string();
    if switch.get_str("reads").is_ok_and(|reads| reads == legacy) {
        return Ok(());
    }
    let since = doc! { "migration": migration, "at": { "$gte": at.clone() } };
    let counted = place.own(MISMATCHES).count_documents(since).await?;
    if i64::try_from(counted).unwrap_or(i64::MAX) <= limit {
        return Ok(());
    }
    // What speaks against the target goes on to be counted from when somebody moved it there.
    let path = |name: &str| format!("migrations.{migration}.switch.{name}");
    let by = format!("mismatches, found by {}", inner.fleet.id());
    let as_it_was = doc! { "_id": ID, path("switched"): switched };
    let back = doc! {
        "$set": { path("reads"): legacy, path("by"): by },
        "$inc": { path("switched"): 1_i64, "rev": 1_i64 },
    };
    if state.update_one(as_it_was, back).await?.modified_count > 0 {
        metrics::READS_SWITCHED_BACK.add(&[migration], 1);
        tracing::error!(
            migration,
            "reads were switched back to legacy: more comparisons of the two sides found two values than are put up with"
        );
        inner.views.rouse.notify_one();
    }
    Ok(())
}

/// A value as people read it.
pub(crate) fn shown(value: &Bson) -> String {
    match value {
        Bson::String(text) => text.clone(),
        Bson::ObjectId(id) => id.to_hex(),
        value => value.clone().into_relaxed_extjson().to_string(),
    }
}
