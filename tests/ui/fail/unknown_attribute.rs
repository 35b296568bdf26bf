#[derive(colmig::Model)]
#[colmig(tabel = "users", frobnicate)]
struct User {
    #[colmig(pk)]
    id: i64,
    #[colmig(indx, rename = "full_name")]
    name: String,
    #[colmig(xyz)]
    age: i32,
}

fn main() {}
