#[derive(colmig::Model)]
#[colmig(table = "users")]
pub struct User {
    #[colmig(primary_key)]
    pub id: i64,
    pub first_name: String,
    pub last_name: String,
    /// Old rows follow from their name; new rows that leave it out are unknown.
    #[colmig(backfill = "lower(first_name)", default = "'unknown'")]
    pub handle: String,
}
