//! `schema.json`.

use colmig_schema::snapshot::{BadSnapshot, Snapshot};
use colmig_schema::{Database, Record};

use super::{Target, USUAL, names_line, text};
use crate::corpus;

pub(super) const TARGET: Target = Target {
    name: "snapshot",
    corpus: || corpus::files("/schema.json", "version"),
    words: &[
        "\"version\": 1,",
        "\"version\": 2,",
        "\"migration\": null,",
        "\"models\": {",
        "\"in_flight\": [",
        "\"open\": [",
        "\"columns\": [",
        "\"fallback\": {",
        "\"sqlite\": ",
        "\"postgres\": ",
        "\"{id}\"",
        "\"{\"",
        "\"}}\"",
        "\"\\ud800\"",
        "<<<<<<< HEAD\n",
        "=======\n",
        ">>>>>>> other\n",
    ],
    deep: &[
        ("", "(", ""),
        ("", "[", ""),
        ("{\"version\": ", "[", ""),
        ("", "{\"a\":", ""),
        (
            "{\"version\": 1, \"migration\": null, \"models\": ",
            "{\"a\":",
            "",
        ),
        (
            "{\"version\": 1, \"migration\": \"",
            "\\u0041",
            "\", \"models\": {}, \"in_flight\": []}",
        ),
    ],
    run: |bytes| {
        let Some(text) = text(bytes) else { return };
        match Snapshot::parse(text) {
            Ok(snapshot) => {
                let again = snapshot.to_json().unwrap_or_default();
                assert_eq!(Snapshot::parse(&again).as_ref(), Ok(&snapshot), "{again}");
                for table in snapshot.models.keys() {
                    // A rule that is none is refused; what is written is read again.
                    let mut flights = snapshot.in_flight.iter();
                    let is_whole =
                        flights.all(|flight| flight.leaves || !flight.transition.is_empty());
                    if let (true, Ok(Some(record))) =
                        (is_whole, snapshot.record(table, &Database::ALL))
                    {
                        let text = record.to_string();
                        assert_eq!(text.parse::<Record>().map(drop), Ok(()), "{text}");
                    }
                }
            }
            Err(BadSnapshot::Version(_)) => {}
            Err(error) => {
                let message = error.to_string();
                assert!(names_line(&message), "no line is named: {message}");
            }
        }
    },
    stack: USUAL,
};
