// databases: postgres,sqlite
#[derive(colmig::Model)]
#[colmig(table = "people")]
struct Person {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(sql_type(postgres = "mood", sqlite = "TEXT"), values("grim", "sad", "so so", "happy", "it's great"))]
    mood: Mood,
    #[colmig(sql_type(postgres = "app.\"Kind\"", sqlite = "TEXT"), values("one", "other"), default = "'one'")]
    kind: Kind,
}

#[derive(colmig::Model)]
#[colmig(table = "pets")]
struct Pet {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(sql_type(postgres = "mood", sqlite = "TEXT"), values("grim", "sad", "so so", "happy", "it's great"))]
    mood: Option<Mood>,
}
