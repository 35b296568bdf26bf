#![deny(warnings)]

#[derive(colmig::Model)]
#[colmig(table = "types")]
pub struct r#Type {
    #[colmig(primary_key)]
    pub r#type: i64,
    pub r#match: String,
    pub r#fn: Option<bool>,
}

pub fn use_it() -> TypeUpdate {
    Type::update(1).r#match("x").r#fn(None).r#fn(true)
}

fn main() {}
