#[derive(colmig::Model)]
#[colmig(table = "users")]
struct User<T> {
    #[colmig(primary_key)]
    id: i64,
    extra: T,
}

fn main() {}
