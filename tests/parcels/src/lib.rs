//! Parcels, whose weight people have typed. What they meant only a function in Rust can say.

/// A parcel, as the newest build knows it.
#[derive(colmig::Model, Clone, Debug, PartialEq, Eq)]
#[colmig(table = "parcels", primary_key(depot, id))]
pub struct Parcel {
    /// Where it is.
    pub depot: String,
    /// Its number there.
    pub id: i64,
    /// It was text, with a unit.
    #[colmig(
        replaces = "weight",
        up_fn = "weight::grams",
        down_fn = "weight::text",
        check = "grams >= 0",
        index
    )]
    pub grams: i64,
    /// Known to the build before.
    pub note: Option<String>,
}

/// What a weight is in both builds.
pub mod weight {
    /// `1.5 kg` and `1500 g` are 1500.
    ///
    /// # Errors
    /// What is no weight.
    ///
    /// # Panics
    /// Where it is more than a ship holds, as functions of an application may.
    pub fn grams(text: String) -> Result<i64, String> {
        let no_weight = || format!("`{text}` is no weight");
        let (number, unit) = text.trim().split_once(' ').ok_or_else(no_weight)?;
        let factor = match unit {
            "g" => 1,
            "kg" => 1_000,
            _ => return Err(no_weight()),
        };
        let (whole, rest) = number.split_once('.').unwrap_or((number, ""));
        let thousandths: i64 = format!("{whole}{rest:0<3}")
            .parse()
            .map_err(|_| no_weight())?;
        assert!(thousandths < 1_000_000_000_000_000, "no ship holds {text}");
        let grams = thousandths * factor / 1_000;
        if grams < 0 {
            return Err(no_weight());
        }
        Ok(grams)
    }

    /// In grams, as a build of before would have typed it.
    pub fn text(grams: &i64) -> String {
        format!("{grams} g")
    }
}

/// The migration that creates the table as the build before knows it.
pub const CREATE: &str = "20260101000000_create_parcels";

/// The migration that replaces the column.
pub const CONVERT: &str = "20260102000000_convert";

/// SQL of the build before, which inserts parcels of one depot with the numbers from `first`
/// on: each weighs half of its number in kilograms.
pub fn insert_old(depot: &str, first: i64, rows: i64) -> String {
    format!(
        "INSERT INTO parcels (depot, id, weight) \
         WITH RECURSIVE ids(id) AS (SELECT {first} UNION ALL SELECT id + 1 FROM ids WHERE id + 1 < {first} + {rows}) \
         SELECT '{depot}', id, round(id / 2.0, 1) || ' kg' FROM ids"
    )
}

impl Parcel {
    /// The parcel that [`insert_old`] inserts.
    pub fn plain(depot: &str, id: i64) -> Parcel {
        Parcel {
            depot: depot.to_owned(),
            id,
            grams: id * 500,
            note: None,
        }
    }
}
