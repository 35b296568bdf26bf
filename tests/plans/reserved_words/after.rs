#[derive(colmig::Model)]
#[colmig(table = "order")]
pub struct Order {
    #[colmig(primary_key)]
    pub id: i64,
    pub r#type: String,
    #[colmig(backfill(postgres = "\"type\"", sqlite = "\"type\"", mariadb = "`type`"), index, column = "group")]
    pub group: String,
    /// A name that has to be escaped.
    #[colmig(column = "says \"when\"")]
    pub when: Option<String>,
}
