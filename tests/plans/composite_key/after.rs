#[derive(colmig::Model)]
#[colmig(table = "members", primary_key(team, user))]
pub struct Member {
    pub team: String,
    pub user: i64,
    #[colmig(backfill(postgres = "team || ':' || \"user\"", sqlite = "team || ':' || \"user\"", mariadb = "team || ':' || `user`"))]
    pub label: String,
}
