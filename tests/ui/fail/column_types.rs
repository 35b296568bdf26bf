use std::collections::HashMap;

struct Money(i64);

#[derive(colmig::Model)]
#[colmig(table = "users")]
struct User {
    #[colmig(primary_key)]
    id: u64,
    tiny: i8,
    unsigned: Option<u32>,
    huge: i128,
    letter: char,
    text: &'static str,
    bytes: &'static [u8],
    array: [u8; 16],
    list: Vec<String>,
    map: HashMap<String, String>,
    tuple: (i32, i32),
    boxed: Box<String>,
    twice: Option<Option<i32>>,
    own: Money,
    own_nullable: Option<Money>,
    function: fn(i32) -> i32,
}

fn main() {}
