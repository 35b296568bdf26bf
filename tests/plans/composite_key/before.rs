#[derive(colmig::Model)]
#[colmig(table = "members", primary_key(team, user))]
pub struct Member {
    pub team: String,
    pub user: i64,
}
