#[derive(colmig::Model)]
#[colmig(table = "orders", index(customer, placed), unique(number), check = "total >= 0")]
pub struct Order {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(references = "customers(id)")]
    pub customer: i64,
    pub number: String,
    #[colmig(default = "0")]
    pub total: i64,
    pub note: Option<String>,
    #[colmig(sql_type(postgres = "timestamptz", sqlite = "TEXT", mariadb = "datetime(6)"), default(postgres = "now()", sqlite = "datetime()", mariadb = "utc_timestamp(6)"))]
    pub placed: chrono::DateTime<chrono::Utc>,
}

#[derive(colmig::Model)]
#[colmig(table = "customers")]
pub struct Customer {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(unique)]
    pub email: String,
    pub picture: Option<Vec<u8>>,
}
