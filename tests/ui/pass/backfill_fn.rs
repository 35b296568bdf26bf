mod fill {
    pub fn all(id: &i64, r#type: &str, name: &Option<String>, raw: &[u8]) -> String {
        format!("{id}{}{name:?}{raw:?}", r#type)
    }

    pub fn fallible(id: &i64) -> Result<i32, std::num::TryFromIntError> {
        i32::try_from(*id)
    }
}

fn by_hand(level: &str) -> String {
    level.to_owned()
}

#[derive(colmig::Model)]
#[colmig(table = "filled", rename_all = "camelCase")]
struct Filled {
    #[colmig(skip)]
    before: bool,
    #[colmig(primary_key)]
    id: i64,
    r#type: String,
    name: Option<String>,
    raw: Vec<u8>,
    #[colmig(sql_type = "varchar(9)")]
    level: String,
    #[colmig(backfill_fn = "fill::all(id, r#type, name, raw)")]
    of_all: String,
    #[colmig(backfill_fn = "crate::fill::fallible(id)", default = "1")]
    small: i32,
    #[colmig(sql_type = "varchar(9)", backfill_fn = "by_hand(level,)")]
    other: String,
}

fn main() {}
