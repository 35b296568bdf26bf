//! The model before its columns are replaced.

use colmig::{Database, Db, Model, Query, Result, Update, field};
use colmig_chaos_app::{Field, Item as App, RawWrites, Text, Values, number};

/// An item, as it was before.
#[derive(colmig::Model, Clone, Debug)]
#[colmig(table = "items")]
pub(crate) struct Item {
    /// The primary key.
    #[colmig(primary_key)]
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

impl App for Item {
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

    fn set(update: Update<Item>, field: Field, value: i64, _loud: bool) -> Update<Item> {
        match field {
            Field::Label => update.set(field!(Item.title), Text::label(value)),
            Field::Amount => update.set(field!(Item.amount), value.to_string()),
            Field::Tone => update.set(field!(Item.shade), Text::tone_of_old(value)),
            Field::Badge => update,
        }
    }

    fn filtered(db: &Db, field: Field, value: i64, first: i64, last: i64) -> Query<'_, Item> {
        match field {
            Field::Label | Field::Badge => {
                Item::query(db, "WHERE {id} BETWEEN $1 AND $2 AND {title} = $3")
                    .bind(first)
                    .bind(last)
                    .bind(Text::label(value))
            }
            Field::Amount => Item::query(db, "WHERE {id} BETWEEN $1 AND $2 AND {amount} = $3")
                .bind(first)
                .bind(last)
                .bind(value.to_string()),
            Field::Tone => Item::query(db, "WHERE {id} BETWEEN $1 AND $2 AND {shade} = $3")
                .bind(first)
                .bind(last)
                .bind(Text::tone_of_old(value)),
        }
    }

    fn all(db: &Db) -> Query<'_, Item> {
        Item::query(db, "ORDER BY {id}")
    }

    fn raw_columns(_db: &Db) -> Result<String> {
        Ok("id, kind, title, amount, shade".to_owned())
    }

    /// Its columns are there until no build of its time is live any more.
    fn raw_writes(_database: Database, _told: RawWrites) -> RawWrites {
        RawWrites::All
    }

    fn raw_set(field: Field, value: i64) -> String {
        match field {
            Field::Label | Field::Badge => format!("title = '{}'", Text::label(value)),
            Field::Amount => format!("amount = '{value}'"),
            Field::Tone => format!("shade = '{}'", Text::tone_of_old(value)),
        }
    }

    fn raw_insert(id: i64, number: i64) -> String {
        let item = <Item as App>::new(id, number, true);
        format!(
            "INSERT INTO items (id, kind, title, amount, shade) VALUES ({id}, '{}', '{}', '{}', '{}')",
            item.kind, item.title, item.amount, item.shade
        )
    }
}
