#[derive(colmig::Model)]
#[colmig(table = "orders")]
struct Order {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(column = "label_2", replaces = "label", sql_type = "varchar(20)")]
    label: String,
}
