//! Articles, whose address on the web only a function in Rust can make of their titles.

/// An article, as the newest build knows it.
#[derive(colmig::Model, Clone, Debug, PartialEq, Eq)]
#[colmig(table = "articles")]
pub struct Article {
    /// Its number.
    #[colmig(primary_key)]
    pub id: i64,
    /// What it is called.
    pub title: String,
    /// Known to the build before; most have none.
    pub author: Option<String>,
    /// New: the end of its address.
    #[colmig(backfill_fn = "slug::of(title, author)", index, check = "slug <> ''")]
    pub slug: String,
}

/// How addresses are made.
pub mod slug {
    use std::fmt;

    /// What a function says that panics.
    pub const TOO_LONG: &str = "no address is that long";

    /// A title of which no address can be made.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct NoLetters;

    impl fmt::Display for NoLetters {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the title has no letters")
        }
    }

    /// `Ode to Øl` by `Ada` is `ode-to-øl-ada`.
    ///
    /// # Errors
    /// A title without letters.
    ///
    /// # Panics
    /// Where it is longer than any address, as functions of an application may.
    pub fn of(title: &str, author: &Option<String>) -> Result<String, NoLetters> {
        assert!(title.len() < 200, "{TOO_LONG}");
        if !title.contains(char::is_alphabetic) {
            return Err(NoLetters);
        }
        let text = format!("{title} {}", author.as_deref().unwrap_or_default());
        let words = text.split(|letter: char| !letter.is_alphanumeric());
        let words = words.filter(|word| !word.is_empty());
        Ok(words.collect::<Vec<_>>().join("-").to_lowercase())
    }
}

/// The migration that creates the table as the build before knows it.
pub const CREATE: &str = "20260101000000_create_articles";

/// The migration that adds the column.
pub const FILL: &str = "20260102000000_slug";

/// SQL of the build before, which inserts the articles with the numbers from `first` on: each
/// third has an author.
pub fn insert_old(first: i64, rows: i64) -> String {
    format!(
        "INSERT INTO articles (id, title, author) \
         WITH RECURSIVE ids(id) AS (SELECT {first} UNION ALL SELECT id + 1 FROM ids WHERE id + 1 < {first} + {rows}) \
         SELECT id, 'Ode No. ' || id || '!', CASE id % 3 WHEN 0 THEN 'Ada' END FROM ids"
    )
}

impl Article {
    /// The article that [`insert_old`] inserts.
    pub fn plain(id: i64) -> Article {
        let author = (id % 3 == 0).then(|| "Ada".to_owned());
        let end = if author.is_some() { "-ada" } else { "" };
        Article {
            id,
            title: format!("Ode No. {id}!"),
            author,
            slug: format!("ode-no-{id}{end}"),
        }
    }
}
