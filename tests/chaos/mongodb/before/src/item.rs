//! The model before its fields are replaced.

use colmig::{DocumentUpdate, field};
use colmig_chaos_app::{DocumentItem, Field, RawWrites, Text, Values, number};
use mongodb::bson::{Bson, Document, doc};
use serde::{Deserialize, Serialize};

/// An item, as it was before.
#[derive(Clone, Debug, Serialize, Deserialize, colmig::Model)]
#[colmig(collection = "items")]
pub(crate) struct Item {
    /// The key.
    #[serde(rename = "_id")]
    pub(crate) id: i64,
    /// Nobody changes it.
    pub(crate) kind: String,
    /// To be renamed.
    pub(crate) title: String,
    /// To be a number.
    pub(crate) amount: String,
    /// To be of small letters only.
    pub(crate) shade: String,
}

impl DocumentItem for Item {
    const BUILD: &'static str = "before";
    const FIELDS: &'static [Field] = &[Field::Label, Field::Amount, Field::Tone];
    const GUARDS: bool = false;

    fn new(id: i64, number: i64, _own: bool) -> Item {
        Item {
            id,
            kind: Text::kind(number),
            title: Text::label(number),
            amount: number.to_string(),
            shade: Text::tone_of_old(number),
        }
    }

    fn id(&self) -> i64 {
        self.id
    }

    fn values(&self) -> Values {
        [
            (Field::Label, number(&self.title)),
            (Field::Amount, number(&self.amount)),
            (Field::Tone, number(&self.shade)),
        ]
        .into()
    }

    fn set(
        update: DocumentUpdate<Item>,
        field: Field,
        value: i64,
        _loud: bool,
    ) -> DocumentUpdate<Item> {
        match field {
            Field::Label => update.set(field!(Item.title), Text::label(value)),
            Field::Amount => update.set(field!(Item.amount), value.to_string()),
            Field::Tone => update.set(field!(Item.shade), Text::tone_of_old(value)),
            Field::Badge => update,
        }
    }

    fn filter(field: Field, value: i64) -> Document {
        let (name, value) = Item::stored(field, value);
        doc! { name: value }
    }

    /// Its fields are read until no build of its time is live any more.
    fn raw(_told: RawWrites) -> RawWrites {
        RawWrites::All
    }

    fn stored(field: Field, value: i64) -> (&'static str, Bson) {
        match field {
            Field::Label | Field::Badge => ("title", Text::label(value).into()),
            Field::Amount => ("amount", value.to_string().into()),
            Field::Tone => ("shade", Text::tone_of_old(value).into()),
        }
    }
}
