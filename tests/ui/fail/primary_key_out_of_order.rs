#[derive(colmig::Model)]
#[colmig(table = "members", primary_key(person, team))]
struct Member {
    team: i64,
    person: i64,
}

fn main() {}
