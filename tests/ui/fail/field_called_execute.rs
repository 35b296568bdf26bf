#[derive(colmig::Model)]
#[colmig(table = "jobs")]
struct Job {
    #[colmig(primary_key)]
    id: i64,
    execute: bool,
}

fn main() {}
