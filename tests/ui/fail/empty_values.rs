#[derive(colmig::Model)]
#[colmig(table = "", index())]
struct User {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(column = " ", default(), check = "")]
    name: String,
    #[colmig(replaces("old", ""))]
    age: i32,
}

fn main() {}
