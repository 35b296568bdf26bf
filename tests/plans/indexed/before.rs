use colmig::Model;

#[derive(Model)]
#[colmig(table = "members", index(name, town), unique(town, email))]
pub struct Member {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(index)]
    pub name: String,
    pub town: String,
    pub email: String,
}
