#![deny(warnings)]

use colmig::{Model, field};

#[derive(Model)]
#[colmig(table = "members", primary_key(team, person), index(person, since))]
#[colmig(check = "since > 2000", check(postgres = "length(team) > 1", sqlite = "team <> ''"))]
pub struct Member {
    pub team: String,
    pub since: i32,
    pub person: i64,
}

pub async fn use_it(db: &colmig::Db) -> colmig::Result<()> {
    let member: Option<Member> = Member::find(db, ("red".to_owned(), 7)).await?;
    Member::update(("red".to_owned(), 7)).set(field!(Member.since), 2020).execute(db).await?;
    Member::delete(db, ("red".to_owned(), 7)).await?;
    if let Some(member) = member {
        member.insert(db).await?;
    }
    Ok(())
}

fn main() {}
