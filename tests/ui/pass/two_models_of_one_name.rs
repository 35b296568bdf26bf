#![deny(warnings)]

use colmig::Model as _;

pub mod shop {
    #[derive(colmig::Model)]
    #[colmig(table = "shop_users")]
    pub struct User {
        #[colmig(primary_key)]
        pub id: i64,
    }
}

pub mod forum {
    #[derive(colmig::Model)]
    #[colmig(table = "forum_users")]
    pub struct User {
        #[colmig(primary_key)]
        pub name: String,
    }

    #[derive(colmig::Model)]
    #[colmig(table = "posts")]
    pub struct Post {
        #[colmig(primary_key)]
        pub id: i64,
        #[colmig(references = "forum_users(name)", index)]
        pub author: String,
    }
}

pub async fn use_it(db: &colmig::Db) -> colmig::Result<()> {
    shop::User::find(db, 1).await?;
    forum::User::find(db, "ada").await?;
    forum::Post::update(1).set(colmig::field!(forum::Post.author), "ada").execute(db).await?;
    Ok(())
}

fn main() {}
