mod slug {
    pub fn of(title: &str, author: &Option<String>) -> String {
        format!("{title} {}", author.as_deref().unwrap_or_default())
    }

    pub fn count(title: &str) -> usize {
        title.len()
    }

    pub fn parsed(title: &str) -> Result<i32, std::num::ParseIntError> {
        title.parse()
    }
}

#[derive(colmig::Model)]
#[colmig(table = "articles")]
struct Article {
    #[colmig(primary_key)]
    id: i64,
    title: String,
    author: Option<String>,
    #[colmig(backfill_fn = "slug::of(id, author)")]
    of_another_type: String,
    #[colmig(backfill_fn = "slug::of(title)")]
    of_too_few: String,
    #[colmig(backfill_fn = "slug::count(title)")]
    gives_another_type: i64,
    #[colmig(backfill_fn = "slug::parsed(title)")]
    gives_a_result_of_another: i64,
    #[colmig(backfill_fn = "slug::nowhere(title)")]
    not_there: String,
}

fn main() {}
