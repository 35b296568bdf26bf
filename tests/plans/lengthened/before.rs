#[derive(colmig::Model)]
#[colmig(table = "orders")]
struct Order {
    #[colmig(primary_key)]
    id: i64,
    /// What it is called, in at most 40 letters.
    #[colmig(sql_type = "varchar(40)", index)]
    label: String,
    note: Option<String>,
    #[colmig(sql_type = "enum('new','paid')", default = "'new'")]
    state: String,
    #[colmig(sql_type = "varbinary(16)")]
    digest: Option<Vec<u8>>,
}
