#[derive(colmig::Model)]
#[colmig(table = "people")]
struct Person {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(sql_type(postgres = "mood", sqlite = "TEXT"), values("sad", "happy"))]
    mood: Mood,
}
