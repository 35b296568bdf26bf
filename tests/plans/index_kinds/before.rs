use colmig::Model;

#[derive(Model)]
#[colmig(table = "tickets", index(team, opened), unique(team, title))]
pub struct Ticket {
    #[colmig(primary_key)]
    pub id: i64,
    pub team: i64,
    pub title: String,
    pub code: String,
    pub opened: Option<i64>,
    pub closed: Option<i64>,
}
