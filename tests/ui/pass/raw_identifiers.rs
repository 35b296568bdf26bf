#![deny(warnings)]

use colmig::{Model, field};

#[derive(Model)]
#[colmig(table = "types")]
pub struct r#Type {
    #[colmig(primary_key)]
    pub r#type: i64,
    pub r#match: String,
    pub r#fn: Option<bool>,
}

pub fn use_it() -> colmig::Update<Type> {
    let update = Type::update(1).set(field!(Type.r#match), "x");
    update.set(field!(r#Type.r#fn), None).set(field!(self::Type.r#fn), true)
}

fn main() {}
