// databases: mongodb
#[derive(serde::Serialize, serde::Deserialize, colmig::Model)]
#[colmig(collection = "people")]
pub struct Person {
    #[serde(rename = "_id")]
    pub id: ObjectId,
    pub first: String,
    pub last: Option<String>,
    #[colmig(replaces = "age", up_fn = "age::years", down_fn = "crate::age::text", index)]
    pub years: i32,
    #[colmig(backfill_fn = "crate::slug::of(first, last)", unique)]
    pub slug: String,
    #[colmig(backfill_fn = "nick(first)")]
    pub nick: Option<String>,
}
