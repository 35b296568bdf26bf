// databases: mongodb
#[derive(serde::Serialize, serde::Deserialize, colmig::Model)]
#[colmig(collection = "people", index(last(desc), first), unique(first, last, where = r#"{ "visits": { "$gt": 0 } }"#))]
pub struct Person {
    #[serde(rename = "_id")]
    pub id: ObjectId,
    #[colmig(index(using = "hashed"))]
    pub first: String,
    pub last: String,
    #[colmig(unique)]
    pub visits: i64,
}
