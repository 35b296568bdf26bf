//! Around the blocks of the page of the accessors.
#![allow(unused_variables, reason = "the blocks show what they get, and leave it at that")]

#[derive(colmig::Model, Debug, Clone)]
#[colmig(table = "users")]
pub struct User {
    #[colmig(primary_key)]
    pub id: i64,
    pub last_name: String,
    pub display_name: String,
    pub seen: i64,
    pub bio: Option<String>,
}

pub struct Form {
    pub bio: Option<String>,
}

pub async fn each_is_one_statement(ada: User) -> colmig::Result<()> {
    //= docs/accessors.md 1
    Ok(())
}

pub async fn where_they_work(
    db: colmig::Db,
    pool: sqlx::PgPool,
    ada: User,
) -> Result<(), Box<dyn std::error::Error>> {
    use colmig::{Model, field};
    //= docs/accessors.md 2
    Ok(())
}

pub async fn set_by_conditions(db: colmig::Db, form: Form, now: i64) -> colmig::Result<()> {
    use colmig::{Model, field};
    //= docs/accessors.md 3
    Ok(())
}

fn main() {}
