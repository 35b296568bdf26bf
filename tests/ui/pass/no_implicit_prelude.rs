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

pub fn use_it() -> ::colmig::Update<User> {
    <User as ::colmig::Model>::update(1)
        .set(::colmig::field!(User.name), "Ada")
        .set(::colmig::field!(User.bio), ::std::option::Option::None)
}

fn main() {}
