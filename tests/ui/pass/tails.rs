//! Tails of queries that the compiler has checked.
#![deny(warnings)]

pub mod shop {
    #[derive(colmig::Model)]
    #[colmig(table = "users")]
    pub struct User {
        #[colmig(primary_key)]
        pub id: i64,
        #[colmig(column = "user name")]
        pub name: String,
        pub r#type: i32,
    }
}

const OLDEST: &str = "ORDER BY {id} LIMIT 1";

pub async fn use_it(db: &colmig::Db) -> colmig::Result<()> {
    let all: Vec<shop::User> = colmig::query!(shop::User, db, "").fetch_all().await?;
    let tail = colmig::query!(shop::User, db, "WHERE {user name} = $1 AND {type} > $2 AND note <> '{{}}'");
    let some = tail.bind("Ada").bind(1).fetch_all().await?;
    let oldest = colmig::query!(shop::User, db, OLDEST).fetch_optional().await?;
    drop((all, some, oldest));
    Ok(())
}

fn main() {}
