//! What fills the documents that a read finds not filled yet.

use super::{Collection, Field, path, set};

/// By this name a read tells of a document that it is not filled yet. No field is called so: it is no word.
pub const UNFILLED: &str = "colmig unfilled";

/// The pieces of a read that finds documents which are not filled, and of the update that fills them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fill {
    /// The stage that gives what is read, and under [`UNFILLED`] whether the document is to be filled.
    pub read: String,
    /// The same as a condition.
    pub unfilled: String,
    /// The stage that fills.
    pub set: String,
}

impl Field<'_> {
    /// Whether a document is to be filled, and with what: the same as the batches of the backfill
    /// say it. None where there is nothing to fill, or a function of the application does.
    fn fill(&self) -> Option<(String, String)> {
        let flight = self.flight.as_ref().filter(|flight| !flight.in_rust)?;
        let value = self.read()?;
        let stored = path(self.name);
        let unfilled = match (self.is_new(), flight.null_is_old) {
            (true, true) => format!("{{\"$lte\": [{stored}, null]}}"),
            (true, false) => format!("{{\"$eq\": [{{\"$type\": {stored}}}, \"missing\"]}}"),
            (false, _) => format!("{{\"$ne\": [{stored}, {value}]}}"),
        };
        Some((unfilled, value))
    }
}

impl Collection<'_> {
    /// What fills the fields at these positions; none where there is nothing to fill.
    pub fn fill(&self, fields: &[usize]) -> Option<Fill> {
        let filled: Vec<(&str, String, String)> = fields
            .iter()
            .filter_map(|field| {
                let field = self.fields.get(*field)?;
                let (unfilled, value) = field.fill()?;
                Some((field.name, unfilled, value))
            })
            .collect();
        let conditions: Vec<&str> = filled.iter().map(|(_, unfilled, _)| &**unfilled).collect();
        let unfilled = match conditions.as_slice() {
            [] => return None,
            [only] => (*only).to_owned(),
            several => format!("{{\"$or\": [{}]}}", several.join(", ")),
        };
        let filled = filled.iter().map(|(name, _, value)| (*name, value.clone()));
        let filled: Vec<(&str, String)> = filled.collect();
        let mut read = self.computed();
        read.push((UNFILLED, unfilled.clone()));
        Some(Fill {
            read: set(&read)?,
            unfilled,
            set: set(&filled)?,
        })
    }
}
