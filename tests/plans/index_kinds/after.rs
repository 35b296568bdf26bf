// databases: postgres,sqlite
use colmig::Model;

#[derive(Model)]
#[colmig(table = "tickets")]
#[colmig(index(team, opened(desc, nulls = "last"), where = "closed IS NULL"))]
#[colmig(unique(team, expr = "lower(title) || 'title'"))]
pub struct Ticket {
    #[colmig(primary_key)]
    pub id: i64,
    pub team: i64,
    pub title: String,
    #[colmig(index(ops(postgres = "text_pattern_ops"), using(postgres = "btree")))]
    pub code: String,
    pub opened: Option<i64>,
    pub closed: Option<i64>,
}
