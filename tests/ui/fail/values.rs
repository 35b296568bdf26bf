#[derive(colmig::Model)]
#[colmig(table = "people")]
struct Person {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(values("sad", "happy"))]
    mood: String,
    #[colmig(sql_type = "kind", values("one", "other", "one"))]
    kind: String,
    #[colmig(sql_type = "hue", values())]
    hue: String,
    #[colmig(sql_type = "size", values(small, large))]
    size: String,
    #[colmig(sql_type = "shape", values("", "round"))]
    shape: String,
}

fn main() {}
