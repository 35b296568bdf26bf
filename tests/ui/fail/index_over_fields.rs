#[derive(colmig::Model)]
#[colmig(table = "users")]
#[colmig(index(first_nme, last_name))]
#[colmig(index("last_name"))]
#[colmig(unique(last_name, last_name))]
#[colmig(index(cache))]
#[colmig(index(surname))]
#[colmig(index(zzz))]
struct User {
    #[colmig(primary_key)]
    id: i64,
    first_name: String,
    last_name: String,
    #[colmig(column = "surname")]
    family: String,
    #[colmig(skip)]
    cache: String,
}

fn main() {}
