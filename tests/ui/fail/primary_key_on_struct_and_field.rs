#[derive(colmig::Model)]
#[colmig(table = "members", primary_key(team, person))]
struct Member {
    #[colmig(primary_key)]
    team: i64,
    person: i64,
}

fn main() {}
