#[derive(colmig::Model)]
#[colmig(table = "measurements_of_the_quarter_before_the_one_that_was_reported")]
pub struct Measurement {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(backfill = "1", index, check = "measured_of_the_quarter_before_the_one_that_it_was_reported_a > 0")]
    pub measured_of_the_quarter_before_the_one_that_it_was_reported_a: i64,
    #[colmig(backfill = "2", index, check = "measured_of_the_quarter_before_the_one_that_it_was_reported_ab > 0")]
    pub measured_of_the_quarter_before_the_one_that_it_was_reported_ab: i64,
}
