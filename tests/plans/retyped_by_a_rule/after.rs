#[derive(colmig::Model)]
#[colmig(table = "users")]
pub struct User {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(
        replaces = "born",
        up(postgres = "to_date(born, 'YYYY-MM-DD')", sqlite = "date(born)", mariadb = "str_to_date(born, '%Y-%m-%d')"),
        down(postgres = "to_char(birthday, 'YYYY-MM-DD')", sqlite = "birthday", mariadb = "date_format(birthday, '%Y-%m-%d')")
    )]
    pub birthday: chrono::NaiveDate,
}
