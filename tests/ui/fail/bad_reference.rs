#[derive(colmig::Model)]
#[colmig(table = "users")]
struct User {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(references = "orgs")]
    org: i64,
    #[colmig(references = "teams()")]
    team: i64,
}

fn main() {}
