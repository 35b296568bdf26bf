//! Documents that the application writes by a rule in Rust.

use super::{command, majority};
use crate::json::Json;
use crate::script::{Run, Step};
use crate::step::Conversion;

/// The executor waits for it, and sends nothing. Only the records of it are undone here: the field goes
/// with the step that let it come.
pub(super) fn step(conversion: &Conversion, step: &str, migration: &str) -> Step {
    let Conversion {
        table, target, up, ..
    } = conversion;
    Step {
        id: step.to_owned(),
        lock: "that of a document at a time".to_owned(),
        safe: format!(
            "done by the application, which calls the function `{up}`: ranges of _id, of whichever types, that its instances share, \
             in which a document is written only if it still holds what was converted. A batch that comes late writes nothing"
        ),
        run: Run::Convert(conversion.into()),
        revert: forgotten([migration, table, target]),
    }
}

/// Deletes what colmig's collections hold of a conversion.
fn forgotten(job: [&str; 3]) -> Vec<String> {
    let fields = ["migration", "table_name", "column_name"];
    let of_job = fields.into_iter().zip(job);
    let of_job = of_job.map(|(field, of)| (field.to_owned(), Json::text(of)));
    let of_job = Json::Object(of_job.collect());
    [
        ("colmig_conversion", Json::one("_id", of_job.clone())),
        ("colmig_conversion_failure", of_job.clone()),
        ("colmig_conversion_worker", of_job),
    ]
    .map(|(records, filter)| {
        let delete = Json::object([("q", filter), ("limit", Json::Number(0))]);
        command([
            ("delete", Json::text(records)),
            ("deletes", Json::List(vec![delete])),
            ("writeConcern", majority()),
        ])
    })
    .to_vec()
}
