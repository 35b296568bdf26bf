// databases: mongodb
#[derive(serde::Serialize, serde::Deserialize, colmig::Model)]
#[colmig(collection = "people", index(last, first))]
#[serde(rename_all = "camelCase")]
pub struct Person {
    #[serde(rename = "_id")]
    pub id: ObjectId,
    pub first: String,
    pub last: String,
    #[colmig(unique)]
    pub mail_address: Option<String>,
    pub born: Option<bson::DateTime>,
    pub address: Address,
    #[serde(default)]
    pub tags: Vec<String>,
    #[colmig(bson_type = "string")]
    pub mood: Mood,
    #[serde(skip)]
    pub seen: bool,
}
