#[derive(colmig::Model)]
#[colmig(table = "articles")]
struct Article {
    #[colmig(primary_key, backfill_fn = "id::of(title)")]
    id: i64,
    title: String,
    #[colmig(skip)]
    open: bool,
    #[colmig(backfill_fn = "slug::of")]
    slug: String,
    #[colmig(backfill_fn = "length()")]
    length: i64,
    #[colmig(backfill_fn = "length(")]
    width: i64,
    #[colmig(backfill_fn = "words::of(titel, open)")]
    words: i64,
    #[colmig(backfill_fn = "letters::of(letters)")]
    letters: i64,
    #[colmig(backfill_fn = "first(title)", backfill = "upper(title)")]
    first: String,
    #[colmig(replaces = "writer", backfill_fn = "author::of(title)")]
    author: String,
}

fn main() {}
