use colmig::Model;

#[derive(Model)]
#[colmig(table = "members", check(postgres = "joined < \"left\"", sqlite = "joined < \"left\"", mariadb = "joined < `left`"), check = "joined > 1900")]
pub struct Member {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(check = "age > 0")]
    pub age: i32,
    pub joined: i32,
    pub left: i32,
}
