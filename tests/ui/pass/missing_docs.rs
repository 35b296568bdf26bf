//! Whatever is generated is documented, and bothers no lint.
#![deny(missing_docs, missing_debug_implementations, unreachable_pub, unused, warnings)]

/// Somebody.
#[derive(colmig::Model, Debug)]
#[colmig(table = "users")]
pub struct User {
    /// The key.
    #[colmig(primary_key)]
    pub id: i64,
    /// The name.
    pub name: String,
    /// No longer used.
    #[deprecated]
    pub nick: Option<String>,
}

/// Nobody, any more.
#[deprecated]
#[derive(colmig::Model, Debug)]
#[colmig(table = "old_users")]
pub struct OldUser {
    /// The key.
    #[colmig(primary_key)]
    pub id: i64,
    /// With a codec of its own.
    #[deprecated]
    #[colmig(sql_type = "text")]
    pub name: String,
}

mod inner {
    #[derive(colmig::Model)]
    #[colmig(table = "secrets")]
    pub(crate) struct Secret {
        #[colmig(primary_key)]
        id: i64,
        pub(super) text: String,
    }

    impl Secret {
        pub(crate) fn new(text: &str) -> Self {
            Self { id: 1, text: text.to_owned() }
        }
    }
}

fn main() {
    let _ = inner::Secret::new("sesame").text;
}
