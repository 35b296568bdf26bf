// databases: mongodb
#[derive(serde::Serialize, serde::Deserialize, colmig::Model)]
#[colmig(collection = "people")]
pub struct Person {
    #[serde(rename = "_id")]
    pub id: ObjectId,
    pub first: String,
    pub last: String,
    pub visits: i64,
    #[colmig(backfill = r#"{ "$concat": ["$first", " ", "$last"] }"#, index)]
    pub display: String,
    #[colmig(backfill = r#"{ "$gt": ["$visits", 10] }"#)]
    pub regular: Option<bool>,
    pub nick: Option<String>,
    #[serde(default)]
    pub tags: Vec<String>,
}
