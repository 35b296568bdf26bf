#[derive(colmig::Model)]
#[colmig(table = "articles")]
pub struct Article {
    #[colmig(primary_key)]
    pub id: i64,
    pub title: String,
    pub author: Option<String>,
}
