// databases: mariadb
#[derive(colmig::Model)]
#[colmig(table = "orders")]
struct Order {
    #[colmig(primary_key)]
    id: i64,
    /// What it is called, in at most 60 letters.
    #[colmig(sql_type = "varchar(60)", index)]
    label: String,
    #[colmig(sql_type = "varchar(1000)")]
    note: Option<String>,
    #[colmig(sql_type = "enum('new','paid','it''s gone')", default = "'paid'")]
    state: String,
    #[colmig(sql_type = "varbinary(32)")]
    digest: Option<Vec<u8>>,
}
