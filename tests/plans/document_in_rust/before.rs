#[derive(serde::Serialize, serde::Deserialize, colmig::Model)]
#[colmig(collection = "people")]
pub struct Person {
    #[serde(rename = "_id")]
    pub id: ObjectId,
    pub first: String,
    pub last: Option<String>,
    pub age: String,
}
