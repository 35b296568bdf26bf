#[derive(colmig::Model)]
#[colmig(table = "numbers")]
union Number {
    int: i64,
    float: f64,
}

fn main() {}
