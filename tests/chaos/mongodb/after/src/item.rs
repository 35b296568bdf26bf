//! The model after contract.

use colmig::{DocumentUpdate, field};
use colmig_chaos_app::{DocumentItem, Field, RawWrites, Text, Values, number};
use mongodb::bson::{Bson, Document, doc};
use serde::{Deserialize, Serialize};

/// An item, as it is.
#[derive(Clone, Debug, Serialize, Deserialize, colmig::Model)]
#[colmig(collection = "items")]
pub(crate) struct Item {
    /// The key.
    #[serde(rename = "_id")]
    pub(crate) id: i64,
    /// Nobody changes it.
    pub(crate) kind: String,
    /// It had another name.
    #[colmig(index)]
    pub(crate) label: String,
    /// It was text.
    #[serde(rename = "amount2")]
    pub(crate) amount: i64,
    /// Of any letters again.
    pub(crate) tone: String,
    /// Not so old as the others.
    #[colmig(unique)]
    pub(crate) badge: String,
}

impl DocumentItem for Item {
    const BUILD: &'static str = "after";
    const FIELDS: &'static [Field] = &[Field::Label, Field::Amount, Field::Tone, Field::Badge];
    const GUARDS: bool = false;

    fn new(id: i64, number: i64, own: bool) -> Item {
        let badge = if own {
            Text::badge(number)
        } else {
            Text::badge_by_rule(number)
        };
        Item {
            id,
            kind: Text::kind(number),
            label: Text::label(number),
            amount: number,
            tone: Text::tone(number),
            badge,
        }
    }

    fn id(&self) -> i64 {
        self.id
    }

    fn values(&self) -> Values {
        [
            (Field::Label, number(&self.label)),
            (Field::Amount, self.amount),
            (Field::Tone, number(&self.tone)),
            (Field::Badge, number(&self.badge)),
        ]
        .into()
    }

    fn set(
        update: DocumentUpdate<Item>,
        field: Field,
        value: i64,
        loud: bool,
    ) -> DocumentUpdate<Item> {
        match field {
            Field::Label => update.set(field!(Item.label), Text::label(value)),
            Field::Amount => update.set(field!(Item.amount), value),
            Field::Tone if loud => update.set(field!(Item.tone), Text::loud(value)),
            Field::Tone => update.set(field!(Item.tone), Text::tone(value)),
            Field::Badge => update.set(field!(Item.badge), Text::badge(value)),
        }
    }

    fn filter(field: Field, value: i64) -> Document {
        match field {
            Field::Label => doc! { "label": Text::label(value) },
            Field::Amount => doc! { "amount2": value },
            Field::Tone => doc! { "tone": { "$in": [Text::tone(value), Text::loud(value)] } },
            Field::Badge => {
                doc! { "badge": { "$in": [Text::badge(value), Text::badge_by_rule(value)] } }
            }
        }
    }

    /// Nothing in the database makes one side of the other, so by hand it touches its fields once
    /// nobody reads others any more, which the driver tells.
    fn raw(told: RawWrites) -> RawWrites {
        told
    }

    fn stored(field: Field, value: i64) -> (&'static str, Bson) {
        match field {
            Field::Label => ("label", Text::label(value).into()),
            Field::Amount => ("amount2", value.into()),
            Field::Tone => ("tone", Text::tone(value).into()),
            Field::Badge => ("badge", Text::badge(value).into()),
        }
    }
}
