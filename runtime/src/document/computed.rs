//! What a read gives of fields that a function of the application computes: of the document as it is
//! stored, for no server can call the function.

use mongodb::bson::{Bson, Document, RawDocument, RawDocumentBuf};

use super::found::decoded;
use super::rule::DocumentRule;
use crate::error::{Error, Result};
use crate::flight::Flight;
use crate::private::Descriptor;

/// A field that is read through a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Computed {
    flight: &'static Flight,
    rule: &'static dyn DocumentRule,
}

impl Computed {
    /// None where the server computes it.
    pub(crate) fn of(flight: &'static Flight) -> Option<Computed> {
        let rule = flight.document_rule?;
        Some(Computed { flight, rule })
    }

    pub(crate) fn rule(self) -> &'static dyn DocumentRule {
        self.rule
    }

    /// The fields that the function is called with.
    pub(crate) fn read(self, descriptor: &'static Descriptor) -> Vec<&'static str> {
        match self.flight.legacy.first() {
            Some(legacy) => vec![&legacy.column],
            None => {
                let made_of = self.rule.made_of().iter();
                made_of.map(|field| descriptor.column(*field)).collect()
            }
        }
    }

    /// The field whose place it takes; none where it is new.
    pub(crate) fn legacy(self) -> Option<&'static str> {
        let legacy = self.flight.legacy.first()?;
        Some(&legacy.column)
    }

    /// Whether this value is one that somebody wrote, so that the function is not asked.
    fn is_written(self, stored: Option<&Bson>) -> bool {
        match stored {
            _ if self.legacy().is_some() => false,
            None => false,
            Some(Bson::Null) => !self.flight.null_is_old,
            Some(_) => true,
        }
    }

    fn apply(self, descriptor: &'static Descriptor, document: &mut Document) -> Result<()> {
        let name = descriptor.column(self.flight.field);
        if self.is_written(document.get(name)) {
            return Ok(());
        }
        let read = self.read(descriptor);
        let read: Vec<Option<&Bson>> = read.into_iter().map(|name| document.get(name)).collect();
        let value = self
            .rule
            .up(&read)
            .map_err(|reason| Error::NotConvertible {
                model: descriptor.model,
                column: name,
                reason,
            })?;
        document.insert(name, value);
        Ok(())
    }
}

/// The struct of a document, with what functions make of it.
pub(super) fn read<M: super::Document>(computed: &[Computed], stored: &RawDocument) -> Result<M> {
    let descriptor = M::DESCRIPTOR;
    let failed = |error| Error::mongodb(descriptor.model, error);
    let mut document = Document::try_from(stored).map_err(failed)?;
    for computed in computed {
        computed.apply(descriptor, &mut document)?;
    }
    let document = RawDocumentBuf::try_from(&document).map_err(failed)?;
    decoded(descriptor, &document)
}

/// Sets beside the values of fields what functions make of them for the fields of before.
///
/// # Errors
/// A value would read back as another from there ([`NotReversible`](Error::NotReversible)).
pub(super) fn set_legacy(
    descriptor: &'static Descriptor,
    made: &[usize],
    set: &mut Document,
) -> Result<()> {
    let Some(flights) = descriptor.flights.filter(|_| !made.is_empty()) else {
        return Ok(());
    };
    for field in made {
        let mut all = flights.of(descriptor)?.iter();
        let computed = all
            .find(|flight| flight.field == *field)
            .and_then(Computed::of);
        let Some((computed, legacy)) =
            computed.and_then(|computed| Some((computed, computed.legacy()?)))
        else {
            continue;
        };
        let column = descriptor.column(*field);
        let value = set.get(column).unwrap_or(&Bson::Null);
        let down = computed.rule.down(value);
        let down = down.map_err(|reason| Error::NotConvertible {
            model: descriptor.model,
            column,
            reason,
        })?;
        let down = down.ok_or_else(|| crate::access::not_writable(descriptor, flights, *field))?;
        set.insert(legacy, down);
    }
    Ok(())
}
