use colmig::Model;

#[derive(Model)]
#[colmig(table = "members")]
pub struct Member {
    #[colmig(primary_key)]
    pub id: i64,
    pub name: String,
}

#[derive(Model)]
#[colmig(table = "badges")]
pub struct Badge {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(references = "members(id)")]
    pub member: i64,
}
