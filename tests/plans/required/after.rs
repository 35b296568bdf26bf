use colmig::Model;

#[derive(Model)]
#[colmig(table = "members")]
pub struct Member {
    #[colmig(primary_key)]
    pub id: i64,
    pub name: String,
    #[colmig(backfill = "lower(name)")]
    pub nick: String,
    pub town: String,
}
