mod slug {
    pub fn of(title: &str) -> String {
        title.to_owned()
    }

    pub fn count(title: &str) -> usize {
        title.len()
    }
}

#[derive(serde::Serialize, serde::Deserialize, colmig::Model)]
#[colmig(collection = "articles")]
struct Article {
    #[serde(rename = "_id")]
    id: i64,
    title: String,
    #[colmig(backfill_fn = "slug::of(id)")]
    of_another_type: String,
    #[colmig(backfill_fn = "slug::count(title)")]
    gives_another_type: i64,
    #[colmig(backfill_fn = "slug::nowhere(title)")]
    not_there: String,
}

fn main() {}
