#[derive(colmig::Model)]
#[colmig(table = "orders")]
struct Order {
    #[colmig(primary_key)]
    id: i64,
    label: String,
}
