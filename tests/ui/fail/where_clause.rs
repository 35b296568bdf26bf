#[derive(colmig::Model)]
#[colmig(table = "users")]
struct User
where
    String: Clone,
{
    #[colmig(primary_key)]
    id: i64,
}

fn main() {}
