#[derive(colmig::Model)]
#[colmig(table = "articles")]
pub struct Article {
    #[colmig(primary_key)]
    pub id: i64,
    pub title: String,
    pub author: Option<String>,
    #[colmig(backfill_fn = "crate::slug::of(title, author)", default = "''", unique)]
    pub slug: String,
}
