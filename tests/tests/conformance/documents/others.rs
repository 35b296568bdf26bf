//! Collections that others use as well: fields that they have given another meaning, validators of
//! theirs.

use colmig::{Document as _, Phase};
use colmig_guests::{ADD, CREATE, Guest, Key, old_guest};
use mongodb::bson::{Document, doc};

use super::place::Place;

/// It is named, and holds the migration; whichever way that goes on, the value is not lost.
pub(crate) async fn a_field_of_somebody_else_with_another_type_is_named(place: &Place) {
    let db = place.with_guests(20).await;
    let taken = doc! { "$set": { "initial": { "of": "somebody else" } } };
    place.change("guests", 5_i64, taken).await;
    let before = place.documents("guests").await;
    // It is none of this struct.
    assert!(Guest::find(&db, Key::Number(5)).await.is_err());
    let (phase, gate) = place.refused(ADD, Phase::SwitchReads).await;
    assert_eq!(phase, Phase::Constrain);
    for part in ["`guests_schema`", "initial: string or null", "by _id: 5: "] {
        assert!(gate.contains(part), "{part}: {gate}");
    }
    let stored = place.stored("guests", 5_i64).await.unwrap();
    let of = stored.get_document("initial").unwrap();
    assert_eq!(of.get_str("of").unwrap(), "somebody else");

    place.abort(ADD).await;
    let mut after = place.documents("guests").await;
    let saved = doc! { "_id.key": 5_i64, "_id.field": "initial", "value.of": "somebody else" };
    assert_eq!(place.count("colmig_saved", saved).await, 1);
    after[4].insert("initial", doc! { "of": "somebody else" });
    assert_eq!(after, before);
}

fn of_another_team() -> Document {
    doc! { "$jsonSchema": { "required": ["first"], "properties": { "vip": { "bsonType": "bool" } } } }
}

/// What another team has the database refuse is not taken away behind its back.
pub(crate) async fn a_validator_of_another_team_is_not_taken_away(place: &Place) {
    let create = doc! { "create": "guests", "validator": of_another_team() };
    place.database.run_command(create).await.unwrap();
    place.seed("guests", (1..=10).map(old_guest)).await;
    let schema = place.schema();
    let (phase, gate) = place.refused(CREATE, Phase::SwitchReads).await;
    assert_eq!(phase, Phase::Expand);
    for part in ["`guests`", "validator", "vip", "collMod"] {
        assert!(gate.contains(part), "{part}: {gate}");
    }
    assert_eq!(place.schema(), schema, "nothing was done");
    let none = doc! { "collMod": "guests", "validator": {} };
    place.database.run_command(none).await.unwrap();
    place.run(CREATE, Phase::SwitchReads).await;

    // Nor one that came in between.
    let changed = doc! { "collMod": "guests", "validator": of_another_team() };
    place.database.run_command(changed).await.unwrap();
    let schema = place.schema();
    let (phase, gate) = place.refused(ADD, Phase::SwitchReads).await;
    assert_eq!(phase, Phase::Expand);
    assert!(gate.contains("vip"), "{gate}");
    assert_eq!(place.schema(), schema, "nothing was done");
}
