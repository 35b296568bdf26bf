#[derive(colmig::Model)]
#[colmig(table = "order")]
pub struct Order {
    #[colmig(primary_key)]
    pub id: i64,
    pub r#type: String,
}
