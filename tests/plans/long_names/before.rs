#[derive(colmig::Model)]
#[colmig(table = "measurements_of_the_quarter_before_the_one_that_was_reported")]
pub struct Measurement {
    #[colmig(primary_key)]
    pub id: i64,
}
