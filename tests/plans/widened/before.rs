#[derive(colmig::Model)]
#[colmig(table = "countries")]
struct Country {
    #[colmig(primary_key, sql_type(postgres = "varchar(2)", sqlite = "TEXT"))]
    code: String,
}

#[derive(colmig::Model)]
#[colmig(table = "orders")]
struct Order {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(sql_type = "varchar(20)", index)]
    label: String,
    #[colmig(sql_type = "varchar(200)")]
    note: Option<String>,
    #[colmig(sql_type(postgres = "varchar(2)", sqlite = "TEXT"), references = "countries(code)")]
    country: String,
    #[colmig(sql_type = "varchar(9)", default = "'new'")]
    state: String,
}
