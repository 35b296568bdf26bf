use colmig::Model;

#[derive(Model)]
#[colmig(table = "members", index(name, badge))]
pub struct Member {
    #[colmig(primary_key)]
    pub id: i64,
    pub name: String,
    pub points: i64,
    #[colmig(index)]
    pub badge: String,
    pub active: bool,
    pub portrait: Vec<u8>,
    pub note: Option<String>,
    #[colmig(default = "7")]
    pub rank: i64,
}
