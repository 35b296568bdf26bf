#[derive(colmig::Model)]
#[colmig(table = "users")]
pub struct User {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(
        replaces = "born",
        up(postgres = "to_date(born, 'YYYY-MM-DD')", sqlite = "date(born)"),
        down(postgres = "to_char(birthday, 'YYYY-MM-DD')", sqlite = "birthday")
    )]
    pub birthday: chrono::NaiveDate,
}
