// databases: mongodb
#[derive(serde::Serialize, serde::Deserialize, colmig::Model)]
#[colmig(collection = "people")]
pub struct Person {
    #[serde(rename = "_id")]
    pub id: ObjectId,
    #[colmig(
        replaces("first", "last"),
        up = r#"{ "first": "$first", "last": "$last" }"#,
        down(first = r#""$name.first""#, last = r#""$name.last""#),
        bson_type = "object"
    )]
    pub name: Name,
    #[colmig(renamed_from = "visits")]
    pub calls: i64,
}
