//! A struct whose fields in flight have rules in Rust, derived by hand.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use colmig::__private::{
    AsBson, Convertible, DerivedDocument, Descriptor, DocumentConverted, DocumentFilled,
    DocumentRule, Flights, decode, encode,
};
use colmig::Document as _;
use mongodb::bson::Bson;
use serde::{Deserialize, Serialize};

/// By functions in Rust `grams` takes the place of `weight`, `label` is made of `owner`, and `floor`, which
/// may be null, of `room`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Bag {
    #[serde(rename = "_id")]
    pub(super) id: Bson,
    pub(super) owner: String,
    pub(super) room: Option<i64>,
    pub(super) grams: i64,
    pub(super) label: String,
    pub(super) floor: Option<i64>,
}

impl DerivedDocument for Bag {
    type Key = Bson;
    const MODEL: &'static str = concat!(
        "model Bag\ntable bags\nfields id, owner, room, grams, label, floor\nkey id\nrecord\n",
        "colmig 1\ntable bags\nmodel Bag\ndatabases mongodb\nshape 0\n",
        "column _id 0\ncolumn owner 0\ncolumn room 0\ncolumn grams 0\ncolumn label 0\ncolumn floor 0\n",
        "flight grams 0 20260101000000_names always-filled\nrust grams\n",
        "fallback grams mongodb \"${weight}\"\nlegacy grams weight mongodb \"${grams}\"\n",
        "flight label 0 20260101000000_names null-is-old\nrust label\nfallback label mongodb null\n",
        "flight floor 0 20260101000000_names always-filled\nrust floor\nfallback floor mongodb null\n",
    );
    const FLIGHTS: Option<&'static Flights> = {
        static FLIGHTS: Flights = Flights::new();
        Some(&FLIGHTS)
    };
    const COLUMNS: &'static [(usize, &'static str)] = &[(0, "_id")];
    const RULES: &'static [(usize, &'static dyn DocumentRule)] = &[
        (
            3,
            &DocumentConverted::<_, _, i64>::new(
                grams,
                text,
                AsBson::new(encode::<i64>, decode::<i64>),
            ),
        ),
        (
            4,
            &DocumentFilled::<_, String>::new(
                &[1],
                |values| {
                    Ok(label(
                        &decode::<String>(values[0]).map_err(|error| error.to_string())?,
                    ))
                },
                AsBson::new(encode::<String>, decode::<String>),
            ),
        ),
        (
            5,
            &DocumentFilled::<_, Option<i64>>::new(
                &[2],
                |values| {
                    let room = decode::<Option<i64>>(values[0]);
                    Ok(room
                        .map_err(|error| error.to_string())?
                        .map(|room| room / 100))
                },
                AsBson::new(encode::<Option<i64>>, decode::<Option<i64>>),
            ),
        ),
    ];
}

impl Convertible for Bag {
    const OF: &'static Descriptor = Bag::DESCRIPTOR;
}

fn grams(weight: String) -> Result<i64, String> {
    let no_weight = || format!("`{weight}` is no weight");
    let (number, unit) = weight.split_once(' ').ok_or_else(no_weight)?;
    let number: i64 = number.parse().map_err(|_| no_weight())?;
    assert!(number < 1_000_000, "no hand lifts {weight}");
    match unit {
        "kg" => Ok(number * 1_000),
        "g" if number >= 0 => Ok(number),
        _ => Err(no_weight()),
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "a function of the application is given a reference"
)]
fn text(grams: &i64) -> String {
    format!("{grams} g")
}

/// Where a function waits until a test lets it go on.
pub(super) struct Gate {
    pub(super) came: AtomicBool,
    pub(super) open: AtomicBool,
}

/// Those of the bags whose owner is called `slow 0`, and so on.
pub(super) static GATES: [Gate; 3] = [const {
    Gate {
        came: AtomicBool::new(false),
        open: AtomicBool::new(false),
    }
}; 3];

fn label(owner: &str) -> String {
    let slow = owner.strip_prefix("slow ");
    if let Some(gate) = slow.and_then(|number| GATES.get(number.parse::<usize>().unwrap())) {
        gate.came.store(true, Ordering::SeqCst);
        while !gate.open.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    format!("of {owner}")
}

pub(super) fn bag(
    id: impl Into<Bson>,
    owner: &str,
    room: Option<i64>,
    grams: i64,
    label: &str,
    floor: Option<i64>,
) -> Bag {
    Bag {
        id: id.into(),
        owner: owner.to_owned(),
        room,
        grams,
        label: label.to_owned(),
        floor,
    }
}
