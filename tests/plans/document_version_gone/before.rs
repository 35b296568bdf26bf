#[derive(serde::Serialize, serde::Deserialize, colmig::Model)]
#[colmig(collection = "people", schema_version = "schema_version")]
pub struct Person {
    #[serde(rename = "_id")]
    pub id: ObjectId,
    pub first: String,
    pub last: String,
}
