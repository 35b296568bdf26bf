#[derive(colmig::Model)]
#[colmig(table = "Größen", rename_all = "PascalCase")]
pub struct Größe {
    #[colmig(primary_key)]
    pub nummer: i64,
    pub straße: String,
    #[colmig(backfill = "upper(\"Straße\") || ' ✓'", check = "\"Länge\" <> ''")]
    pub länge: String,
}
