#[derive(colmig::Model)]
struct BlogPost {
    #[colmig(primary_key)]
    id: i64,
}

fn main() {}
