// databases: postgres,mariadb
use colmig::Model;

#[derive(Model)]
#[colmig(table = "people")]
pub struct Person {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(unique)]
    pub login: String,
}

#[derive(Model)]
#[colmig(table = "articles")]
pub struct Article {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(references = "people(login)")]
    pub author: String,
    #[colmig(references = "articles(id)")]
    pub follows: Option<i64>,
    #[colmig(references = "people(id)", index)]
    pub editor: Option<i64>,
}
