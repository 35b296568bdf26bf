#[derive(colmig::Model)]
#[colmig(table = "a_table_with_a_name_that_is_longer_than_what_postgresql_keeps_of_it")]
struct User {
    #[colmig(primary_key)]
    id: i64,
    a_field_with_a_name_that_is_longer_than_what_postgresql_keeps_of_it: i32,
    #[colmig(column = "two\nlines")]
    lines: i32,
}

fn main() {}
