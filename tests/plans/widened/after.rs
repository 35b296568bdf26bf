// databases: postgres,sqlite
#[derive(colmig::Model)]
#[colmig(table = "countries")]
struct Country {
    #[colmig(primary_key, sql_type(postgres = "varchar(3)", sqlite = "TEXT"))]
    code: String,
}

#[derive(colmig::Model)]
#[colmig(table = "orders")]
struct Order {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(sql_type = "varchar(100)", index)]
    label: String,
    note: Option<String>,
    #[colmig(sql_type(postgres = "varchar(3)", sqlite = "TEXT"), references = "countries(code)")]
    country: String,
    // The same type by its long name, of which no database is told.
    #[colmig(sql_type = "character varying(9)", default = "'new'")]
    state: String,
}
