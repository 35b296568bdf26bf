// databases: postgres,mariadb
use colmig::Model;

#[derive(Model)]
#[colmig(table = "members", check = "joined > 1900")]
pub struct Member {
    #[colmig(primary_key)]
    pub id: i64,
    pub age: i32,
    pub joined: i32,
    pub left: i32,
}
