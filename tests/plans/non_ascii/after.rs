#[derive(colmig::Model)]
#[colmig(table = "Größen", rename_all = "PascalCase")]
pub struct Größe {
    #[colmig(primary_key)]
    pub nummer: i64,
    pub straße: String,
    #[colmig(backfill(postgres = "upper(\"Straße\") || ' ✓'", sqlite = "upper(\"Straße\") || ' ✓'", mariadb = "upper(`Straße`) || ' ✓'"), check(postgres = "\"Länge\" <> ''", sqlite = "\"Länge\" <> ''", mariadb = "`Länge` <> ''"))]
    pub länge: String,
}
