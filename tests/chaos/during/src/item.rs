//! The model while its columns are on their way.

use colmig::{Database, Db, Model, Query, Result, Update, field};
use colmig_chaos_app::{Field, Item as App, RawWrites, Text, Values, number};

/// An item, as it is to be.
#[derive(colmig::Model, Clone, Debug)]
#[colmig(table = "items")]
pub(crate) struct Item {
    /// The primary key.
    #[colmig(primary_key)]
    pub(crate) id: i64,
    /// Nobody changes it.
    pub(crate) kind: String,
    /// Renamed.
    #[colmig(renamed_from = "title")]
    pub(crate) label: String,
    /// Of another type: it was text.
    #[colmig(column = "amount_2", replaces = "amount")]
    pub(crate) amount: i64,
    /// Of small letters only, so that legacy cannot hold every value of it.
    #[colmig(replaces = "shade", up = "lower(shade)", down = "tone")]
    pub(crate) tone: String,
    /// Added, and required.
    #[colmig(backfill = "'#' || kind")]
    pub(crate) badge: String,
}

impl App for Item {
    const BUILD: &'static str = "during";
    const FIELDS: &'static [Field] = &[Field::Label, Field::Amount, Field::Tone, Field::Badge];
    const GUARDS: bool = true;

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

    fn set(update: Update<Item>, field: Field, value: i64, loud: bool) -> Update<Item> {
        match field {
            Field::Label => update.set(field!(Item.label), Text::label(value)),
            Field::Amount => update.set(field!(Item.amount), value),
            Field::Tone if loud => update.set(field!(Item.tone), Text::loud(value)),
            Field::Tone => update.set(field!(Item.tone), Text::tone(value)),
            Field::Badge => update.set(field!(Item.badge), Text::badge(value)),
        }
    }

    fn filtered(db: &Db, field: Field, value: i64, first: i64, last: i64) -> Query<'_, Item> {
        let query = match field {
            Field::Label => Item::query(db, "WHERE {id} BETWEEN $1 AND $2 AND {label} = $3"),
            Field::Amount => Item::query(db, "WHERE {id} BETWEEN $1 AND $2 AND {amount_2} = $3"),
            Field::Tone => Item::query(db, "WHERE {id} BETWEEN $1 AND $2 AND lower({tone}) = $3"),
            Field::Badge => Item::query(db, "WHERE {id} BETWEEN $1 AND $2 AND {badge} IN ($3, $4)"),
        };
        let query = query.bind(first).bind(last);
        match field {
            Field::Label => query.bind(Text::label(value)),
            Field::Amount => query.bind(value),
            Field::Tone => query.bind(Text::tone(value)),
            Field::Badge => query
                .bind(Text::badge(value))
                .bind(Text::badge_by_rule(value)),
        }
    }

    fn all(db: &Db) -> Query<'_, Item> {
        Item::query(db, "ORDER BY {id}")
    }

    fn raw_columns(db: &Db) -> Result<String> {
        Item::columns(db)
    }

    /// Its columns are there from `dual-write` on, which the driver tells.
    fn raw_writes(_database: Database, told: RawWrites) -> RawWrites {
        told
    }

    fn raw_set(field: Field, value: i64) -> String {
        match field {
            Field::Label => format!("label = '{}'", Text::label(value)),
            Field::Amount => format!("amount_2 = {value}"),
            Field::Tone => format!("tone = '{}'", Text::tone(value)),
            Field::Badge => format!("badge = '{}'", Text::badge(value)),
        }
    }

    fn raw_insert(id: i64, number: i64) -> String {
        format!(
            "INSERT INTO items (id, kind, label, amount_2, tone, badge) VALUES ({id}, '{}', '{}', {number}, '{}', '{}')",
            Text::kind(number),
            Text::label(number),
            Text::tone(number),
            Text::badge(number)
        )
    }
}
