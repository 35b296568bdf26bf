#[derive(colmig::Model)]
#[colmig(table = "members")]
struct Member {
    #[colmig(primary_key)]
    team: i64,
    #[colmig(primary_key)]
    person: i64,
}

fn main() {}
