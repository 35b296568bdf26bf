#![no_implicit_prelude]
#![deny(warnings)]

#[derive(::colmig::Model)]
#[colmig(table = "users")]
pub struct User {
    #[colmig(primary_key)]
    pub id: i64,
    pub name: ::std::string::String,
    pub bio: ::std::option::Option<::std::string::String>,
    #[colmig(skip)]
    pub cache: ::std::vec::Vec<u8>,
}

pub fn use_it() -> UserUpdate {
    User::update(1).name("Ada").bio(::std::option::Option::None)
}

fn main() {}
