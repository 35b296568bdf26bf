//! Structs that are called as what generated code needs.
#![deny(warnings)]

#[derive(colmig::Model)]
#[colmig(table = "results")]
pub struct Result {
    #[colmig(primary_key)]
    pub id: i64,
    pub reader: i32,
    pub field: i32,
    pub key: i32,
    pub value: i32,
    pub execute: i32,
    pub read: i32,
}

#[derive(colmig::Model)]
#[colmig(table = "options")]
pub struct Option {
    #[colmig(primary_key)]
    pub id: std::string::String,
}

#[derive(colmig::Model)]
#[colmig(table = "models")]
pub struct Model {
    #[colmig(primary_key)]
    pub id: i64,
}

pub struct String;
pub struct Into;
pub enum Some {}
pub enum Ok {}

fn main() {}
