#[derive(colmig::Model)]
#[colmig(table = "users")]
struct User<'a> {
    #[colmig(primary_key)]
    id: i64,
    name: &'a str,
}

fn main() {}
