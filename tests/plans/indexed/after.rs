use colmig::Model;

#[derive(Model)]
#[colmig(table = "members", index(town, name), unique(town, email))]
pub struct Member {
    #[colmig(primary_key)]
    pub id: i64,
    pub name: String,
    pub town: String,
    #[colmig(unique)]
    pub email: String,
}
